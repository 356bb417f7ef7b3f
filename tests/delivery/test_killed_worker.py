"""A real worker process, killed again and again while mail goes out: nothing arrives twice, nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from kalends.delivery.carriers.smtp.relay import CONNECTIONS
from tests.cast import Clinic
from tests.delivery.asked_gateway import asked_gateway
from tests.delivery.sink import Sink, listening, wait_for
from tests.delivery.test_courier import queue, rows

DELIVERIES = 200
TEXTS = 120
KILLS = 4
# Imports once and then forks: five starts cost as much as one.
STARTER = """
import os, sys, django
django.setup()
import kalends.audit.sealing, kalends.delivery.courier
from kalends.operating.working import run_worker
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os._exit(run_worker())
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Workers:
    def __init__(self, starter: subprocess.Popen[str]) -> None:
        self._starter = starter

    def start(self) -> int:
        assert self._starter.stdin is not None
        self._starter.stdin.write("start\n")
        self._starter.stdin.flush()
        return self._read()

    def end(self, pid: int, how: signal.Signals) -> int:
        """Its exit code."""
        os.kill(pid, how)
        return self._read()

    def _read(self) -> int:
        assert self._starter.stdout is not None
        return int(self._starter.stdout.readline())


@contextmanager
def workers(database_url: str, **urls: str) -> Iterator[Workers]:
    variables = {**os.environ, "DATABASE_URL": database_url, **urls}
    variables.pop("DATABASE_OWNER_URL", None)
    command = [sys.executable, "-c", STARTER]
    with subprocess.Popen(command, env=variables, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        try:
            yield Workers(starter)
        finally:
            starter.kill()


@pytest.mark.slow
def test_nothing_arrives_twice_and_nothing_is_lost(
    tilleuls: Clinic, carpati: Clinic, database_urls: tuple[str, str], owner: psycopg.Connection
) -> None:
    def unsettled() -> int:
        return owner.execute("SELECT count(*) FROM delivery_delivery WHERE state IN ('queued', 'claimed')").fetchone()[
            0
        ]

    queue(tilleuls, *(f"t{number}@b.example" for number in range(DELIVERIES // 2)))
    queue(carpati, *(f"c{number}@b.example" for number in range(DELIVERIES // 2)))
    sink = Sink(takes=0.005)
    with listening(sink) as email_url, workers(database_urls[1], EMAIL_URL=email_url) as given:
        for kill in range(1, KILLS + 1):
            worker = given.start()
            wait_for(lambda: len(sink.ids) >= kill * 30)  # noqa: B023 - over before the next round
            assert given.end(worker, signal.SIGKILL) == -signal.SIGKILL
        worker = given.start()
        wait_for(lambda: unsettled() == 0)
        began = time.monotonic()
        assert given.end(worker, signal.SIGTERM) == 0
        assert time.monotonic() - began < 10
    fates = {str(row.id): row.state for row in rows(tilleuls) + rows(carpati)}
    counted = Counter(fates.values())
    arrived = Counter(id.strip("<>").split("@")[0] for id in sink.ids)
    assert [id for id, times in arrived.items() if times > 1] == []
    assert counted["sent"] + counted["unknown"] == DELIVERIES
    assert counted["unknown"] <= KILLS * CONNECTIONS
    assert {id for id, fate in fates.items() if fate == "sent"} - arrived.keys() == set()


@pytest.mark.slow
def test_over_a_gateway_that_can_be_asked_each_goes_exactly_once(
    tilleuls: Clinic, carpati: Clinic, database_urls: tuple[str, str], owner: psycopg.Connection, tmp_path: Path
) -> None:
    """REM-01 to REM-04, with a gateway that fails and falls silent: 0 duplicates, 0 lost, nothing unknown."""

    def unsettled() -> int:
        # Time passes.
        owner.execute("UPDATE delivery_delivery SET due_at = now() WHERE state = 'queued' AND due_at > now()")
        left = "SELECT count(*) FROM delivery_delivery WHERE state IN ('queued', 'claimed')"
        return int(owner.execute(left).fetchone()[0])

    for clinic in (tilleuls, carpati):
        queue(clinic, *(f"+3361234{number:03}0" for number in range(TEXTS // 2)), medium="sms")
    faults = ("--errors", "0.1", "--timeouts", "0.05", "--silence", "1")
    with asked_gateway(tmp_path / "sent.log", *faults) as gateway:
        url = f"{gateway.url}&connections=4"
        with workers(database_urls[1], SMS_URL=url, KALENDS_LIMITS="off") as given:
            for kill in range(1, KILLS + 1):
                worker = given.start()
                wait_for(lambda: len(gateway.sent) >= kill * 20)  # noqa: B023 - over before the next round
                assert given.end(worker, signal.SIGKILL) == -signal.SIGKILL
            worker = given.start()
            wait_for(lambda: unsettled() == 0)
            assert given.end(worker, signal.SIGTERM) == 0
        arrived = Counter(one["reference"] for one in gateway.sent)
    queued = rows(tilleuls) + rows(carpati)
    assert arrived == Counter(str(one.id) for one in queued)
    assert Counter(one.state for one in queued) == {"sent": TEXTS}
