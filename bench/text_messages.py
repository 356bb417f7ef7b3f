"""Workers killed in the middle, over a gateway that can be asked: nothing twice, nothing lost, nothing unknown."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from bench import clinics, scratch
from bench.clinics import Bench
from bench.figures import Figures
from bench.workers import workers
from kalends.operating.installation import Installation

MESSAGES, KILLS, CONNECTIONS = 20_000, 60, 8
FAULTS = ("--errors", "0.1", "--timeouts", "0.05", "--silence", "1")
QUEUE = """
INSERT INTO delivery_delivery (organization_id, id, medium, kind, cause_id, cause_version, recipient, language, facts,
  state, queued_at, due_at, claimed_by, attempts, subject, message_id, carrier, reason, nature, schedules)
SELECT %s, gen_random_uuid(), 'sms', 'appointment_booked', gen_random_uuid(), 0, '+33612' || lpad(n::text, 6, '0'),
  'fr', %s, 'queued', now(), now(), '', 0, '', '', '', '', 'answer', '[]'
FROM generate_series(1, %s) n
"""


def run(figures: Figures, options: argparse.Namespace) -> None:
    with scratch.system() as installation, scratch.owner(installation) as owner:
        clinic = clinics.make("texts", schedules=1, horizon_days=1)
        owner.execute(QUEUE, [clinic.organization_id, Jsonb(_facts(clinic)), MESSAGES])
        owner.execute("VACUUM ANALYZE")
        _killed(figures, installation, owner, clinic.organization_id)


def _killed(figures: Figures, installation: Installation, owner: psycopg.Connection, clinic: UUID) -> None:
    log = installation.environment.data / "sent.log"
    with _gateway(log) as url, workers({**installation.process_environment(), "SMS_URL": url}) as given:
        began = time.perf_counter()
        for kill in range(1, KILLS + 1):
            worker = given.start()
            _wait(lambda kill=kill: _count(log) >= kill * MESSAGES // (KILLS + 20))  # type: ignore[misc]
            given.end(worker, signal.SIGKILL)
        worker = given.start()
        _wait(lambda: _is_over(owner, clinic))
        given.end(worker, signal.SIGTERM)
        figures.add(f"{KILLS} kills: from the first start to the last record", time.perf_counter() - began, "s")
    sent = Counter(json.loads(line)["reference"] for line in log.read_text(encoding="utf-8").splitlines())
    rows = owner.execute("SELECT id, state, attempts FROM delivery_delivery WHERE organization_id = %s", [clinic])
    known = rows.fetchall()
    figures.add(f"{KILLS} kills: text messages", len(known), "messages")
    figures.add(f"{KILLS} kills: sent twice by the gateway", sum(times > 1 for times in sent.values()), "messages")
    figures.add(f"{KILLS} kills: lost", len({str(id) for id, *_ in known} - sent.keys()), "messages")
    for state, count in sorted(Counter(state for _, state, _ in known).items()):
        figures.add(f"{KILLS} kills: {state}", count, "messages")
    figures.add(
        f"{KILLS} kills: tried or asked about more than once", sum(tries > 1 for *_, tries in known), "messages"
    )
    assert sent == Counter(str(id) for id, *_ in known)
    assert {state for _, state, _ in known} == {"sent"}


def _is_over(owner: psycopg.Connection, clinic: UUID) -> bool:
    """What waits to be asked about is asked at once, not in minutes."""
    own = "FROM delivery_delivery WHERE organization_id = %s AND state"
    owner.execute(
        f"UPDATE delivery_delivery SET due_at = now() WHERE due_at > now() AND id IN (SELECT id {own} = 'queued')",
        [clinic],
    )
    ((left,),) = owner.execute(f"SELECT count(*) {own} IN ('queued', 'claimed')", [clinic]).fetchall()
    return left == 0


@contextmanager
def _gateway(log: Path) -> Iterator[str]:
    """In a process of its own; its SMS_URL."""
    log.touch()
    command = [sys.executable, "-m", "bench.sms_gateway", "--log", str(log), *FAULTS]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=scratch.SOURCE_TREE, text=True, **streams) as process:
        assert process.stdout is not None
        try:
            port = process.stdout.readline().strip()
            yield f"http+json://key@127.0.0.1:{port}/v1?secret=secret&timeout=0.5&connections={CONNECTIONS}"
        finally:
            process.kill()


def _facts(clinic: Bench) -> dict[str, object]:
    """Of a visit tomorrow, as the confirmation of a booking tells them."""
    start = datetime.now(UTC) + timedelta(days=1)
    return {
        "name": "Anna Bench",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=30)).isoformat(),
        "time_zone": clinics.ZONE.key,
        "schedule": str(clinic.schedule_ids[0]),
        "service": str(clinic.service_id),
        "sequence": 0,
        "cancelled_by": "",
        "seed": "00" * 16,
    }


def _count(log: Path) -> int:
    return log.read_bytes().count(b"\n")


def _wait(condition: Callable[[], bool], *, seconds: float = 1800) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it does not come to this"
        time.sleep(0.2)
