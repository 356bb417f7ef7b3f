"""Where instants stand on the page: ordinary days, days of 23 and 25 hours, columns of several zones, things side by
side."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.models import Schedule
from kalends.foundation import clock
from kalends.organizations.models import Organization
from kalends.web.staff.agenda.axis import Axis, Line
from kalends.web.staff.agenda.bars import Place
from kalends.web.staff.agenda.columns import Desk, Writer
from kalends.web.staff.agenda.lanes import MOST_LANES, lanes

PARIS, TORONTO, LORD_HOWE = (clock.zone(key) for key in ("Europe/Paris", "America/Toronto", "Australia/Lord_Howe"))
BUCHAREST = clock.zone("Europe/Bucharest")
SPRING, AUTUMN, PLAIN = date(2027, 3, 28), date(2027, 10, 31), date(2026, 12, 7)


def places(line: Line, step: int = 300) -> list[int]:
    return [line.place(epoch) for epoch in range(line.begins, line.ends, step)]


@pytest.mark.parametrize(
    ("day", "zone", "rows"),
    [
        (PLAIN, PARIS, 288),
        (SPRING, PARIS, 276),
        (AUTUMN, PARIS, 300),
        (date(2026, 10, 4), LORD_HOWE, 282),
        (date(2026, 4, 5), LORD_HOWE, 294),
        (date(2026, 3, 8), TORONTO, 276),
    ],
)
def test_a_day_has_a_row_for_each_of_its_five_minutes_and_no_more(day: date, zone: ZoneInfo, rows: int) -> None:
    """CLK-09: neither gap nor overlap, on days of 23, 23 and a half, 24 and 25 hours."""
    axis = Axis.of([(day, zone)])
    assert places(Line(axis, day, zone)) == list(range(0, rows * 5, 5))
    assert axis.length == rows * 5


def test_the_hours_beside_a_day_of_25_hours() -> None:
    hours = Axis.of([(AUTUMN, PARIS)]).hours()
    assert hours[:5] == [(0, 0, 0), (60, 60, 0), (120, 120, 0), (180, 120, 1), (240, 180, 0)]
    assert len(hours) == 25


def test_the_hours_beside_a_day_of_23_hours() -> None:
    assert Axis.of([(SPRING, PARIS)]).hours()[:4] == [(0, 0, 0), (60, 60, 0), (120, 180, 0), (180, 240, 0)]


def test_in_a_week_equal_hours_stand_side_by_side() -> None:
    days = [AUTUMN, date(2027, 11, 1)]
    axis = Axis.of([(day, PARIS) for day in days])
    nines = [clock.instants_of(day, 540, PARIS)[0] for day in days]
    assert [Line(axis, day, PARIS).place(nine) for day, nine in zip(days, nines, strict=True)] == [600, 600]
    assert Line(axis, days[1], PARIS).voids() == [(180, 240)]
    assert Line(axis, days[0], PARIS).voids() == []


def test_an_hour_that_only_other_days_have_is_void() -> None:
    days = [date(2027, 3, 27), SPRING]
    axis = Axis.of([(day, PARIS) for day in days])
    assert (axis.length, Line(axis, SPRING, PARIS).voids()) == (1440, [(120, 180)])
    assert Line(axis, SPRING, PARIS).place(clock.instants_of(SPRING, 540, PARIS)[0]) == 540


def test_two_zones_that_change_at_one_instant_share_an_axis() -> None:
    axis = Axis.of([(AUTUMN, PARIS), (AUTUMN, BUCHAREST)])
    assert axis.doubled == ((120, 180), (180, 240))
    for zone in (PARIS, BUCHAREST):
        line = Line(axis, AUTUMN, zone)
        found = places(line)
        assert found == sorted(set(found))
        assert len(found) == 300
        assert line.place(clock.instants_of(AUTUMN, 540, zone)[0]) == 660


@pytest.mark.parametrize("day", [PLAIN, SPRING, AUTUMN])
@pytest.mark.parametrize("other", [PARIS, BUCHAREST, TORONTO])
def test_anchors_turn_every_place_back_into_its_instant(day: date, other: ZoneInfo) -> None:
    line = Line(Axis.of([(day, PARIS), (day, other)]), day, PARIS)
    anchors = line.anchors()
    for epoch in range(line.begins, line.ends, 300):
        at = line.place(epoch)
        place, instant = [anchor for anchor in anchors if anchor[0] <= at][-1]
        assert instant + (at - place) * 60 == epoch


@given(st.lists(st.tuples(st.integers(0, 287), st.integers(1, 60)), max_size=40))
def test_nothing_lies_on_anything_unless_all_lanes_are_taken(things: list[tuple[int, int]]) -> None:
    spans = sorted((begin, begin + length) for begin, length in things)
    found = lanes(spans)
    assert len(found) == len(spans)
    for number, (one, (lane, of)) in enumerate(zip(spans, found, strict=True)):
        assert 1 <= lane <= of <= MOST_LANES
        later = zip(spans[number + 1 :], found[number + 1 :], strict=True)
        assert of == MOST_LANES or not any(its == lane and other[0] < one[1] for other, (its, _of) in later)


@given(st.integers(0, 1435), st.integers(1, 300), st.integers(1, 300))
def test_what_follows_on_another_never_overlaps_with_it_by_rounding(begin: int, first: int, second: int) -> None:
    """Visits of odd minutes: the later takes the rest of a row that both touch, unless the first has no other."""
    one, other = Place.of(begin, begin + first), Place.of(begin + first, begin + first + second)
    assert one.last <= other.first or one.last - one.first == 1


def test_the_hour_that_it_is_has_a_line_only_among_the_hours_shown() -> None:
    day = date(2026, 11, 30)
    desk = Desk(Organization(slug="tilleuls"), datetime(2026, 11, 30, 2, 29, tzinfo=PARIS), {}, "en", book=False)
    writer = Writer(desk, Schedule(), None, Line(Axis.of([(day, PARIS)]), day, PARIS))
    assert writer.now_item(8, 18) == ""
    assert 'class="now at-0225 for-5"' in writer.now_item(2, 18)
