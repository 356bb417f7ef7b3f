"""Payments whose deadline is near: who is told, once, and who is not any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from kalends.booking import operations as booking
from kalends.notifications.institution import deadlines
from tests.cast import Clinic, at
from tests.notifications.institution.test_telling import cancel, choose, rows, undo
from tests.notifications.test_texts import written
from tests.payments.owing import paid_before
from tests.payments.test_payments import FRIDAY, note, visit

OFFICE = "contabilitate@arcada.example"
DUE = at(10, day=FRIDAY) - timedelta(hours=24)
NEAR = DUE - timedelta(hours=48)


@pytest.fixture
def paid(tilleuls: Clinic) -> Clinic:
    choose(paid_before(tilleuls), payment_emails=[OFFICE])
    return tilleuls


def plan(clinic: Clinic, *, now: datetime = NEAR) -> int:
    with clinic.acting():
        return deadlines.plan(clinic.organization, now=now)


def told(clinic: Clinic) -> list[tuple[str, str, str]]:
    found = [row for row in rows(clinic, "") if "payment" in row.kind]
    return [(row.kind, row.recipient, row.state) for row in found]


def both(state: str) -> list[tuple[str, str, str]]:
    return [("payment_due", "clemence@courriel.example", state), ("institution_payment", OFFICE, state)]


def test_the_patient_and_the_office_are_told_once(paid: Clinic) -> None:
    visit(paid)
    assert [plan(paid, now=NEAR + timedelta(minutes=m)) for m in (-6, -5, 0, 600)] == [0, 1, 0, 0]
    assert told(paid) == both("queued")
    assert {row.due_at for row in rows(paid, "") if "payment" in row.kind} == {NEAR}


def test_without_addresses_the_patient_is_told_all_the_same(tilleuls: Clinic) -> None:
    visit(paid_before(tilleuls))
    assert (plan(tilleuls), told(tilleuls)) == (1, both("queued")[:1])


def test_planned_by_two_at_once_each_is_told_once(paid: Clinic) -> None:
    for hour in (9, 10, 11, 14, 15):
        visit(paid, hour)
    start, counts = Barrier(2), []

    def run() -> None:
        start.wait(30)
        counts.append(plan(paid, now=NEAR + timedelta(hours=12)))
        connections.close_all()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (sum(counts), len(told(paid))) == (5, 10)


def test_other_hours_tell_nobody_twice(paid: Clinic) -> None:
    visit(paid)
    plan(paid)
    choose(paid, payment_hours=72)
    assert (plan(paid), len(told(paid))) == (0, 2)


def test_paid_or_cancelled_while_it_waits_it_is_taken_back(paid: Clinic) -> None:
    one = visit(paid)
    plan(paid)
    note(paid, one)
    assert told(paid) == both("aborted")
    note(paid, one, paid=False)
    assert told(paid) == both("queued")
    cancel(paid, one)
    assert told(paid) == both("aborted")
    undo(paid, one)
    assert told(paid) == both("queued")


def test_paid_before_nobody_is_told(paid: Clinic) -> None:
    note(paid, visit(paid))
    assert (plan(paid), told(paid)) == (0, [])


def test_moved_the_new_deadline_is_told(paid: Clinic) -> None:
    one, by = visit(paid), paid.actor()
    plan(paid)
    later = at(10, day=FRIDAY + timedelta(days=3))
    with paid.acting(by):
        booking.move(paid.organization, one.id, schedule_id=paid.schedule.id, starts_at=later, by=by, now=NEAR)
    assert told(paid) == both("aborted")
    assert plan(paid, now=NEAR + timedelta(days=3)) == 1
    assert told(paid) == both("aborted") + both("queued")


def test_the_letters_say_how_much_and_until_when(paid: Clinic) -> None:
    one = visit(paid)
    plan(paid)
    letters = written(paid)
    patient, office = letters["payment_due"], letters["institution_payment"]
    assert patient.subject == ("À payer jusqu’au jeudi 10 décembre 2026 à 10:00 : 54\xa0€, Centre médical des Tilleuls")
    assert "/tilleuls/appointment/" in patient.text
    for words in ("Clémence Aubrée", "54\xa0€", "jeudi 10 décembre 2026 à 10:00", f"/appointments/{one.id}/"):
        assert words in office.text
    assert "/tilleuls/appointment/" not in office.text


def test_a_booking_says_what_is_to_be_paid(paid: Clinic) -> None:
    choose(paid, booking_emails=[OFFICE])
    visit(paid)
    letters = written(paid)
    for kind in ("appointment_booked", "institution_booked"):
        assert "À payer jusqu’au jeudi 10 décembre 2026 à 10:00." in letters[kind].text


def test_copies_of_payment_letters(paid: Clinic) -> None:
    archive = {"email": "arhiva@arcada.example", "on": True, "kinds": ["payments"]}
    choose(paid, copies=[archive])
    one = visit(paid)
    plan(paid)
    note(paid, one)
    assert ("copy_payment_due", "arhiva@arcada.example", "aborted") in told(paid)
    note(paid, one, paid=False)
    assert f"/app/tilleuls/appointments/{one.id}/" in written(paid)["copy_payment_due"].text
