from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest

from kalends.agenda.rules import Closure, DayOverride, OpeningRule, grid, open_spans, periods_of_day
from kalends.foundation.clock import zone
from tests.agenda.brute_force import shown, utc

PARIS = zone("Europe/Paris")
BUCHAREST = zone("Europe/Bucharest")
TORONTO = zone("America/Toronto")
LORD_HOWE = zone("Australia/Lord_Howe")
MONDAY = date(2027, 5, 3)
SCAN, ECHO = UUID(int=1), UUID(int=2)
CHANGE_DAYS = [
    (PARIS, date(2027, 3, 28), "+0200"),
    (PARIS, date(2027, 10, 31), "+0100"),
    (PARIS, date(2028, 3, 26), "+0200"),
    (PARIS, date(2028, 10, 29), "+0100"),
    (BUCHAREST, date(2027, 3, 28), "+0300"),
    (BUCHAREST, date(2027, 10, 31), "+0200"),
    (TORONTO, date(2027, 3, 14), "-0400"),
    (TORONTO, date(2027, 11, 7), "-0500"),
    (TORONTO, date(2028, 3, 12), "-0400"),
    (TORONTO, date(2028, 11, 5), "-0500"),
]


def hhmm(text):
    """Wall minutes of every 09:00-12:00 in the text, as periods."""
    periods = []
    for part in text.split():
        (start_hour, start), (end_hour, end) = (side.split(":") for side in part.split("-"))
        periods.append((int(start_hour) * 60 + int(start), int(end_hour) * 60 + int(end)))
    return tuple(periods)


def starts(day, periods, *, closures=(), step=60, duration=60, place=PARIS):
    return shown(grid(day, hhmm(periods), closures, step, duration, place), place)


def test_rules_of_the_weekday_open_the_day():
    rules = [OpeningRule(1, 540, 720), OpeningRule(1, 780, 1020), OpeningRule(2, 0, 1440)]
    assert periods_of_day(MONDAY, rules, None, None) == ((540, 720), (780, 1020))
    assert periods_of_day(date(2027, 5, 5), rules, None, None) == ()


def test_adjacent_and_overlapping_periods_are_merged():
    rules = [OpeningRule(1, 780, 900), OpeningRule(1, 540, 720), OpeningRule(1, 720, 780)]
    assert periods_of_day(MONDAY, rules, None, None) == ((540, 900),)
    assert grid(MONDAY, ((540, 660), (600, 720)), (), 60, 60, PARIS) == grid(MONDAY, ((540, 720),), (), 60, 60, PARIS)


def test_both_validity_dates_are_included():
    rules = [OpeningRule(1, 540, 720, valid_from=MONDAY, valid_until=date(2027, 5, 10))]
    days = [date(2027, 4, 26), MONDAY, date(2027, 5, 10), date(2027, 5, 17)]
    assert [len(periods_of_day(day, rules, None, None)) for day in days] == [0, 1, 1, 0]


def test_week_53_and_the_week_1_after_it_are_both_odd():
    odd, even = OpeningRule(1, 540, 600, weeks="odd"), OpeningRule(1, 600, 660, weeks="even")
    mondays = [date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)]
    assert [day.isocalendar().week for day in mondays] == [52, 53, 1, 2]
    assert [periods_of_day(day, [odd, even], None, None) for day in mondays] == [
        ((600, 660),),
        ((540, 600),),
        ((540, 600),),
        ((600, 660),),
    ]


def test_the_first_days_of_january_follow_the_parity_of_their_iso_week():
    friday = OpeningRule(5, 540, 600, weeks="odd")
    assert periods_of_day(date(2027, 1, 1), [friday], None, None) == ((540, 600),)
    assert periods_of_day(date(2027, 1, 15), [friday], None, None) == ()


def test_a_rule_for_some_services_opens_for_those_only():
    rules = [OpeningRule(1, 540, 600, services=frozenset({SCAN})), OpeningRule(1, 600, 660)]
    assert periods_of_day(MONDAY, rules, None, SCAN) == ((540, 660),)
    assert periods_of_day(MONDAY, rules, None, ECHO) == ((600, 660),)
    assert periods_of_day(MONDAY, rules, None, None) == ((540, 660),)


def test_an_override_replaces_the_day_for_every_service():
    rules = [OpeningRule(1, 540, 720, services=frozenset({SCAN}))]
    override = DayOverride(MONDAY, ((960, 1020), (900, 960)))
    assert periods_of_day(MONDAY, rules, override, ECHO) == ((900, 1020),)
    assert periods_of_day(MONDAY, rules, DayOverride(MONDAY), SCAN) == ()


def test_an_override_of_another_date_is_a_mistake():
    with pytest.raises(ValueError, match="2027-05-04 says nothing about 2027-05-03"):
        periods_of_day(MONDAY, [], DayOverride(date(2027, 5, 4)), None)


def test_a_visit_ends_by_the_end_of_its_period():
    assert starts(MONDAY, "9:00-11:00 13:00-14:00", step=30, duration=45) == [
        "09:00+0200",
        "09:30+0200",
        "10:00+0200",
        "13:00+0200",
    ]


def test_starts_are_counted_from_the_start_of_the_period():
    assert starts(MONDAY, "9:10-10:30", step=20, duration=30) == [
        "09:10+0200",
        "09:30+0200",
        "09:50+0200",
    ]


def test_a_closure_takes_the_starts_that_touch_it_and_moves_none():
    closure = Closure(MONDAY, 610, MONDAY, 640)
    assert starts(MONDAY, "9:00-12:00", closures=[closure], step=30, duration=30) == [
        "09:00+0200",
        "09:30+0200",
        "11:00+0200",
        "11:30+0200",
    ]


def test_a_closure_over_several_days_is_half_open():
    closure = [Closure(date(2027, 5, 2), 600, date(2027, 5, 4), 600)]
    days = [date(2027, 5, 2), MONDAY, date(2027, 5, 4), date(2027, 5, 5)]
    assert [starts(day, "9:00-12:00", closures=closure) for day in days] == [
        ["09:00+0200"],
        [],
        ["10:00+0200", "11:00+0200"],
        ["09:00+0200", "10:00+0200", "11:00+0200"],
    ]


def test_a_closure_until_midnight_leaves_the_next_day_open():
    closure = [Closure(MONDAY, 0, date(2027, 5, 4), 0)]
    assert starts(MONDAY, "0:00-2:00", closures=closure) == []
    assert starts(date(2027, 5, 4), "0:00-2:00", closures=closure) == ["00:00+0200", "01:00+0200"]


def test_a_visit_does_not_cross_midnight():
    night = starts(MONDAY, "22:00-24:00", duration=90) + starts(date(2027, 5, 4), "0:00-2:00", duration=90)
    assert night == ["22:00+0200", "00:00+0200"]


def test_the_hour_that_the_clocks_skip_is_never_offered():
    assert starts(date(2027, 3, 28), "1:00-5:00", step=30, duration=30) == [
        "01:00+0100",
        "01:30+0100",
        "03:00+0200",
        "03:30+0200",
        "04:00+0200",
        "04:30+0200",
    ]
    assert starts(date(2027, 3, 28), "2:00-5:00", place=BUCHAREST) == ["02:00+0200", "04:00+0300"]
    assert starts(date(2027, 3, 14), "1:00-4:00", place=TORONTO) == ["01:00-0500", "03:00-0400"]


def test_opening_hours_within_the_skipped_hour_open_nothing():
    assert open_spans(date(2027, 3, 28), hhmm("2:00-3:00"), (), PARIS) == ()
    assert starts(date(2027, 3, 28), "2:00-3:00", step=5, duration=5) == []


def test_a_visit_may_cross_the_hour_that_the_clocks_skip():
    day = date(2027, 3, 28)
    assert starts(day, "1:00-5:00", step=45, duration=90) == ["01:00+0100", "01:45+0100", "03:15+0200"]
    assert open_spans(day, hhmm("1:00-5:00"), (), PARIS) == ((utc("2027-03-28T00:00"), utc("2027-03-28T03:00")),)


def test_the_hour_that_the_clocks_repeat_is_offered_once_per_real_instant():
    on_call = grid(date(2027, 10, 31), hhmm("2:00-3:00"), (), 30, 30, PARIS)
    assert on_call == tuple(
        utc(f"2027-10-31T{text}")  # the first two are 02:00 and 02:30 of summer time, then of winter time
        for text in ("00:00", "00:30", "01:00", "01:30")
    )
    assert shown(on_call, PARIS) == ["02:00+0200", "02:30+0200", "02:00+0100", "02:30+0100"]
    assert starts(date(2027, 10, 31), "3:00-4:00", place=BUCHAREST) == ["03:00+0300", "03:00+0200"]
    assert starts(date(2027, 11, 7), "1:00-2:00", place=TORONTO) == ["01:00-0400", "01:00-0500"]


def test_opening_hours_that_end_within_the_repeated_hour_end_twice():
    assert starts(date(2027, 10, 31), "1:00-2:30", step=30, duration=30) == [
        "01:00+0200",
        "01:30+0200",
        "02:00+0200",
        "02:00+0100",
    ]


def test_a_closure_of_the_repeated_hour_holds_both_times():
    day = date(2027, 10, 31)
    assert starts(day, "1:00-4:00", closures=[Closure(day, 120, day, 180)]) == ["01:00+0200", "03:00+0100"]


def test_a_half_hour_change_skips_or_repeats_half_an_hour():
    assert starts(date(2027, 10, 3), "1:30-3:00", step=15, duration=15, place=LORD_HOWE) == [
        "01:30+1030",
        "01:45+1030",
        "02:30+1100",
        "02:45+1100",
    ]
    assert starts(date(2027, 4, 4), "1:30-2:00", step=15, duration=15, place=LORD_HOWE) == [
        "01:30+1100",
        "01:45+1100",
        "01:30+1030",
        "01:45+1030",
    ]


@pytest.mark.parametrize(("place", "day", "offset"), CHANGE_DAYS)
def test_an_afternoon_is_the_same_on_days_when_the_clocks_change(place, day, offset):
    assert starts(day, "13:00-18:00", place=place) == [f"{hour}:00{offset}" for hour in range(13, 18)]


@pytest.mark.parametrize(("place", "day", "offset"), CHANGE_DAYS)
def test_a_whole_day_has_as_many_hours_as_it_really_has(place, day, offset):
    offered = grid(day, ((0, 1440),), (), 60, 60, place)
    assert len(offered) == (23 if day.month == 3 else 25)
    assert {later - earlier for earlier, later in pairwise(offered)} == {3600}


@pytest.mark.parametrize(("step", "duration"), [(0, 30), (-15, 30), (15, 0)])
def test_a_step_or_a_visit_without_length_is_a_mistake(step, duration):
    with pytest.raises(ValueError, match="at least a minute"):
        grid(MONDAY, ((540, 720),), (), step, duration, PARIS)
