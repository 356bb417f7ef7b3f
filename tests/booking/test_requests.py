"""Services that need approval: asking, approving, refusing, expiring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from kalends.agenda.queries.free_times import free_times
from kalends.booking import operations as booking
from kalends.booking import queries
from kalends.booking.jobs import expire_requests
from kalends.booking.models import Appointment
from kalends.booking.refusals import SlotTaken, WrongState
from kalends.foundation.actor import ChannelKind, system
from tests.booking.test_booking import book
from tests.booking.test_states import BLOT, told, undo
from tests.cast import MONDAY, NOW, Clinic, at, data

A_WEEK_LATER = MONDAY + timedelta(days=7)


@pytest.fixture
def asking(tilleuls: Clinic) -> Clinic:
    """A clinic whose service needs approval."""
    with tilleuls.acting():
        tilleuls.organization.services.update(needs_approval=True, approval_hours=48)
    return tilleuls


def approve(clinic: Clinic, appointment: Appointment, now=NOW) -> Appointment:
    with clinic.acting():
        return booking.approve(clinic.organization, appointment.id, by=clinic.actor(), now=now)


def refuse(clinic: Clinic, appointment: Appointment, **more) -> Appointment:
    with clinic.acting():
        return booking.refuse(clinic.organization, appointment.id, by=clinic.actor(), now=NOW, **more)


def lapse(owner: psycopg.Connection, appointment: Appointment) -> None:
    """Let the time for an answer be over, by the owner's hand: the places go by the database's clock."""
    over = datetime.now(UTC) - timedelta(minutes=1)
    owner.execute("UPDATE booking_appointment SET approve_by = %s WHERE id = %s", [over, appointment.id])
    owner.execute("UPDATE agenda_occupancy SET expires_at = %s WHERE holder_id = %s", [over, appointment.id])


def place_of(clinic: Clinic, appointment: Appointment) -> list[tuple[datetime, datetime | None]]:
    with clinic.acting():
        places = clinic.organization.occupancies.filter(holder_id=appointment.id)
        return [(place.starts_at, place.expires_at) for place in places]


def test_what_a_patient_books_is_a_request_that_expires(asking: Clinic) -> None:
    appointment = book(asking, at(10, day=A_WEEK_LATER))
    assert (appointment.status, appointment.approve_by) == ("pending", NOW + timedelta(hours=48))
    assert place_of(asking, appointment) == [(at(10, day=A_WEEK_LATER), NOW + timedelta(hours=48))]
    assert told(asking) == ["appointment_asked"]


def test_a_request_never_waits_longer_than_until_the_visit(asking: Clinic) -> None:
    appointment = book(asking, at(16))
    assert appointment.approve_by == at(16)


def test_a_held_time_becomes_a_request_as_well(asking: Clinic) -> None:
    with asking.acting(asking.patient()):
        kept = booking.hold(
            asking.organization,
            schedule_id=asking.schedule.id,
            service_id=asking.service.id,
            starts_at=at(10, day=A_WEEK_LATER),
            visitor=b"v" * 32,
            by=asking.patient(),
            now=datetime.now(UTC),
        )
    appointment = book(asking, at(10, day=A_WEEK_LATER), hold_id=kept.id)
    assert place_of(asking, appointment) == [(at(10, day=A_WEEK_LATER), appointment.approve_by)]


def test_what_staff_book_is_firm_at_once(asking: Clinic) -> None:
    appointment = book(asking, by=asking.actor())
    assert (appointment.status, appointment.approve_by) == ("booked", None)
    assert (place_of(asking, appointment), told(asking)) == ([(at(10), None)], ["appointment_booked"])


def test_the_time_of_a_request_is_taken(asking: Clinic) -> None:
    book(asking)
    with pytest.raises(SlotTaken):
        book(asking, by=asking.actor(), who=BLOT)


def test_approving_makes_it_firm_once(asking: Clinic) -> None:
    appointment = book(asking)
    for _ in range(2):
        done = approve(asking, appointment)
    with asking.acting():
        history = [one.what for one in done.history.order_by("id")]
    assert (done.status, done.status_since, history) == ("booked", NOW, ["booked", "approved"])
    assert (place_of(asking, appointment), told(asking)) == (
        [(at(10), None)],
        ["appointment_asked", "appointment_booked"],
    )


def test_noting_it_as_booked_approves_it(asking: Clinic) -> None:
    appointment = book(asking)
    with asking.acting():
        done = booking.set_status(asking.organization, appointment.id, status="booked", by=asking.actor(), now=NOW)
    assert (done.status, place_of(asking, appointment)) == ("booked", [(at(10), None)])


def test_an_expired_request_is_free_at_once_with_no_job(asking: Clinic, owner: psycopg.Connection) -> None:
    lapse(owner, book(asking))
    with asking.acting():
        found = free_times(
            asking.organization,
            service_id=asking.service.id,
            first=MONDAY,
            last=MONDAY,
            channel=ChannelKind.STAFF,
            now=datetime.now(UTC),
        )
    assert found is not None
    assert at(10) in {slot.starts_at for slot in found.slots}
    assert book(asking, by=asking.actor(), who=BLOT).starts_at == at(10)


def test_an_expired_request_is_approved_if_its_time_is_still_free(asking: Clinic, owner: psycopg.Connection) -> None:
    appointment = book(asking)
    lapse(owner, appointment)
    assert (approve(asking, appointment).status, place_of(asking, appointment)) == ("booked", [(at(10), None)])


def test_an_expired_request_does_not_push_somebody_else_away(asking: Clinic, owner: psycopg.Connection) -> None:
    appointment = book(asking)
    lapse(owner, appointment)
    book(asking, by=asking.actor(), who=BLOT)
    with pytest.raises(SlotTaken):
        approve(asking, appointment)
    with asking.acting():
        assert asking.organization.appointments.get(id=appointment.id).status == "pending"


def test_the_job_ends_what_nobody_answered_and_tells_the_patient(asking: Clinic, owner: psycopg.Connection) -> None:
    appointment, kept = book(asking), book(asking, at(11), who=BLOT)
    lapse(owner, appointment)
    for _ in range(2):
        expire_requests(0)
    with asking.acting():
        ended = asking.organization.appointments.get(id=appointment.id)
        history = [(one.what, one.actor_kind) for one in ended.history.order_by("id")]
        assert asking.organization.appointments.get(id=kept.id).status == "pending"
    assert (ended.status, ended.cancelled_by) == ("cancelled", "system")
    assert ended.cancel_reason != ""
    assert history == [("booked", "patient"), ("expired", "system")]
    assert told(asking) == ["appointment_asked", "appointment_asked", "appointment_refused"]


def test_a_request_that_was_answered_does_not_expire(asking: Clinic) -> None:
    appointment = approve(asking, book(asking))
    with asking.acting():
        kept = booking.expire(asking.organization, appointment.id, by=system("requests"), now=at(12))
    assert kept.status == "booked"


def test_refusing_frees_the_time_and_says_so(asking: Clinic) -> None:
    appointment = book(asking)
    for _ in range(2):
        refused = refuse(asking, appointment, reason="Pas de dermatologie")
    assert (refused.status, refused.cancelled_by, refused.cancel_reason) == (
        "cancelled",
        "staff",
        "Pas de dermatologie",
    )
    assert (place_of(asking, appointment), told(asking)) == ([], ["appointment_asked", "appointment_refused"])
    with pytest.raises(WrongState):
        approve(asking, appointment)


def test_only_a_request_is_refused(asking: Clinic) -> None:
    with pytest.raises(WrongState):
        refuse(asking, book(asking, by=asking.actor()))


def test_staff_who_cancel_a_request_refuse_it(asking: Clinic) -> None:
    appointment = book(asking)
    with asking.acting():
        booking.cancel(asking.organization, appointment.id, by=asking.actor(), now=NOW)
    assert told(asking) == ["appointment_asked", "appointment_refused"]


def test_a_patient_gives_a_request_up_at_any_time(asking: Clinic) -> None:
    appointment = book(asking, at(10))  # the cut-off of 24 hours is over
    with asking.acting(asking.patient()):
        given_up = booking.cancel(asking.organization, appointment.id, by=asking.patient(), now=NOW)
    assert (given_up.cancelled_by, told(asking)) == ("patient", ["appointment_asked", "appointment_cancelled"])


def test_a_refusal_is_taken_back_and_waits_again(asking: Clinic) -> None:
    appointment = book(asking, at(10, day=A_WEEK_LATER))
    refuse(asking, appointment)
    later = NOW + timedelta(hours=1)
    back = undo(asking, appointment, now=later)
    assert (back.status, back.approve_by) == ("pending", later + timedelta(hours=48))
    assert place_of(asking, appointment) == [(at(10, day=A_WEEK_LATER), back.approve_by)]
    assert told(asking) == ["appointment_asked", "appointment_refused", "appointment_asked"]


def move(clinic: Clinic, appointment: Appointment, by) -> Appointment:
    with clinic.acting(by):
        return booking.move(
            clinic.organization,
            appointment.id,
            schedule_id=clinic.schedule.id,
            starts_at=at(14, day=A_WEEK_LATER),
            by=by,
            now=NOW,
        )


def test_a_patient_who_moves_asks_again(asking: Clinic) -> None:
    appointment = approve(asking, book(asking, at(10, day=A_WEEK_LATER)))
    moved = move(asking, appointment, asking.patient())
    assert (moved.status, place_of(asking, moved)) == ("pending", [(at(14, day=A_WEEK_LATER), moved.approve_by)])
    assert told(asking)[-1] == "appointment_asked"


def test_a_request_that_staff_move_is_approved_by_it(asking: Clinic) -> None:
    moved = move(asking, book(asking, at(10, day=A_WEEK_LATER)), asking.actor())
    assert (moved.status, moved.approve_by) == ("booked", None)
    assert place_of(asking, moved) == [(at(14, day=A_WEEK_LATER), None)]
    assert told(asking)[-1] == "appointment_moved"


def test_an_expired_request_is_not_moved(asking: Clinic, owner: psycopg.Connection) -> None:
    appointment = book(asking, at(10, day=A_WEEK_LATER))
    lapse(owner, appointment)
    with pytest.raises(WrongState):
        move(asking, appointment, asking.actor())


def test_requests_are_listed_by_when_they_expire(asking: Clinic, carpati: Clinic) -> None:
    late, early = book(asking, at(10, day=A_WEEK_LATER)), book(asking, at(16), who=BLOT)
    approve(asking, book(asking, at(11), who=data("Cler", email="c@b.example", phone="")))
    with asking.acting():
        listed = [one.id for one in queries.requests(asking.organization, asking.actor(), now=NOW)]
        lapsed = list(queries.lapsed_requests(asking.organization, now=NOW))
    assert (listed, lapsed) == ([early.id, late.id], [])
