"""Booking with a held time: what a second submit, an expired hold and another time do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Hold
from kalends.booking.refusals import HoldExpired, SlotTaken
from tests.booking.test_booking import book
from tests.cast import NOW, Clinic, at, data

OTHER = data("Blot", "Marie", email="m@b.example", phone="")


def hold(clinic: Clinic, when: Any = None, *, visitor: bytes = b"one") -> Hold:
    by = clinic.patient()
    with clinic.acting(by):
        return booking.hold(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=when or at(10),
            visitor=visitor,
            by=by,
            now=NOW,
        )


def let_expire(owner: psycopg.Connection, kept: Hold) -> None:
    """The database's clock decides; a test cannot wait for it."""
    past = NOW - timedelta(days=900)
    owner.execute("UPDATE booking_hold SET expires_at = %s WHERE id = %s", [past, kept.id])
    owner.execute("UPDATE agenda_occupancy SET expires_at = %s WHERE holder_id = %s", [past, kept.id])


def rows(clinic: Clinic) -> tuple[int, int, int]:
    """Appointments, places, holds."""
    with clinic.acting():
        organization = clinic.organization
        return organization.appointments.count(), organization.occupancies.count(), organization.holds.count()


def test_a_held_time_is_booked_where_it_was_held(tilleuls: Clinic) -> None:
    kept = hold(tilleuls)
    appointment = book(tilleuls, hold_id=kept.id)
    assert (appointment.starts_at, appointment.hold_id) == (at(10), kept.id)
    assert rows(tilleuls) == (1, 1, 0)


def test_the_same_hold_sent_twice_answers_with_what_it_booked(tilleuls: Clinic) -> None:
    kept = hold(tilleuls)
    first: Appointment = book(tilleuls, hold_id=kept.id)
    second = book(tilleuls, hold_id=kept.id, who=OTHER)
    assert second.id == first.id
    assert rows(tilleuls) == (1, 1, 0)


def test_an_expired_hold_is_booked_if_the_time_is_still_free(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    kept = hold(tilleuls)
    let_expire(owner, kept)
    assert book(tilleuls, hold_id=kept.id).starts_at == at(10)
    assert rows(tilleuls) == (1, 1, 0)


def test_an_expired_hold_is_refused_once_the_time_is_taken(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    kept = hold(tilleuls)
    let_expire(owner, kept)
    book(tilleuls, who=OTHER)
    with pytest.raises(HoldExpired):
        book(tilleuls, hold_id=kept.id)
    assert rows(tilleuls) == (1, 1, 1)


def test_another_time_than_the_held_one_gives_the_held_one_back(tilleuls: Clinic) -> None:
    kept = hold(tilleuls)
    assert book(tilleuls, at(11), hold_id=kept.id).starts_at == at(11)
    assert book(tilleuls, at(10), who=OTHER).starts_at == at(10)
    assert rows(tilleuls) == (2, 2, 0)


def test_an_appointment_is_no_hold(tilleuls: Clinic) -> None:
    """Whoever knows the id of somebody's appointment cannot take its place away."""
    theirs = book(tilleuls)
    with pytest.raises(SlotTaken):
        book(tilleuls, hold_id=theirs.id, who=OTHER)
    book(tilleuls, at(11), hold_id=theirs.id, who=OTHER)
    assert rows(tilleuls) == (2, 2, 0)
