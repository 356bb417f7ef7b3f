"""Booking, moving, cancelling: the acts, their refusals, and what they leave behind."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection

from kalends.agenda.queries.free_times import free_times
from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Hold
from kalends.booking.refusals import (
    CutoffPassed,
    HoldExpired,
    KnownPatientsOnly,
    SlotNotOpen,
    SlotTaken,
    TooManyBookings,
    TooManyHolds,
    TooManyMoves,
    TwoPlacesAtOnce,
    WrongState,
)
from kalends.foundation.actor import ChannelKind
from tests.cast import MONDAY, NOW, Clinic, at, data


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


def test_a_cancelled_visit_frees_its_place_and_keeps_its_record(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    with tilleuls.acting() as _:
        cancelled = booking.cancel(tilleuls.organization, appointment.id, by=tilleuls.actor(), now=NOW, reason="Congé")
        assert tilleuls.organization.occupancies.count() == 0
        assert (cancelled.status, cancelled.cancelled_by, cancelled.cancel_reason) == ("cancelled", "staff", "Congé")
        assert [entry.what for entry in cancelled.history.order_by("at", "id")] == ["booked", "cancelled"]
    again = book(tilleuls, who=data("Blot", "Marie", email="m@b.example", phone=""))
    assert again.starts_at == appointment.starts_at


def test_cancelling_twice_changes_nothing_more(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    for _ in range(2):
        with tilleuls.acting():
            cancelled = booking.cancel(tilleuls.organization, appointment.id, by=tilleuls.actor(), now=NOW)
    with tilleuls.acting():
        assert (cancelled.version, cancelled.history.count()) == (2, 2)


def test_a_patient_cancels_until_the_cutoff_and_not_after(tilleuls: Clinic) -> None:
    appointment = book(tilleuls, at(10, day=MONDAY + timedelta(days=2)))
    late = appointment.starts_at - timedelta(hours=24)
    with pytest.raises(CutoffPassed), tilleuls.acting(tilleuls.patient()):
        booking.cancel(tilleuls.organization, appointment.id, by=tilleuls.patient(), now=late)
    with tilleuls.acting(tilleuls.patient()):
        cancelled = booking.cancel(
            tilleuls.organization, appointment.id, by=tilleuls.patient(), now=late - timedelta(seconds=1)
        )
    assert cancelled.cancelled_by == "patient"


def test_staff_are_not_bound_by_the_cutoff(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    with tilleuls.acting():
        cancelled = booking.cancel(tilleuls.organization, appointment.id, by=tilleuls.actor(), now=at(9, 59))
    assert cancelled.cancelled_by == "staff"


def test_a_move_is_one_act(tilleuls: Clinic) -> None:
    appointment = book(tilleuls, at(10, day=MONDAY + timedelta(days=2)))
    target = at(14, 30, day=MONDAY + timedelta(days=3))
    with tilleuls.acting(tilleuls.patient()):
        moved = booking.move(
            tilleuls.organization,
            appointment.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=target,
            by=tilleuls.patient(),
            now=NOW,
        )
        place = tilleuls.organization.occupancies.get()
    assert (moved.starts_at, moved.local_minute, moved.sequence, moved.moves, moved.version) == (target, 870, 1, 1, 2)
    assert (place.starts_at, place.holder_id) == (target, appointment.id)


def test_a_move_onto_a_taken_time_leaves_everything_as_it_was(tilleuls: Clinic) -> None:
    day = MONDAY + timedelta(days=2)
    first = book(tilleuls, at(10, day=day))
    book(tilleuls, at(11, day=day), who=data("Blot", "Marie", email="m@b.example", phone=""))
    with pytest.raises(SlotTaken), tilleuls.acting():
        booking.move(
            tilleuls.organization,
            first.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=at(11, day=day),
            by=tilleuls.actor(),
            now=NOW,
        )
    with tilleuls.acting():
        kept = tilleuls.organization.appointments.get(id=first.id)
        assert (kept.starts_at, kept.version, kept.history.count()) == (at(10, day=day), 1, 1)
        assert tilleuls.organization.occupancies.get(holder_id=first.id).starts_at == at(10, day=day)


def test_a_visit_may_move_onto_a_part_of_itself(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.services.update(duration=60)
    first = book(tilleuls, at(10))
    with tilleuls.acting():
        moved = booking.move(
            tilleuls.organization,
            first.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=at(10, 30),
            by=tilleuls.actor(),
            now=NOW,
        )
    assert moved.starts_at == at(10, 30)


def test_patients_move_a_limited_number_of_times(tilleuls: Clinic) -> None:
    day = MONDAY + timedelta(days=2)
    appointment = book(tilleuls, at(9, day=day))
    with tilleuls.acting():
        tilleuls.organization.services.update(max_moves=1)

    def move(hour: int) -> None:
        with tilleuls.acting(tilleuls.patient()):
            booking.move(
                tilleuls.organization,
                appointment.id,
                schedule_id=tilleuls.schedule.id,
                starts_at=at(hour, day=day),
                by=tilleuls.patient(),
                now=NOW,
            )

    move(10)
    with pytest.raises(TooManyMoves):
        move(11)


def test_a_confirmed_visit_that_moves_wants_a_new_confirmation(tilleuls: Clinic) -> None:
    appointment = book(tilleuls, at(9, day=MONDAY + timedelta(days=2)))
    with tilleuls.acting(tilleuls.patient()):
        confirmed = booking.confirm(tilleuls.organization, appointment.id, by=tilleuls.patient(), now=NOW)
    assert confirmed.status == "confirmed"
    with tilleuls.acting():
        moved = booking.move(
            tilleuls.organization,
            appointment.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=at(10, day=MONDAY + timedelta(days=2)),
            by=tilleuls.actor(),
            now=NOW,
        )
    assert moved.status == "booked"


@pytest.mark.parametrize(
    "when",
    [
        at(10, 7),
        at(12),
        at(8),
        at(7, 30),
        at(10, day=MONDAY - timedelta(days=7)),
        at(10, day=MONDAY + timedelta(days=61)),
    ],
    ids=["between", "lunch", "too soon", "past", "last week", "past the horizon"],
)
def test_a_time_that_was_never_offered_is_refused(tilleuls: Clinic, when: datetime) -> None:
    with pytest.raises(SlotNotOpen):
        book(tilleuls, when)


def hold(clinic: Clinic, when: datetime, visitor: bytes = b"v" * 32) -> Hold:
    by = clinic.patient()
    with clinic.acting(by) as now:
        clinic.organization.refresh_from_db()
        return booking.hold(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=when,
            visitor=visitor,
            by=by,
            now=now,
        )


def next_open(clinic: Clinic, count: int = 1) -> list[datetime]:
    """Holds live by the database's clock, so their times are really in the future."""
    with clinic.acting() as now:
        today = now.date()
        found = free_times(
            clinic.organization,
            service_id=clinic.service.id,
            first=today,
            last=today + timedelta(days=20),
            channel=ChannelKind.WEBSITE,
            now=now,
        )
    assert found is not None
    return [slot.starts_at for slot in found.slots[:count]]


def test_a_held_time_is_the_holders_until_it_expires(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    [when] = next_open(tilleuls)
    kept = hold(tilleuls, when)
    with pytest.raises(SlotTaken):
        hold(tilleuls, when, visitor=b"w" * 32)
    owner.execute("UPDATE agenda_occupancy SET expires_at = now()")
    other = hold(tilleuls, when, visitor=b"w" * 32)
    assert other.id != kept.id
    with pytest.raises(HoldExpired), tilleuls.acting(tilleuls.patient()) as now:
        _book_held(tilleuls, when, kept, now)


def test_a_hold_becomes_the_appointments_place(tilleuls: Clinic) -> None:
    [when] = next_open(tilleuls)
    kept = hold(tilleuls, when)
    with tilleuls.acting(tilleuls.patient()) as now:
        appointment = _book_held(tilleuls, when, kept, now)
        place = tilleuls.organization.occupancies.get()
        assert (place.holder_id, place.expires_at) == (appointment.id, None)
        assert tilleuls.organization.holds.count() == 0


def test_an_expired_hold_still_books_while_the_time_is_free(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    [when] = next_open(tilleuls)
    kept = hold(tilleuls, when)
    owner.execute("UPDATE agenda_occupancy SET expires_at = now()")
    with tilleuls.acting(tilleuls.patient()) as now:
        appointment = _book_held(tilleuls, when, kept, now)
    assert appointment.starts_at == when


def test_a_visitor_holds_three_times_at_most(tilleuls: Clinic) -> None:
    times = next_open(tilleuls, 4)
    for when in times[:3]:
        hold(tilleuls, when)
    with pytest.raises(TooManyHolds):
        hold(tilleuls, times[3])
    assert hold(tilleuls, times[3], visitor=b"w" * 32).starts_at == times[3]


def _book_held(clinic: Clinic, when: datetime, kept: Hold, now: datetime) -> Appointment:
    return booking.book(
        clinic.organization,
        schedule_id=clinic.schedule.id,
        service_id=clinic.service.id,
        starts_at=when,
        contact=data(),
        by=clinic.patient(),
        now=now,
        hold_id=kept.id,
    )


def test_the_same_person_is_found_again_and_limited(tilleuls: Clinic) -> None:
    for hour in (9, 10, 11):
        book(tilleuls, at(hour, day=MONDAY + timedelta(days=2)), who=data("AUBREE", "clemence"))
    with pytest.raises(TooManyBookings):
        book(tilleuls, at(14, day=MONDAY + timedelta(days=2)))
    with tilleuls.acting():
        assert tilleuls.organization.contacts.count() == 1


def test_somebody_alike_is_made_anew_and_flagged(tilleuls: Clinic) -> None:
    book(tilleuls)
    book(tilleuls, at(11), who=data(email="other@courriel.example", phone="+33687654321"))
    with tilleuls.acting():
        flags = list(
            tilleuls.organization.contacts.order_by("created_at", "id").values_list("possible_duplicate", flat=True)
        )
    assert flags == [False, True]


def test_nobody_is_in_two_places_at_once(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(capacity=2)
    book(tilleuls)
    with pytest.raises(TwoPlacesAtOnce):
        book(tilleuls)
    with tilleuls.acting():
        assert tilleuls.organization.occupancies.count() == 1


def test_a_service_for_known_patients_refuses_the_others(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.services.update(new_patients=False)
    with pytest.raises(KnownPatientsOnly):
        book(tilleuls)
    assert book(tilleuls, by=tilleuls.actor()).source == "staff"
    assert book(tilleuls, at(11)).source == "website"


def test_one_time_of_a_group_has_as_many_seats_as_it_says(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(capacity=3)
    people = [data(f"Groupe{letter}", email=f"{letter}@g.example", phone="") for letter in "abcd"]
    for person in people[:3]:
        book(tilleuls, who=person)
    with pytest.raises(SlotTaken):
        book(tilleuls, who=people[3])
    with tilleuls.acting():
        assert sorted(tilleuls.organization.occupancies.values_list("seat", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(("status", "then"), [("arrived", "fulfilled"), ("no_show", None), ("fulfilled", None)])
def test_staff_note_how_a_visit_went(tilleuls: Clinic, status: str, then: str | None) -> None:
    appointment = book(tilleuls)
    for wanted in filter(None, (status, then)):
        with tilleuls.acting():
            appointment = booking.set_status(
                tilleuls.organization, appointment.id, status=wanted, by=tilleuls.actor(), now=at(10)
            )
    assert appointment.status == (then or status)
    with pytest.raises(WrongState), tilleuls.acting():
        booking.set_status(tilleuls.organization, appointment.id, status="booked", by=tilleuls.actor(), now=NOW)


def test_history_cannot_be_changed_by_the_application(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    for act in (
        "UPDATE booking_historyentry SET what = 'x' WHERE organization_id = %s",
        "DELETE FROM booking_historyentry WHERE organization_id = %s",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            tilleuls.acting(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act, [tilleuls.id])
    with tilleuls.acting():
        assert appointment.history.count() == 1
