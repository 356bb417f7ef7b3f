"""What the desk is told about a caller's past visits."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.queries import Seen, seen_before
from tests.agenda.shared import booked
from tests.cast import MONDAY, NOW, Clinic

LATER = NOW + timedelta(days=7)
MARIE = {"last": "Blot", "first": "Marie", "email": "marie@blot.example"}
PAUL = {"last": "Nils", "first": "Paul", "email": "paul@nils.example"}


def status(clinic: Clinic, appointment: Appointment, *steps: str) -> None:
    for step in steps:
        with clinic.acting():
            booking.set_status(clinic.organization, appointment.id, status=step, by=clinic.actor(), now=LATER)


def test_one_statement_says_who_came_and_who_did_not(tilleuls: Clinic, carpati: Clinic) -> None:
    came, away, later = booked(tilleuls, 9), booked(tilleuls, 10), booked(tilleuls, 9, **PAUL, day=date(2026, 12, 15))
    status(tilleuls, away, "no_show")
    cancelled = booked(tilleuls, 11, **MARIE)
    with tilleuls.acting():
        booking.cancel(tilleuls.organization, cancelled.id, by=tilleuls.actor(), now=NOW)
    stranger, nobody = booked(carpati, 9).contact_id, uuid4()
    asked = [came.contact_id, cancelled.contact_id, later.contact_id, stranger, nobody]
    with tilleuls.acting(), CaptureQueriesContext(connection) as statements:
        seen = seen_before(tilleuls.organization, asked, LATER)
    assert len(statements) == 1
    assert seen == {
        came.contact_id: Seen(MONDAY, "Dr Hélène Vasseur", 1),
        cancelled.contact_id: Seen(),
        later.contact_id: Seen(),
        stranger: Seen(),
        nobody: Seen(),
    }


def test_absences_are_forgotten_after_a_year(tilleuls: Clinic) -> None:
    away = booked(tilleuls, 10)
    status(tilleuls, away, "no_show")
    with tilleuls.acting():
        year = away.starts_at + timedelta(days=365)
        assert seen_before(tilleuls.organization, [away.contact_id], year)[away.contact_id].no_shows == 1
        after = seen_before(tilleuls.organization, [away.contact_id], year + timedelta(seconds=1))
    assert after == {away.contact_id: Seen()}
