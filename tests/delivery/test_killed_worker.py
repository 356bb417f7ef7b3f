"""A real worker process, killed again and again while mail goes out: nothing arrives twice, nothing is lost."""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from bench.workers import workers
from kalends.delivery import provider_url
from kalends.delivery.carriers.smtp.relay import CONNECTIONS
from tests.cast import Clinic
from tests.delivery.asked_gateway import asked_gateway
from tests.delivery.provider import Provider, provider_at_work
from tests.delivery.sink import Sink, listening, wait_for
from tests.delivery.test_courier import queue, rows
from tests.delivery.test_policy import decide

DELIVERIES = 200
HANG, REFUSED = 10, 20
TEXTS = 120
MAILS = 60
KILLS = 4


def address(of: str, number: int) -> str:
    """Of a hundred, 5 that are never answered and 10 that are refused."""
    kind = {0: "hangs-", 1: "refused-550-", 2: "data-552-"}.get(number % 20, "")
    return f"{kind}{of}{number}@b.example"


@pytest.mark.slow
def test_nothing_arrives_twice_and_nothing_is_lost(
    tilleuls: Clinic, carpati: Clinic, database_urls: tuple[str, str], owner: psycopg.Connection
) -> None:
    """REM-01 to REM-03 by mail, at the size of a test; at full size, 100,000 and 500 kills, it is asserted by
    `kalends bench reminders --full`."""

    def unsettled() -> int:
        return owner.execute("SELECT count(*) FROM delivery_delivery WHERE state IN ('queued', 'claimed')").fetchone()[
            0
        ]

    queue(tilleuls, *(address("t", number) for number in range(DELIVERIES // 2)))
    queue(carpati, *(address("c", number) for number in range(DELIVERIES // 2)))
    sink = Sink(takes=0.005, pipelining=True)
    with listening(sink) as email_url, workers({"DATABASE_URL": database_urls[1], "EMAIL_URL": email_url}) as given:
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
    assert counted["sent"] + counted["unknown"] + counted["failed"] == DELIVERIES
    assert counted["unknown"] <= HANG + KILLS * CONNECTIONS
    assert counted["failed"] <= REFUSED
    assert {id for id, fate in fates.items() if fate == "sent"} - arrived.keys() == set()


@pytest.mark.slow
def test_a_provider_is_told_of_no_mail_twice(
    tilleuls: Clinic, database_urls: tuple[str, str], owner: psycopg.Connection
) -> None:
    """The same through an API, by the provider's own log; of 20 one is never answered and one refused."""

    def unsettled() -> int:
        left = "SELECT count(*) FROM delivery_delivery WHERE state IN ('queued', 'claimed')"
        return int(owner.execute(left).fetchone()[0])

    kinds = {0: "slow", 1: "refused"}
    queue(tilleuls, *(f"p{number}-{kinds.get(number % 20, 'x')}@b.example" for number in range(MAILS)))
    provider = Provider()
    with provider_at_work(provider, "postmark") as url:
        with workers({"DATABASE_URL": database_urls[1], "EMAIL_URL": url}) as given:
            for kill in range(1, 3):
                worker = given.start()
                wait_for(lambda: len(provider.taken) >= kill * 20)  # noqa: B023 - over before the next round
                assert given.end(worker, signal.SIGKILL) == -signal.SIGKILL
            worker = given.start()
            wait_for(lambda: unsettled() == 0)
            assert given.end(worker, signal.SIGTERM) == 0
        told = Counter(asked.fields["Metadata"]["delivery"] for asked in [*provider.taken, *provider.refused])
    fates = {str(row.id): row.state for row in rows(tilleuls)}
    counted = Counter(fates.values())
    assert [id for id, times in told.items() if times > 1] == []
    assert counted["sent"] + counted["unknown"] + counted["failed"] == MAILS
    assert counted["unknown"] <= MAILS // 20 + 2 * provider_url.CONNECTIONS
    assert {id for id, fate in fates.items() if fate in ("sent", "failed")} - told.keys() == set()


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

    for clinic, country in ((tilleuls, "+3361234"), (carpati, "+4071234")):
        decide(clinic, sms_quiet_from=None, sms_quiet_until=None)  # whatever time of day it is
        queue(clinic, *(f"{country}{number:03}0" for number in range(TEXTS // 2)), medium="sms")
    faults = ("--errors", "0.1", "--timeouts", "0.05", "--silence", "1")
    with asked_gateway(tmp_path / "sent.log", *faults) as gateway:
        url = f"{gateway.url}&connections=4"
        variables = {"DATABASE_URL": database_urls[1], "SMS_URL": url, "KALENDS_LIMITS": "off"}
        with workers(variables) as given:
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
