"""Making visits longer and shorter: the place, the refusals, the race, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.refusals import SlotTaken, TwoPlacesAtOnce, WrongState
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from tests.cast import NOW, Clinic, at, data
from tests.hostile.test_bok import together


def book(clinic: Clinic, when: datetime, last: str = "Aubrée", **more: Any) -> Appointment:
    with clinic.acting():
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=when,
            contact=data(last, email=f"{last.casefold()}@courriel.example"),
            by=clinic.actor(),
            now=NOW,
            **more,
        )


def stretch(clinic: Clinic, visit: Appointment, ends_at: datetime, **more: Any) -> Appointment:
    with clinic.acting():
        return booking.stretch(
            clinic.organization, visit.id, ends_at=ends_at, by=clinic.actor(), now=NOW + timedelta(minutes=1), **more
        )


def places(clinic: Clinic) -> list[tuple[datetime, datetime, int]]:
    with clinic.acting():
        rows = clinic.organization.occupancies.order_by("starts_at", "seat")
        return [(row.starts_at, row.ends_at, row.seat) for row in rows]


def test_the_place_grows_with_the_visit(tilleuls: Clinic) -> None:
    visit = book(tilleuls, at(10))
    longer = stretch(tilleuls, visit, at(11, 15), why="Deux lésions")
    assert (longer.starts_at, longer.ends_at, longer.sequence, longer.version, longer.moves) == (
        at(10),
        at(11, 15),
        1,
        2,
        0,
    )
    assert places(tilleuls) == [(at(10), at(11, 15), 1)]
    with tilleuls.acting():
        entry = visit.history.order_by("at").last()
        line = tilleuls.organization.audit_entries.order_by("id").last()
    assert entry is not None
    assert (entry.what, entry.why) == ("stretched", "Deux lésions")
    assert (entry.before["minutes"], entry.after["minutes"], line.act) == (30, 75, "appointment:move")


def test_a_shorter_visit_frees_its_end(tilleuls: Clinic) -> None:
    visit = book(tilleuls, at(10))
    assert stretch(tilleuls, visit, at(10, 20)).ends_at == at(10, 20)
    assert places(tilleuls) == [(at(10), at(10, 20), 1)]


def test_buffers_stay_as_long_as_they_were(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.services.update(buffer_before=5, buffer_after=10)
    visit = book(tilleuls, at(10))
    stretch(tilleuls, visit, at(10, 50))
    assert places(tilleuls) == [(at(9, 55), at(11), 1)]


def test_nobody_is_pushed_aside(tilleuls: Clinic) -> None:
    visit = book(tilleuls, at(10))
    book(tilleuls, at(10, 30), "Morel")
    with pytest.raises(SlotTaken):
        stretch(tilleuls, visit, at(10, 35))
    assert places(tilleuls) == [(at(10), at(10, 30), 1), (at(10, 30), at(11), 1)]
    with tilleuls.acting():
        kept = tilleuls.organization.appointments.get(id=visit.id)
        assert (kept.ends_at, kept.sequence, visit.history.count()) == (at(10, 30), 0, 1)


def test_in_a_group_another_seat_will_do(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(capacity=2)
    first = book(tilleuls, at(10))
    book(tilleuls, at(10, 30), "Morel")
    stretch(tilleuls, first, at(11))
    assert places(tilleuls) == [(at(10), at(11), 2), (at(10, 30), at(11), 1)]


def test_the_patient_is_not_stretched_into_another_visit(tilleuls: Clinic, owner: Any) -> None:
    visit = book(tilleuls, at(10))
    other = book(tilleuls, at(11))
    owner.execute("DELETE FROM agenda_occupancy WHERE holder_id = %s", [other.id])
    with pytest.raises(TwoPlacesAtOnce):
        stretch(tilleuls, visit, at(11, 30))
    assert places(tilleuls) == [(at(10), at(10, 30), 1)]


@pytest.mark.parametrize("minutes", [0, -30, 4, 24 * 60 + 1])
def test_lengths_that_are_none(tilleuls: Clinic, minutes: int) -> None:
    visit = book(tilleuls, at(10))
    with pytest.raises(Invalid) as refused:
        stretch(tilleuls, visit, at(10) + timedelta(minutes=minutes))
    assert [error.field for error in refused.value.errors] == ["ends_at"]


@pytest.mark.parametrize(("state", "allowed"), [("arrived", True), ("fulfilled", False), ("no_show", False)])
def test_who_sits_there_may_still_need_longer(tilleuls: Clinic, state: str, allowed: bool) -> None:
    visit = book(tilleuls, at(10))
    with tilleuls.acting():
        booking.set_status(tilleuls.organization, visit.id, status=state, by=tilleuls.actor(), now=at(10))
    if allowed:
        assert stretch(tilleuls, visit, at(11)).status == state
    else:
        with pytest.raises(WrongState):
            stretch(tilleuls, visit, at(11))


def test_a_cancelled_visit_has_no_length_to_change(tilleuls: Clinic) -> None:
    visit = book(tilleuls, at(10))
    with tilleuls.acting():
        booking.cancel(tilleuls.organization, visit.id, by=tilleuls.actor(), now=NOW)
    with pytest.raises(WrongState):
        stretch(tilleuls, visit, at(11))


def test_a_visit_that_moves_keeps_its_own_length(tilleuls: Clinic) -> None:
    visit = book(tilleuls, at(10))
    stretch(tilleuls, visit, at(10, 50))
    with tilleuls.acting():
        moved = booking.move(
            tilleuls.organization,
            visit.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=at(14),
            by=tilleuls.actor(),
            now=NOW,
        )
    assert (moved.starts_at, moved.ends_at) == (at(14), at(14, 50))
    assert places(tilleuls) == [(at(14), at(14, 50), 1)]


def test_said_twice_it_stays_said_once(tilleuls: Clinic) -> None:
    visit = book(tilleuls, at(10))
    stretch(tilleuls, visit, at(11))
    assert stretch(tilleuls, visit, at(11)).sequence == 1


@pytest.mark.parametrize("_round", range(6))
def test_one_of_two_who_want_the_same_half_hour_has_it(tilleuls: Clinic, _round: int) -> None:
    visit, by = book(tilleuls, at(10)), tilleuls.actor()

    def longer(now: datetime) -> Appointment:
        return booking.stretch(tilleuls.organization, visit.id, ends_at=at(11), by=by, now=NOW)

    def another(now: datetime) -> Appointment:
        return booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=at(10, 30),
            contact=data("Morel", email="morel@courriel.example"),
            by=by,
            now=NOW,
        )

    def one(act: Callable[[datetime], Appointment]) -> Callable[[], Appointment]:
        return lambda: tenancy.perform(act, organization=tilleuls.organization, by=by)

    answers = together([one(longer), one(another)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Appointment", "SlotTaken"]
