"""Reminders under attack: what cannot be written, who wants nothing more, who starts a run twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kalends.delivery.operations import leave, opt_out, send_again
from kalends.delivery.operations.claiming import claim
from kalends.delivery.queries import UNWANTED
from kalends.notifications.jobs import plan_reminders
from tests.cast import Clinic, at
from tests.delivery.sink import Sink, listening
from tests.delivery.test_courier import carry, make_due, queue, rows, states
from tests.notifications.reminders.test_planning import DAY, ON, WEDNESDAY, book, deliveries, remind


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        yield sink


def test_rem_17_what_cannot_be_written_is_parked_and_the_others_leave(tilleuls: Clinic, sink: Sink) -> None:
    """Three tries, then a person is told; nobody else waits, and the run does not stop."""
    queue(tilleuls, "poison@b.example", facts={"schedule": "nonsense"})
    queue(tilleuls, *(f"fine{number}@b.example" for number in range(60)))
    pauses = []
    for _ in range(4):
        carry()
        poison = rows(tilleuls)[0]
        if poison.state == "queued":
            pauses.append(round((poison.due_at - poison.claimed_at).total_seconds() / 60))
            assert not poison.needs_somebody
            make_due(tilleuls)
    assert (poison.state, poison.attempts, pauses, poison.needs_somebody) == ("failed", 3, [1, 5], True)
    assert poison.reason == "The text could not be made."
    assert sorted(sink.recipients) == sorted(f"fine{number}@b.example" for number in range(60))
    assert {state for _recipient, state in states(tilleuls)[1:]} == {"sent"}


def test_rem_17_a_person_sends_it_again_or_leaves_it(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, "poison@b.example", facts={"schedule": "nonsense"})
    for _ in range(3):
        carry()
        make_due(tilleuls)
    poison = rows(tilleuls)[0]
    with tilleuls.acting() as now:
        send_again(tilleuls.organization, poison.id, by=tilleuls.actor(), now=now)
    assert [(row.state, row.attempts, row.needs_somebody) for row in rows(tilleuls)] == [("queued", 0, False)]
    for _ in range(3):
        carry()
        make_due(tilleuls)
    for _time in "ab":
        with tilleuls.acting() as now:
            leave(tilleuls.organization, poison.id, by=tilleuls.actor(), now=now)
    assert [(row.state, row.needs_somebody) for row in rows(tilleuls)] == [("failed", False)]
    with tilleuls.acting():
        assert tilleuls.organization.audit_entries.filter(act="delivery:leave").count() == 1


def test_rem_17_an_unknown_needs_a_person_until_a_receipt_says_more(tilleuls: Clinic, sink: Sink) -> None:
    queue(tilleuls, "drops@b.example", "fine@b.example")
    carry()
    found = [(row.recipient, row.state, row.needs_somebody) for row in rows(tilleuls)]
    assert found == [("drops@b.example", "unknown", True), ("fine@b.example", "sent", False)]


def test_rem_18_who_opts_out_between_queueing_and_sending_gets_nothing(tilleuls: Clinic, sink: Sink) -> None:
    """Also when a worker has taken it already; what was not sent says why."""
    queue(tilleuls, "a@b.example", "other@b.example")
    with tilleuls.acting() as now:
        claim(tilleuls.organization, media=["email"], claimer="another worker", now=now)
    with tilleuls.acting() as now:
        opt_out(
            tilleuls.organization, medium="email", address="a@b.example", words="STOP", by=tilleuls.patient(), now=now
        )
    assert states(tilleuls) == [("a@b.example", "queued"), ("other@b.example", "claimed")]
    carry()
    (mine, _other) = rows(tilleuls)
    assert (mine.state, mine.reason, mine.attempts) == ("suppressed", UNWANTED, 0)
    assert "a@b.example" not in sink.recipients


def test_rem_19_a_run_started_twice_sends_once(tilleuls: Clinic, sink: Sink) -> None:
    remind(tilleuls, _1=ON)
    book(tilleuls)
    due = at(10, day=WEDNESDAY) - DAY
    assert [plan_reminders(due), plan_reminders(due), plan_reminders(due + timedelta(hours=1))] == [1, 0, 0]
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.update(due_at=now, useless_after=now + DAY)
    carry()
    carry()
    assert (len(deliveries(tilleuls)), len(sink.recipients)) == (1, 1)
