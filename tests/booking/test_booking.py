"""Booking, moving, cancelling: the acts, their refusals, and what they leave behind."""

from __future__ import annotations

import pytest
from tests.cast import MONDAY, NOW, Clinic, at, data

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.refusals import (
    SlotTaken,
)


def book(clinic: Clinic, when=None, *, by=None, now=NOW, who=None, **more) -> Appointment:
    by = by or clinic.patient()
    with clinic.acting(by):
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=when or at(10),
            contact=who or data(),
            by=by,
            now=now,
            **more,
        )


def test_a_booking_is_written_with_its_place_and_its_history(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    with tilleuls.acting():
        place = tilleuls.organization.occupancies.get()
        entry = appointment.history.get()
        assert (place.holder_id, place.starts_at, place.ends_at, place.expires_at) == (
            appointment.id,
            at(10),
            at(10, 30),
            None,
        )
        assert (appointment.local_day, appointment.local_minute, appointment.time_zone) == (
            MONDAY,
            600,
            "Europe/Paris",
        )
        assert (entry.what, entry.actor_kind, entry.channel, entry.at) == (
            "booked",
            "patient",
            "website",
            NOW,
        )
        assert tilleuls.organization.audit_entries.filter(act="appointment:book").count() == 1


def test_the_same_time_is_not_given_twice(tilleuls: Clinic) -> None:
    book(tilleuls)
    with pytest.raises(SlotTaken):
        book(tilleuls, who=data("Blot", "Marie", email="m@b.example", phone=""))
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 1
        assert tilleuls.organization.contacts.count() == 1
