"""What becomes of a payment with its visit, and at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.foundation.actor import Actor
from kalends.payments import operations as payments
from kalends.payments.models import Payment
from kalends.payments.refusals import NothingOwed
from tests.cast import MONDAY, NOW, Clinic, at
from tests.notifications.institution.test_telling import cancel, undo
from tests.notifications.test_operations import book
from tests.payments.owing import paid_before

FRIDAY = MONDAY + timedelta(days=4)
HOUR = timedelta(hours=1)


@pytest.fixture
def paid(tilleuls: Clinic) -> Clinic:
    return paid_before(tilleuls)


def payment(clinic: Clinic) -> Payment:
    with clinic.acting():
        return clinic.organization.payments.get()


def visit(clinic: Clinic, hour: int = 10) -> Appointment:
    return book(clinic, starts_at=at(hour, day=FRIDAY))


def note(clinic: Clinic, appointment: Appointment, *, paid: bool = True) -> Payment:
    act = payments.note_paid if paid else payments.take_back_paid
    with clinic.acting():
        return act(clinic.organization, appointment.id, by=clinic.actor(), now=NOW)


def test_what_is_paid_at_the_practice_leaves_no_payment(tilleuls: Clinic) -> None:
    book(tilleuls)
    paid_before(tilleuls, price=None)
    visit(tilleuls, 11)
    with tilleuls.acting():
        assert tilleuls.organization.payments.count() == 0


def test_booking_asks_for_the_price_as_it_is_then(paid: Clinic) -> None:
    visit(paid)
    paid_before(paid, price=9900)
    one = payment(paid)
    assert (one.amount_minor, one.currency, one.state) == (5400, "EUR", "unpaid")
    assert one.due_at == at(10, day=FRIDAY) - timedelta(hours=24)


def test_after_booking(tilleuls: Clinic) -> None:
    paid_before(tilleuls, due="after", hours=6)
    visit(tilleuls)
    assert payment(tilleuls).due_at == NOW + timedelta(hours=6)


def test_a_request_owes_nothing_until_it_is_approved(paid: Clinic) -> None:
    with paid.acting():
        paid.organization.services.update(needs_approval=True)
    asked = visit(paid)
    with paid.acting():
        assert paid.organization.payments.count() == 0
        booking.approve(paid.organization, asked.id, by=paid.actor(), now=NOW)
    assert payment(paid).appointment_id == asked.id


def test_a_move_takes_the_deadline_along(paid: Clinic) -> None:
    one, by = visit(paid), paid.actor()
    with paid.acting(by):
        booking.move(
            paid.organization, one.id, schedule_id=paid.schedule.id, starts_at=at(15, day=FRIDAY), by=by, now=NOW
        )
    found = payment(paid)
    assert (found.due_at, found.version) == (at(15, day=FRIDAY) - timedelta(hours=24), 1)


def moved(clinic: Clinic, one: Appointment, hour: int, *, by: Actor, now: datetime) -> None:
    with clinic.acting(by):
        booking.move(
            clinic.organization, one.id, schedule_id=clinic.schedule.id, starts_at=at(hour, day=FRIDAY), by=by, now=now
        )


def approved(clinic: Clinic, one: Appointment, *, now: datetime) -> None:
    with clinic.acting():
        booking.approve(clinic.organization, one.id, by=clinic.actor(), now=now)


def asked(clinic: Clinic) -> Appointment:
    """A request, for which 24 hours are left from its approval."""
    paid_before(clinic, due="after", hours=24)
    with clinic.acting():
        clinic.organization.services.update(needs_approval=True, approval_hours=72)
    return visit(clinic)


def test_after_an_approval_a_move_still_counts_from_it(tilleuls: Clinic) -> None:
    one = asked(tilleuls)
    approved(tilleuls, one, now=NOW + 5 * HOUR)
    moved(tilleuls, one, 15, by=tilleuls.actor(), now=NOW + 7 * HOUR)
    found = payment(tilleuls)
    assert (found.due_at, found.version) == (NOW + 29 * HOUR, 0)


def test_staff_who_move_a_request_approve_it_and_it_is_owed_from_then_on(tilleuls: Clinic) -> None:
    one = asked(tilleuls)
    moved(tilleuls, one, 15, by=tilleuls.actor(), now=NOW + 5 * HOUR)
    moved(tilleuls, one, 16, by=tilleuls.actor(), now=NOW + 7 * HOUR)
    found = payment(tilleuls)
    assert (found.state, found.due_at, found.version) == ("unpaid", NOW + 29 * HOUR, 0)


def test_moved_by_its_patient_and_approved_again_it_counts_from_the_last_approval(tilleuls: Clinic) -> None:
    one = asked(tilleuls)
    approved(tilleuls, one, now=NOW + 5 * HOUR)
    moved(tilleuls, one, 15, by=tilleuls.patient(), now=NOW + 6 * HOUR)
    approved(tilleuls, one, now=NOW + 30 * HOUR)
    found = payment(tilleuls)
    assert (found.due_at, found.version) == (NOW + 54 * HOUR, 1)


def test_what_asked_for_no_payment_asks_for_none_when_it_moves(tilleuls: Clinic) -> None:
    one = visit(tilleuls)
    paid_before(tilleuls)
    moved(tilleuls, one, 15, by=tilleuls.actor(), now=NOW)
    with tilleuls.acting():
        assert tilleuls.organization.payments.count() == 0


def test_cancelling_drops_and_being_on_again_asks_anew(paid: Clinic) -> None:
    one = visit(paid)
    cancel(paid, one)
    assert payment(paid).state == "dropped"
    with pytest.raises(NothingOwed):
        note(paid, one)
    undo(paid, one)
    assert payment(paid).state == "unpaid"


def test_what_was_paid_stays_paid(paid: Clinic) -> None:
    one = visit(paid)
    note(paid, one)
    cancel(paid, one)
    assert payment(paid).state == "paid"


def test_who_noted_it_stands_in_history_and_audit(paid: Clinic) -> None:
    one = visit(paid)
    for _ in range(2):
        note(paid, one)
    assert (payment(paid).state, payment(paid).by_label) == ("paid", "Inès Barbier")
    for _ in range(2):
        note(paid, one, paid=False)
    assert (payment(paid).state, payment(paid).by_label) == ("unpaid", "")
    with paid.acting():
        assert [entry.what for entry in one.history.order_by("at", "id")] == ["booked", "paid", "unpaid"]
        lines = paid.organization.audit_entries.filter(act="payment:note").order_by("id")
        assert [line.after["payment"] for line in lines] == ["paid", "unpaid"]


def test_a_note_hinders_nobody_from_taking_a_state_back(paid: Clinic) -> None:
    one = visit(paid)
    note(paid, one)
    cancel(paid, one)
    note(paid, one, paid=False)
    undo(paid, one)
    with paid.acting():
        assert paid.organization.appointments.get().status == "booked"


def test_a_visit_that_asks_for_none_cannot_be_noted(tilleuls: Clinic) -> None:
    with pytest.raises(NothingOwed):
        note(tilleuls, book(tilleuls))
