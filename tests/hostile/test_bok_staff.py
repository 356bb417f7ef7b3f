"""BOK: approving, overbooking and swapping under pressure, and times that nobody offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from kalends.agenda import operations as agenda
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from tests.booking.test_booking import book
from tests.cast import MONDAY, NOW, Clinic, at, data
from tests.hostile.test_bok import OVERLAPS, booker, outcomes, person, together


def performer(clinic: Clinic, act: Callable[[Actor], Any]) -> Callable[[], Any]:
    """One act of staff, in a transaction of its own."""
    by = clinic.actor()
    return lambda: tenancy.perform(lambda now: act(by), organization=clinic.organization, by=by)


def approver(clinic: Clinic, request: Appointment) -> Callable[[], Any]:
    return performer(clinic, lambda by: booking.approve(clinic.organization, request.id, by=by, now=NOW))


def swapper(clinic: Clinic, first: Appointment, second: Appointment) -> Callable[[], Any]:
    def act(by: Actor) -> Appointment:
        return booking.swap(clinic.organization, first.id, second.id, by=by, now=NOW)[0]

    return performer(clinic, act)


def lapsed_requests(clinic: Clinic, owner: psycopg.Connection, when: datetime, *people: int) -> list[Appointment]:
    """Requests on one time, each made when the one before had expired: two are on it at once, and hold nothing."""
    made = []
    for number in people:
        made.append(booker(clinic, when, number)())
        over = datetime.now(UTC) - timedelta(minutes=1)
        owner.execute("UPDATE agenda_occupancy SET expires_at = %s WHERE holder_id = %s", [over, made[-1].id])
    return made


def test_bok_03_two_secretaries_approve_two_requests_on_one_time(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    with tilleuls.acting():
        tilleuls.organization.services.update(needs_approval=True)
    for number in range(6):
        when = at(9, day=MONDAY + timedelta(days=1)) + timedelta(minutes=30 * number)
        requests = lapsed_requests(tilleuls, owner, when, 2 * number, 2 * number + 1)
        assert outcomes(together([approver(tilleuls, one) for one in requests])) == {"booked": 1, "SlotTaken": 1}
        with tilleuls.acting():
            states = sorted(tilleuls.organization.appointments.get(id=one.id).status for one in requests)
        assert states == ["booked", "pending"]
    assert owner.execute(OVERLAPS).fetchone() == (0,)


def test_bok_03_one_request_approved_by_many_is_approved_once(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.services.update(needs_approval=True)
    request = booker(tilleuls, at(10), 1)()
    assert outcomes(together([approver(tilleuls, request)] * 8)) == {"booked": 8}
    with tilleuls.acting():
        approved = tilleuls.organization.appointments.get(id=request.id)
        assert [one.what for one in approved.history.order_by("id")] == ["booked", "approved"]
        assert tilleuls.organization.deliveries.filter(kind="appointment_booked").count() == 1


def test_bok_10_crossing_swaps_leave_everybody_on_one_place(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    visits = [booker(tilleuls, at(9) + timedelta(minutes=30 * number), number)() for number in range(3)]
    pairs = [(0, 1), (1, 2), (2, 0), (1, 0)]
    together([swapper(tilleuls, visits[one], visits[two]) for one, two in pairs * 2])
    rows = owner.execute(
        "SELECT a.starts_at = o.starts_at AND a.ends_at = o.ends_at AND a.schedule_id = o.schedule_id, count(*) OVER ()"
        " FROM booking_appointment a JOIN agenda_occupancy o ON o.holder_id = a.id"
    ).fetchall()
    assert rows == [(True, 3)] * 3
    assert owner.execute(OVERLAPS).fetchone() == (0,)


def test_bok_10_a_swap_while_one_of_them_is_cancelled(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    for number in range(5):
        day = MONDAY + timedelta(days=1 + number % 4, weeks=number // 4)
        first, second = (
            booker(tilleuls, at(9, day=day), 2 * number)(),
            booker(tilleuls, at(10, day=day), 2 * number + 1)(),
        )
        cancel = performer(
            tilleuls, lambda by, one=second: booking.cancel(tilleuls.organization, one.id, by=by, now=NOW)
        )
        results = outcomes(together([swapper(tilleuls, first, second), cancel]))
        assert results in ({"booked": 2}, {"booked": 1, "CannotSwap": 1})
        with tilleuls.acting():
            kept = tilleuls.organization.appointments.get(id=first.id)
            place = tilleuls.organization.occupancies.get(holder_id=first.id)
            assert (kept.starts_at, kept.ends_at) == (place.starts_at, place.ends_at)
            assert tilleuls.organization.occupancies.filter(holder_id=second.id).count() == 0
    assert owner.execute(OVERLAPS).fetchone() == (0,)


def test_bok_14_blocked_while_being_booked(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    for number in range(5):
        day = MONDAY + timedelta(days=1 + number % 4, weeks=number // 4)

        def block(by: Actor, day: Any = day) -> Any:
            begin = at(10, day=day)
            return agenda.add_block(
                tilleuls.schedule, starts_at=begin, ends_at=begin + timedelta(hours=1), reason="Congé", by=by, now=NOW
            )

        results = together([performer(tilleuls, block), booker(tilleuls, at(10, day=day), number)])
        assert sum(isinstance(one, Appointment) for one in results) + (type(results[0]).__name__ == "Block") == 1
    assert owner.execute(OVERLAPS).fetchone() == (0,)


@pytest.mark.parametrize(
    "when",
    [
        at(10, day=MONDAY - timedelta(days=3)),
        at(10, day=MONDAY.replace(year=2036)),
        at(23, 59),
        at(7, 13),
        at(9, 1),
        at(10) + timedelta(seconds=1),
        at(12, 30),
    ],
)
def test_bok_15_17_what_was_never_offered_is_refused(tilleuls: Clinic, when: datetime) -> None:
    for by in (tilleuls.patient(), tilleuls.actor()):
        with pytest.raises(SlotNotOpen):
            book(tilleuls, when, by=by)
    with pytest.raises(SlotNotOpen):
        book(tilleuls, when, by=tilleuls.actor(), overbooking_reason="Urgence")


def test_bok_20_exactly_one_extra_among_many(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    booker(tilleuls, at(10), 0)()

    def squeeze(number: int) -> Callable[[], Any]:
        def act(by: Actor) -> Appointment:
            return booking.book(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=at(10),
                contact=person(number),
                by=by,
                now=NOW,
                overbooking_reason="Urgence",
            )

        return performer(tilleuls, act)

    results = together([squeeze(number) for number in range(1, 13)])
    assert outcomes(results) == {"booked": 1, "SlotTaken": 11}
    named = owner.execute(
        "SELECT count(*), min(overbooking_reason) FROM booking_appointment WHERE is_overbooked"
    ).fetchone()
    audited = owner.execute("SELECT count(*) FROM audit_entry WHERE act = 'appointment:overbook'").fetchone()
    assert (named, audited) == ((1, "Urgence"), (1,))


def test_undoing_and_booking_race_for_one_time(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    for number in range(6):
        when = at(9, day=MONDAY + timedelta(days=1)) + timedelta(minutes=30 * number)
        cancelled = booker(tilleuls, when, 10 * number)()
        performer(tilleuls, lambda by, one=cancelled: booking.cancel(tilleuls.organization, one.id, by=by, now=NOW))()
        undo = performer(
            tilleuls, lambda by, one=cancelled: booking.undo(tilleuls.organization, one.id, by=by, now=NOW)
        )
        assert outcomes(together([undo, booker(tilleuls, when, 10 * number + 1)])) == {"booked": 1, "SlotTaken": 1}
    assert owner.execute(OVERLAPS).fetchone() == (0,)


def test_a_request_that_expires_while_it_is_approved(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    """Approved and ended at one instant: it is one of the two, and the place agrees."""
    with tilleuls.acting():
        tilleuls.organization.services.update(needs_approval=True)
    for number in range(5):
        when = at(9, day=MONDAY + timedelta(days=1)) + timedelta(minutes=30 * number)
        (request,) = lapsed_requests(tilleuls, owner, when, number)
        expire = performer(
            tilleuls,
            lambda by, one=request, when=when: booking.expire(tilleuls.organization, one.id, by=by, now=when),
        )
        together([approver(tilleuls, request), expire])
        with tilleuls.acting():
            state = tilleuls.organization.appointments.get(id=request.id).status
            places = tilleuls.organization.occupancies.filter(holder_id=request.id, expires_at=None).count()
        assert (state, places) in (("booked", 1), ("cancelled", 0))


def test_the_loser_of_a_race_to_overbook_has_written_nothing(tilleuls: Clinic) -> None:
    book(tilleuls)
    book(tilleuls, by=tilleuls.actor(), who=data("Blot", email="b@b.example", phone=""), overbooking_reason="Urgence")
    with pytest.raises(SlotTaken):
        book(tilleuls, by=tilleuls.actor(), who=data("Cler", email="c@b.example", phone=""), overbooking_reason="x")
    with tilleuls.acting():
        assert (tilleuls.organization.appointments.count(), tilleuls.organization.contacts.count()) == (2, 2)
