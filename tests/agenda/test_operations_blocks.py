"""Blocks: every seat, whatever the length, never over somebody who sits there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

from kalends.agenda import operations as agenda
from kalends.agenda.models import Block, Occupancy
from kalends.agenda.queries.occupied import LONGEST_PLACE
from kalends.agenda.refusals import PlaceTaken
from kalends.booking import operations as booking
from kalends.booking.refusals import SlotTaken
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from tests.agenda.shared import act, booked, lines, offered
from tests.cast import MONDAY, NOW, Clinic, at, data


def block(clinic: Clinic, begin: datetime, end: datetime, **more: Any) -> Block | None:
    return act(clinic, agenda.add_block, clinic.schedule, starts_at=begin, ends_at=end, **more)


def places(clinic: Clinic) -> list[tuple[int, datetime, datetime]]:
    with clinic.acting():
        return list(
            clinic.organization.occupancies.order_by("seat", "starts_at").values_list("seat", "starts_at", "ends_at")
        )


def test_a_block_is_busy_until_it_is_removed(tilleuls: Clinic) -> None:
    made = block(tilleuls, at(9, 10), at(11, 50), reason=" Réunion\t", is_pre_reservation=True, source_uid="a@b")
    assert made is not None
    assert (made.reason, made.is_pre_reservation, made.source_uid) == ("Réunion", True, "a@b")
    assert offered(tilleuls)[0] == "13:00"
    with pytest.raises(SlotTaken):
        booked(tilleuls, 10)
    act(tilleuls, agenda.remove_block, made)
    assert offered(tilleuls)[0] == "09:00"
    with tilleuls.acting():
        assert (tilleuls.schedule.blocks.count(), tilleuls.organization.occupancies.count()) == (0, 0)
    assert [len(lines(tilleuls, act)) for act in ("block:add", "block:remove")] == [1, 1]


def test_a_block_takes_every_seat(tilleuls: Clinic) -> None:
    act(tilleuls, agenda.edit_schedule, tilleuls.schedule, capacity=3)
    block(tilleuls, at(9), at(12))
    assert places(tilleuls) == [(seat, at(9), at(12)) for seat in (1, 2, 3)]
    assert offered(tilleuls)[0] == "13:00"


def test_seats_that_are_added_later_are_blocked_too(tilleuls: Clinic) -> None:
    block(tilleuls, at(9), at(12))
    act(tilleuls, agenda.edit_schedule, tilleuls.schedule, capacity=2)
    assert places(tilleuls) == [(1, at(9), at(12)), (2, at(9), at(12))]


def test_a_block_is_refused_where_somebody_sits(tilleuls: Clinic) -> None:
    act(tilleuls, agenda.edit_schedule, tilleuls.schedule, capacity=2)
    booked(tilleuls, 10)
    for begin, end in ((at(9), at(10, 1)), (at(10, 29), at(11)), (at(10), at(10, 30)), (at(1), at(23))):
        with pytest.raises(PlaceTaken) as refused:
            block(tilleuls, begin, end)
        assert (refused.value.code, refused.value.status) == ("slot_taken", 409)
        assert "Aubrée" not in str(refused.value)
    with tilleuls.acting():
        assert tilleuls.schedule.blocks.count() == 0
    assert block(tilleuls, at(9), at(10)) is not None
    assert block(tilleuls, at(10, 30), at(11)) is not None


def test_busy_time_of_another_calendar_goes_around_who_is_there(tilleuls: Clinic) -> None:
    booked(tilleuls, 10)
    made = block(tilleuls, at(9, 30), at(12), skip_taken=True)
    assert made is not None
    assert (made.starts_at, made.ends_at) == (at(9, 30), at(12))
    assert places(tilleuls) == [(1, at(9, 30), at(10)), (1, at(10), at(10, 30)), (1, at(10, 30), at(12))]
    assert offered(tilleuls)[:2] == ["09:00", "13:00"]


def test_busy_times_that_overlap_are_busy_from_the_first_to_the_last_minute(tilleuls: Clinic) -> None:
    block(tilleuls, at(9), at(10), skip_taken=True)
    block(tilleuls, at(9, 30), at(11), skip_taken=True)
    assert offered(tilleuls)[0] == "11:00"


def test_busy_time_with_nothing_left_is_no_block(tilleuls: Clinic) -> None:
    booked(tilleuls, 10)
    block(tilleuls, at(9), at(10))
    assert block(tilleuls, at(9, 15), at(10, 15), skip_taken=True) is None
    with tilleuls.acting():
        assert (tilleuls.schedule.blocks.count(), tilleuls.organization.occupancies.count()) == (1, 2)
    assert len(lines(tilleuls, "block:add")) == 1


def test_a_long_block_sits_in_pieces_and_is_seen_whole(tilleuls: Clinic) -> None:
    """Free times look back by the longest place only."""
    made = block(tilleuls, at(8), at(8, day=date(2026, 12, 7)) + timedelta(days=16, hours=5))
    found = places(tilleuls)
    assert len(found) == 17
    assert max(end - begin for _, begin, end in found) == timedelta(hours=24)
    assert [end for _, _, end in found[:-1]] == [begin for _, begin, _ in found[1:]]
    days = [MONDAY + timedelta(days=ahead) for ahead in range(17)]
    assert [day for day in days if offered(tilleuls, day)] == [date(2026, 12, 23)]
    assert offered(tilleuls, date(2026, 12, 23))[0] == "13:00"
    act(tilleuls, agenda.remove_block, made)
    assert places(tilleuls) == []


@pytest.mark.parametrize("zone", [timedelta(0), timedelta(hours=-5), timedelta(hours=5, minutes=30)])
def test_the_offset_in_which_a_block_is_written_makes_no_difference(tilleuls: Clinic, zone: timedelta) -> None:
    from datetime import timezone

    block(tilleuls, at(9).astimezone(timezone(zone)), at(10).astimezone(timezone(zone)))
    assert places(tilleuls) == [(1, at(9), at(10))]


def test_a_hold_that_has_expired_is_not_in_the_way_and_a_live_one_is(tilleuls: Clinic) -> None:
    with tilleuls.acting(tilleuls.patient()) as now:
        day = now.date() + timedelta(days=(7 - now.weekday()) or 7)
        begin = at(10, day=day)
        booking.hold(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=begin,
            visitor=b"v",
            by=tilleuls.patient(),
            now=now,
        )
    with pytest.raises(PlaceTaken), tilleuls.acting():
        agenda.add_block(
            tilleuls.schedule, starts_at=begin, ends_at=begin + timedelta(hours=1), by=tilleuls.actor(), now=now
        )
    later = now + timedelta(minutes=5)
    with tilleuls.acting():
        made = agenda.add_block(
            tilleuls.schedule, starts_at=begin, ends_at=begin + timedelta(hours=1), by=tilleuls.actor(), now=later
        )
        assert [place.holder_id for place in tilleuls.organization.occupancies.all()] == [made.id]


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        (at(9), at(9), "ends_at"),
        (at(9), at(8), "ends_at"),
        (at(9), at(9) + timedelta(days=366, seconds=1), "ends_at"),
        (datetime(2026, 12, 7, 9), at(10), "starts_at"),
        (at(9), datetime(2026, 12, 7, 10), "ends_at"),
        (datetime(206, 12, 7, 9, tzinfo=UTC), datetime(206, 12, 7, 10, tzinfo=UTC), "starts_at"),
    ],
)
def test_a_block_that_cannot_be_is_refused_with_its_field(
    tilleuls: Clinic, begin: datetime, end: datetime, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        block(tilleuls, begin, end)
    assert [error.field for error in refused.value.errors] == [field]


def test_a_place_longer_than_free_times_look_back_is_refused_by_the_database(tilleuls: Clinic) -> None:
    def sit(length: timedelta) -> None:
        with tilleuls.acting():
            Occupancy.all_rows.create(
                organization=tilleuls.organization,
                schedule=tilleuls.schedule,
                starts_at=at(9),
                ends_at=at(9) + length,
                holder_id=tilleuls.schedule.id,
            )

    with pytest.raises(IntegrityError, match="place_lasts_at_most_40_hours"):
        sit(LONGEST_PLACE + timedelta(microseconds=1))
    sit(LONGEST_PLACE)


def test_eight_people_block_and_eight_book_the_same_hour(tilleuls: Clinic) -> None:
    """One of them sits there in the end, and nobody is told anything but that."""
    together = Barrier(16)

    def attempt(number: int) -> str:
        together.wait()
        try:
            if number % 2:
                tenancy.perform(
                    lambda now: agenda.add_block(
                        tilleuls.schedule, starts_at=at(9), ends_at=at(12), by=tilleuls.actor(), now=NOW
                    ),
                    organization=tilleuls.organization,
                    by=tilleuls.actor(),
                )
            else:
                tenancy.perform(
                    lambda now: booking.book(
                        tilleuls.organization,
                        schedule_id=tilleuls.schedule.id,
                        service_id=tilleuls.service.id,
                        starts_at=at(10),
                        contact=data(last=f"Patient {number}"),
                        by=tilleuls.actor(),
                        now=NOW,
                    ),
                    organization=tilleuls.organization,
                    by=tilleuls.actor(),
                )
        except (PlaceTaken, SlotTaken) as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(attempt, range(16)))
    assert sorted(outcomes) == ["done", *["slot_taken"] * 15]
    assert len(places(tilleuls)) == 1
