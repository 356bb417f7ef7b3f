"""MSG: what is sent, received and answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kalends.booking import operations as booking
from kalends.booking.queries import link_secret
from kalends.notifications.institution import deadlines
from kalends.notifications.institution.rules import COPY_KINDS
from kalends.organizations.models import Organization
from tests.cast import NOW, Clinic, at
from tests.delivery.sink import Sink, listening
from tests.delivery.test_courier import carry
from tests.notifications.institution.test_telling import book, cancel, choose, rows, undo
from tests.payments.owing import paid_before
from tests.payments.test_payments import FRIDAY, note, visit

DESK = "receptie@arcada.example"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        yield sink


def test_two_hundred_addresses_and_one_is_broken(tilleuls: Clinic, sink: Sink) -> None:
    """MSG-05: 199 are delivered, one is reported."""
    broken = "refused-550@arcada.example"
    addresses = [f"birou{number}@arcada.example" for number in range(199)]
    choose(tilleuls, booking_emails=[*addresses[:100], broken, *addresses[100:]])
    book(tilleuls, tell_patient=False)
    carry()
    assert sorted(sink.recipients) == sorted(addresses)
    found = rows(tilleuls)
    assert Counter(row.state for row in found) == {"sent": 199, "failed": 1}
    (failed,) = (row for row in found if row.state == "failed")
    assert (failed.recipient, failed.reason) == (broken, "550 not this one")


def test_a_late_cancellation_is_one_notice_at_once(tilleuls: Clinic) -> None:
    """MSG-13, inside the window."""
    choose(tilleuls, cancellation_emails=[DESK])
    visit = book(tilleuls)
    for _ in range(2):
        cancel(tilleuls, visit)
    (row,) = rows(tilleuls, "institution")
    assert (row.kind, row.recipient, row.state, row.due_at <= NOW) == ("institution_cancelled", DESK, "queued", True)


@pytest.mark.parametrize(("mode", "hours_before"), [("late", None), ("held", 24)])
def test_an_early_cancellation_is_none_or_held_by_the_rule(
    tilleuls: Clinic, mode: str, hours_before: int | None
) -> None:
    """MSG-13, outside the window."""
    choose(tilleuls, cancellation_emails=[DESK], cancellation_mode=mode)
    start = at(10) + timedelta(days=3)
    cancel(tilleuls, book(tilleuls, starts_at=start))
    due = [row.due_at for row in rows(tilleuls, "institution")]
    assert due == ([] if hours_before is None else [start - timedelta(hours=hours_before)])


def test_an_undone_cancellation_is_never_told(tilleuls: Clinic, sink: Sink) -> None:
    """MSG-13: held back, and taken back in the transaction of the undoing."""
    choose(tilleuls, cancellation_emails=[DESK], cancellation_mode="held")
    visit = book(tilleuls, starts_at=at(10) + timedelta(days=3), tell_patient=False)
    with tilleuls.acting():
        booking.cancel(tilleuls.organization, visit.id, by=tilleuls.actor(), now=NOW, tell_patient=False)
    undo(tilleuls, visit)
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.update(due_at=now)
    carry()
    assert DESK not in sink.recipients
    assert [row.state for row in rows(tilleuls, "institution")] == ["aborted"]


COPIES = ["arhiva@arcada.example", "calitate@arcada.example"]


def copy_to(*addresses: str, kinds: tuple[str, ...] = COPY_KINDS) -> list[dict[str, Any]]:
    return [{"email": address, "on": True, "kinds": list(kinds)} for address in addresses]


def test_blind_copies_are_nowhere_in_what_the_patient_gets(tilleuls: Clinic, sink: Sink) -> None:
    """MSG-06, message by message at a real mail server: envelope, headers, text; and where an answer would go."""
    choose(tilleuls, copies=copy_to(*COPIES))
    with tilleuls.acting():
        tilleuls.organization.email = "contact@tilleuls.example"
        Organization.objects.filter(id=tilleuls.id).update(email="contact@tilleuls.example")
    visit = book(tilleuls)
    by = tilleuls.actor()
    with tilleuls.acting(by):
        booking.move(
            tilleuls.organization, visit.id, schedule_id=tilleuls.schedule.id, starts_at=at(11), by=by, now=NOW
        )
    cancel(tilleuls, visit)
    carry()
    patient = "clemence@courriel.example"
    assert Counter(sink.recipients) == {patient: 3, COPIES[0]: 3, COPIES[1]: 3}
    for recipient, message in zip(sink.recipients, sink.messages, strict=True):
        others = {patient, *COPIES} - {recipient}
        headers = "\n".join(f"{name}: {value}" for name, value in message.items())
        assert (message["To"], [one for one in others if one in headers]) == (recipient, [])
        assert [name for name in ("Cc", "Bcc") if name in message] == []
        assert message["Reply-To"] == "contact@tilleuls.example"
        if recipient == patient:
            assert [one for one in COPIES if one in message.as_string()] == []


def test_a_copy_that_fails_is_nobody_elses_trouble(tilleuls: Clinic, sink: Sink) -> None:
    """MSG-06: refused, dropped or never answered, the patient's mail has left, once."""
    bad = [
        "refused-550@arcada.example",
        "data-552@arcada.example",
        "drops@arcada.example",
        "refused-450@arcada.example",
    ]
    choose(tilleuls, copies=copy_to(*bad))
    book(tilleuls)
    carry()
    states = {row.recipient: row.state for row in rows(tilleuls, "")}
    assert states == {
        "clemence@courriel.example": "sent",
        bad[0]: "failed",
        bad[1]: "failed",
        bad[2]: "unknown",
        bad[3]: "queued",
    }
    assert sink.recipients.count("clemence@courriel.example") == 1


def test_a_copy_gives_nobody_the_power_of_the_patient(tilleuls: Clinic, sink: Sink) -> None:
    """The private link is in the patient's mail, and in no copy: not in the text, the HTML or a file."""
    choose(tilleuls, copies=copy_to(COPIES[0]))
    visit = book(tilleuls)
    carry()
    read = {
        to: "".join(part.get_content() for part in m.walk() if part.get_content_type().startswith("text/"))
        for to, m in zip(sink.recipients, sink.messages, strict=True)
    }
    token = str(link_secret(visit))
    assert [to for to, whole in read.items() if token in whole] == ["clemence@courriel.example"]
    assert f"/app/tilleuls/appointments/{visit.id}/" in read[COPIES[0]]
    assert "text/calendar" not in [
        part.get_content_type() for part in sink.messages[sink.recipients.index(COPIES[0])].walk()
    ]


def test_paid_between_queue_and_send_nobody_is_told(tilleuls: Clinic, sink: Sink) -> None:
    """MSG-12, both ways in: taken back in the act of paying; and the letter asks once more before it is written."""
    choose(paid_before(tilleuls), payment_emails=[DESK])
    visits = [visit(tilleuls, hour) for hour in (10, 11, 14)]
    with tilleuls.acting():
        tilleuls.organization.deliveries.all().delete()
    with tilleuls.acting():
        deadlines.plan(tilleuls.organization, now=at(14, day=FRIDAY) - timedelta(hours=72))
    note(tilleuls, visits[0])
    with tilleuls.acting() as now:
        tilleuls.organization.payments.filter(appointment_id=visits[1].id).update(state="paid")
        tilleuls.organization.deliveries.filter(state="queued").update(due_at=now)
    carry()
    assert Counter(sink.recipients) == {DESK: 1, "clemence@courriel.example": 1}
    assert Counter(row.state for row in rows(tilleuls, "")) == {"aborted": 4, "sent": 2}
