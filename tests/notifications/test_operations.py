"""Which bookings are told to whom: the rows that the acts leave, before anything is carried."""

from __future__ import annotations

from datetime import timedelta

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from tests.cast import NOW, Clinic, at, data


def book(clinic: Clinic, **more) -> Appointment:
    by = clinic.patient()
    with clinic.acting(by):
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            by=by,
            now=NOW,
            **{"contact": data(), "starts_at": at(10), **more},
        )


def queued(clinic: Clinic) -> list[tuple[str, int, str, str]]:
    with clinic.acting():
        rows = clinic.organization.deliveries.order_by("id")
        return [(row.kind, row.cause_version, row.recipient, row.state) for row in rows]


def test_a_booking_is_confirmed_to_the_patient(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    with tilleuls.acting():
        (row,) = tilleuls.organization.deliveries.all()
        assert (row.kind, row.cause_id, row.cause_version) == ("appointment_booked", appointment.id, 0)
        assert (row.medium, row.recipient, row.language) == ("email", "clemence@courriel.example", "fr")
        assert (row.state, row.useless_after) == ("queued", at(10))
        assert row.facts == {
            "name": "Clémence Aubrée",
            "starts_at": "2026-12-07T09:00:00+00:00",
            "ends_at": "2026-12-07T09:30:00+00:00",
            "time_zone": "Europe/Paris",
            "schedule": str(tilleuls.schedule.id),
            "service": str(tilleuls.service.id),
            "sequence": 0,
            "cancelled_by": "",
            "seed": bytes(appointment.link_seed).hex(),
        }


def test_each_move_and_the_cancelling_are_told_once(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    by = tilleuls.actor()
    for hour in (11, 10, 11):
        with tilleuls.acting(by):
            booking.move(
                tilleuls.organization,
                appointment.id,
                schedule_id=tilleuls.schedule.id,
                starts_at=at(hour),
                by=by,
                now=NOW,
            )
    for _ in range(2):
        with tilleuls.acting(by):
            booking.cancel(tilleuls.organization, appointment.id, by=by, now=NOW)
    who = "clemence@courriel.example"
    assert queued(tilleuls) == [
        ("appointment_booked", 0, who, "queued"),
        ("appointment_moved", 1, who, "queued"),
        ("appointment_moved", 2, who, "queued"),
        ("appointment_moved", 3, who, "queued"),
        ("appointment_cancelled", 4, who, "queued"),
    ]


def test_without_an_address_nothing_is_queued(tilleuls: Clinic) -> None:
    book(tilleuls, contact=data(email=""))
    assert queued(tilleuls) == []


def test_staff_may_book_without_telling(tilleuls: Clinic) -> None:
    book(tilleuls, tell_patient=False)
    assert queued(tilleuls) == []


def test_a_booking_that_is_undone_leaves_no_message(tilleuls: Clinic) -> None:
    by = tilleuls.patient()
    try:
        with tilleuls.acting(by):
            booking.book(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=at(10),
                contact=data(),
                by=by,
                now=NOW,
            )
            raise TimeoutError
    except TimeoutError:
        pass
    assert queued(tilleuls) == []


def test_a_message_is_useless_once_the_visit_began(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    with tilleuls.acting():
        row = tilleuls.organization.deliveries.get()
        assert row.useless_after - appointment.ends_at == -timedelta(minutes=30)
