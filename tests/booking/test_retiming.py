"""Rules of a time zone change: visits keep their hour on the wall (CLK-11). `before` is how the old rules had it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import psycopg
import pytest

from kalends.agenda import operations as agenda
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.operations.retiming import Retimed, retime
from kalends.delivery.models import Delivery
from kalends.notifications.jobs import plan_reminders
from tests.booking.rooms import make_resource, require, second_schedule, taken_by
from tests.booking.test_booking import book
from tests.cast import NOW, Clinic, at, data, make_clinic
from tests.notifications.reminders.test_planning import ON, remind

HOUR = timedelta(hours=1)
OF_VISITS = ("booking_appointment", "agenda_occupancy", "agenda_resourceoccupancy")


def before(owner: psycopg.Connection, by: timedelta = HOUR) -> None:
    """Everything that was worked out from wall time stands at what was right by the old rules."""
    later = "DESC" if by > timedelta(0) else "ASC"
    for table in OF_VISITS:
        rows = owner.execute(f"SELECT id FROM {table} ORDER BY starts_at {later}").fetchall()
        for (row_id,) in rows:
            owner.execute(
                f"UPDATE {table} SET starts_at = starts_at + %s, ends_at = ends_at + %s WHERE id = %s",
                [by, by, row_id],
            )


def retimed(clinic: Clinic, now: datetime = NOW) -> Retimed:
    with clinic.acting():
        return retime(clinic.organization, now=now)


def places(clinic: Clinic) -> list[tuple[datetime, datetime, int]]:
    with clinic.acting():
        rows = clinic.organization.occupancies.order_by("starts_at", "seat")
        return list(rows.values_list("starts_at", "ends_at", "seat"))


def times(clinic: Clinic) -> list[tuple[datetime, int]]:
    with clinic.acting():
        rows = clinic.organization.appointments.order_by("starts_at", "id")
        return list(rows.values_list("starts_at", "local_minute"))


def letters(clinic: Clinic) -> int:
    with clinic.acting():
        return int(clinic.organization.deliveries.count())


def another(number: int) -> dict[str, object]:
    return {"who": data(f"Nom{number}", email=f"p{number}@courriel.example", phone="")}


@pytest.mark.parametrize("by", [HOUR, -HOUR, timedelta(minutes=30)], ids=["an hour", "back", "half an hour"])
def test_neighbours_all_move_along(tilleuls: Clinic, owner: psycopg.Connection, by: timedelta) -> None:
    visits = [book(tilleuls, at(9 + number // 2, 30 * (number % 2)), **another(number)) for number in range(5)]
    was_there, was_at, told = places(tilleuls), times(tilleuls), letters(tilleuls)
    before(owner, by)
    found = retimed(tilleuls)
    assert (found.visits, found.clashes, found.lost) == (5, (), ())
    assert (places(tilleuls), times(tilleuls)) == (was_there, was_at)
    with tilleuls.acting():
        kept = tilleuls.organization.appointments.get(id=visits[0].id)
        last = kept.history.order_by("-at", "-id").first()
        assert last is not None
        assert (last.what, last.actor_kind, last.before) == ("retimed", "system", last.after)
        assert (kept.sequence, kept.is_overbooked) == (1, False)
    assert letters(tilleuls) == told
    assert retimed(tilleuls).visits == 0


def test_one_patient_with_visits_in_a_row(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    for hour in (9, 10, 11):
        book(tilleuls, at(hour))
    was_there = places(tilleuls)
    before(owner)
    assert (retimed(tilleuls).clashes, places(tilleuls)) == ((), was_there)


def test_what_is_past_or_begun_stays(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    book(tilleuls, at(9))
    before(owner)
    was_at = times(tilleuls)
    assert (retimed(tilleuls, at(9, 5)).visits, times(tilleuls)) == (0, was_at)


def test_a_cancelled_visit_takes_no_place(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    visit = book(tilleuls)
    with tilleuls.acting():
        booking.cancel(tilleuls.organization, visit.id, by=tilleuls.actor(), now=NOW)
    before(owner)
    assert retimed(tilleuls).visits == 1
    assert (places(tilleuls), times(tilleuls)) == ([], [(at(10), 600)])


def test_a_block_in_the_way_is_met_above_the_capacity_and_said(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    visit = book(tilleuls)
    before(owner)
    with tilleuls.acting():
        agenda.add_block(tilleuls.schedule, starts_at=at(10), ends_at=at(10, 30), by=tilleuls.actor(), now=NOW)
    found = retimed(tilleuls)
    assert [clash.id for clash in found.clashes] == [visit.id]
    assert places(tilleuls) == [(at(10), at(10, 30), 1), (at(10), at(10, 30), 2)]
    with tilleuls.acting():
        kept = tilleuls.organization.appointments.get()
        assert (kept.is_overbooked, kept.overbooking_reason) == (True, "Les règles du fuseau horaire ont changé.")


def test_a_visit_elsewhere_at_that_time_is_said(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    """In another zone, whose rules stayed: the patient cannot be in both."""
    other = second_schedule(tilleuls)
    visit = book(tilleuls)
    before(owner)
    with tilleuls.acting():
        booking.book(
            tilleuls.organization,
            schedule_id=other.id,
            service_id=tilleuls.service.id,
            starts_at=at(10),
            contact=data(),
            by=tilleuls.actor(),
            now=NOW,
        )
    found = retimed(tilleuls)
    assert [clash.id for clash in found.clashes] == [visit.id]
    with tilleuls.acting():
        moved = tilleuls.organization.appointments.get(id=visit.id)
        assert (moved.starts_at, moved.overlap_allowed, moved.is_overbooked) == (at(10), True, False)


def test_rooms_go_along(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    rooms = [make_resource(tilleuls, f"Salle {number}") for number in (1, 2)]
    require(tilleuls, rooms)
    visits = [book(tilleuls, at(10)), book(tilleuls, at(10, 30), **another(1))]
    before(owner)
    assert retimed(tilleuls).clashes == ()
    assert [taken_by(tilleuls, visit.id) for visit in visits] == [["Salle 1"], ["Salle 1"]]
    with tilleuls.acting():
        found = tilleuls.organization.resource_occupancies.order_by("starts_at").values_list("starts_at", flat=True)
        assert list(found) == [at(10), at(10, 30)]


def test_an_hour_that_is_no_more_is_said(
    tilleuls: Clinic, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = book(tilleuls)
    monkeypatch.setattr("kalends.foundation.clock.instants_of", lambda *_asked: ())
    found = retimed(tilleuls)
    assert (found.visits, [lost.id for lost in found.lost]) == (0, [visit.id])
    assert times(tilleuls) == [(at(10), 600)]


def test_clk_11_vancouver_stays_on_summer_time(owner: psycopg.Connection, db: None) -> None:
    """Booked with the rules of 2025 for 15 January 2027, 9:00: 17:00 in UTC then, 16:00 now; reminded a day before."""
    clinic = make_clinic("vancouver", country="CA", time_zone="America/Vancouver")
    remind(clinic, _1=ON)
    now, new = datetime.fromisoformat("2027-01-04T12:00+00:00"), datetime.fromisoformat("2027-01-15T16:00+00:00")
    visit = book(clinic, new, now=now, by=clinic.actor())
    assert (visit.local_day, visit.local_minute) == (date(2027, 1, 15), 540)
    before(owner)
    with clinic.acting():
        assert clinic.organization.appointments.get().starts_at == new + HOUR
    plan_reminders(new - timedelta(days=1) - timedelta(minutes=2))
    assert retimed(clinic, now).visits == 1
    plan_reminders(new - timedelta(days=1) - timedelta(minutes=1))
    with clinic.acting():
        kept: Appointment = clinic.organization.appointments.get()
        assert (kept.starts_at, kept.local_day, kept.local_minute) == (new, date(2027, 1, 15), 540)
        left: Delivery = clinic.organization.deliveries.get(kind="reminder")
        assert (left.due_at, left.state) == (new - timedelta(days=1), "queued")
