"""Carrying: what the worker does with what is queued, against a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from kalends.delivery import operations as delivery
from kalends.delivery.carriers import carrier
from kalends.delivery.courier import Courier
from kalends.delivery.models import Delivery
from kalends.delivery.presence import Presence
from kalends.foundation.database.models import new_id
from tests.cast import Clinic
from tests.delivery.sink import Sink, listening


def queue(clinic: Clinic, recipient: str, *, cause: Any = None, version: int = 0, **more: Any) -> None:
    """A confirmation of some visit tomorrow."""
    with clinic.acting() as now:
        start = now + timedelta(days=1)
        facts = {
            "name": "Clémence Aubrée",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=30)).isoformat(),
            "time_zone": "Europe/Paris",
            "schedule": str(clinic.schedule.id),
            "service": str(clinic.service.id),
            "sequence": version,
            "cancelled_by": "",
            "seed": "00" * 16,
        }
        delivery.queue(
            clinic.organization,
            **{
                "kind": "appointment_booked",
                "cause_id": cause or new_id(),
                "cause_version": version,
                "medium": "email",
                "recipient": recipient,
                "language": "fr",
                "facts": facts,
                "due_at": now,
                "useless_after": start,
                "now": now,
                **more,
            },
        )


def rows(clinic: Clinic) -> list[Delivery]:
    with clinic.acting():
        return list(clinic.organization.deliveries.order_by("id"))


def states(clinic: Clinic) -> list[tuple[str, str]]:
    return [(row.recipient, row.state) for row in rows(clinic)]


def make_due(clinic: Clinic) -> None:
    """The pause is over."""
    with clinic.acting() as now:
        clinic.organization.deliveries.filter(state="queued").update(due_at=now)


@contextmanager
def courier() -> Iterator[tuple[Courier, str]]:
    """A courier and the name under which it works."""
    chosen = carrier()
    with Presence() as presence:
        yield Courier(chosen, stopping=Event()), presence.name
    chosen.close()


def carry() -> None:
    with courier() as (one, name):
        one.work(name)


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        yield sink


def test_without_a_mail_server_it_lies_in_the_outbox(tilleuls: Clinic) -> None:
    queue(tilleuls, "a@b.example")
    carry()
    (row,) = rows(tilleuls)
    assert (row.state, row.carrier, row.attempts, row.reason) == ("sent", "outbox", 1, "")
    assert row.message_id == f"<{row.id}@{'127.0.0.1'}>" or row.message_id == f"<{row.id}@testserver>"
    assert row.subject.endswith("Centre médical des Tilleuls")


def test_it_goes_to_the_mail_server_once(tilleuls: Clinic, carpati: Clinic, sink: Sink) -> None:
    for number in range(25):
        queue(tilleuls, f"t{number}@b.example")
    queue(carpati, "c@b.example")
    carry()
    carry()
    assert sorted(sink.recipients) == sorted([*(f"t{number}@b.example" for number in range(25)), "c@b.example"])
    assert sink.connections == 1  # kept between messages
    assert {state for _, state in states(tilleuls) + states(carpati)} == {"sent"}


@pytest.mark.parametrize(
    ("recipient", "state", "tries"),
    [
        ("refused-450@b.example", "queued", 1),
        ("refused-451@b.example", "queued", 1),
        ("refused-550@b.example", "failed", 1),
        ("data-552@b.example", "failed", 1),
        ("data-451@b.example", "queued", 1),
        ("drops-early@b.example", "queued", 1),
        ("drops@b.example", "unknown", 1),
        ("hangs@b.example", "unknown", 1),
        ("é@b.example", "failed", 1),
    ],
)
def test_what_the_server_says_decides(tilleuls: Clinic, sink: Sink, recipient: str, state: str, tries: int) -> None:
    queue(tilleuls, recipient)
    queue(tilleuls, "after@b.example")
    carry()
    assert states(tilleuls) == [(recipient, state), ("after@b.example", "sent")]
    row = rows(tilleuls)[0]
    assert (row.attempts, row.reason != "") == (tries, True)
    carry()  # nothing is sent blindly, nothing before its time
    assert (rows(tilleuls)[0].state, sink.recipients.count(recipient)) == (
        state,
        1 if state == "unknown" else 0,
    )
