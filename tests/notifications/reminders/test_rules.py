"""When a reminder is due, by the clocks of the place (REM-11 to REM-13, CLK-01 to CLK-04)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.foundation import clock
from kalends.notifications.reminders.rules import Timing, instant, slices, stretches

PARIS, BUCHAREST, TORONTO = map(clock.zone, ("Europe/Paris", "Europe/Bucharest", "America/Toronto"))
HAVANA = clock.zone("America/Havana")  # changes at midnight
FIRST = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
ZONES = st.sampled_from([PARIS, BUCHAREST, TORONTO, HAVANA])
# Most around the changes of 2027 in these zones, where something can go wrong.
DAYS = st.one_of(
    st.integers(0, 364),
    *(st.integers(day - 4, day + 4) for day in (73, 87, 304, 311)),
)
MINUTES = st.integers(0, 1439)
STARTS = st.builds(lambda day, minute: FIRST + day * 86400 + minute * 60, DAYS, MINUTES)
HOURS = st.builds(Timing, st.integers(1, 336), st.just("hours"), st.booleans())
BY_DAYS = st.builds(Timing, st.integers(1, 90), st.just("days"), st.booleans(), st.none() | MINUTES)


def wall(zone: ZoneInfo, text: str, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp())


def shown(zone: ZoneInfo, moment: int) -> str:
    return f"{clock.wall(moment, zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("zone", "timing", "visit", "due"),
    [
        # REM-13: a day before by the calendar is 23 hours here, and 24 hours before is the hour before.
        (PARIS, Timing(1, "days"), "2027-03-28 10:00", "2027-03-27 10:00"),
        (PARIS, Timing(24, "hours"), "2027-03-28 10:00", "2027-03-27 09:00"),
        (PARIS, Timing(24, "hours"), "2027-10-31 10:00", "2027-10-30 11:00"),
        (TORONTO, Timing(2, "days"), "2027-03-15 09:30", "2027-03-13 09:30"),
        (TORONTO, Timing(48, "hours"), "2027-11-08 09:30", "2027-11-06 10:30"),
        # REM-11, REM-12: the hour that is skipped, the hour that comes twice.
        (PARIS, Timing(1, "days"), "2027-03-29 02:30", "2027-03-28 03:00"),
        (PARIS, Timing(1, "days"), "2027-11-01 02:30", "2027-10-31 03:00"),
        (BUCHAREST, Timing(1, "days"), "2027-03-29 03:30", "2027-03-28 04:00"),
        (BUCHAREST, Timing(1, "days"), "2027-11-01 03:00", "2027-10-31 04:00"),
        (TORONTO, Timing(3, "days", at_minute=150), "2027-03-17 09:00", "2027-03-14 03:00"),
        (TORONTO, Timing(1, "days", at_minute=90), "2027-11-08 09:00", "2027-11-07 02:00"),
        (PARIS, Timing(2, "days", before=False), "2027-03-26 02:15", "2027-03-28 03:00"),
        (PARIS, Timing(3, "hours", before=False), "2027-03-28 00:30", "2027-03-28 04:30"),
        (PARIS, Timing(1, "days", at_minute=18 * 60), "2027-12-24 08:00", "2027-12-23 18:00"),
        (PARIS, Timing(1, "days"), "2028-03-01 09:00", "2028-02-29 09:00"),
    ],
)
def test_known_days(zone: ZoneInfo, timing: Timing, visit: str, due: str) -> None:
    assert shown(zone, instant(timing, wall(zone, visit), zone)) == due


@given(BY_DAYS, STARTS, ZONES)
def test_days_never_fall_into_an_hour_that_is_skipped_or_comes_twice(
    timing: Timing, starts_at: int, zone: ZoneInfo
) -> None:
    due = instant(timing, starts_at, zone)
    local, visit = clock.wall(due, zone), clock.wall(starts_at, zone)
    wanted_day = visit.date() - timedelta(days=timing.amount if timing.before else -timing.amount)
    wanted = visit.hour * 60 + visit.minute if timing.at_minute is None else timing.at_minute
    assert clock.instants_of(local.date(), local.hour * 60 + local.minute, zone) == (due - due % 60,)
    if len(clock.instants_of(wanted_day, wanted, zone)) == 1:
        assert (local.date(), local.hour * 60 + local.minute) == (wanted_day, wanted)
    else:
        assert timedelta(0) < local.replace(tzinfo=None) - at(wanted_day, wanted) <= timedelta(hours=1)


def at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)


@given(HOURS, STARTS, ZONES)
def test_hours_are_elapsed_time(timing: Timing, starts_at: int, zone: ZoneInfo) -> None:
    apart = (starts_at - instant(timing, starts_at, zone)) / 3600
    assert apart == (timing.amount if timing.before else -timing.amount)


@given(HOURS | BY_DAYS, STARTS, ZONES, st.integers(-90_000, 90_000), st.integers(0, 200_000))
def test_slices_hold_exactly_the_visits_that_are_due(
    timing: Timing, starts_at: int, zone: ZoneInfo, away: int, long: int
) -> None:
    """Each visit in one slice, with the instant that the rule gives; no visit that is not due."""
    due = instant(timing, starts_at, zone)
    since = due + away
    found = [
        starts_at - one.delta if one.fixed is None else one.fixed
        for one in slices(timing, zone, since=since, until=since + long)
        if one.starts_from <= starts_at < one.starts_to
    ]
    assert found == ([due] if since < due <= since + long else [])


def test_days_of_which_no_clock_changes_are_one_slice() -> None:
    """Two weeks in Paris and the night in which summer ends: the hour that is shown twice stands for itself."""
    since, until = wall(PARIS, "2027-10-18 12:00"), wall(PARIS, "2027-11-01 12:00")
    found = slices(Timing(1, "days"), PARIS, since=since, until=until)
    assert [one.delta / 3600 for one in found] == [24, 25, 0, 24]
    assert [one.fixed for one in found] == [None, None, wall(PARIS, "2027-10-31 03:00"), None]
    assert found[0].starts_from == wall(PARIS, "2027-10-19 12:00") + 1
    assert found[-1].starts_to == wall(PARIS, "2027-11-02 12:00") + 1


@given(DAYS, ZONES)
def test_a_day_is_covered_without_gap(number: int, zone: ZoneInfo) -> None:
    parts = stretches(date(2027, 1, 1) + timedelta(days=number), zone)
    assert [0, *[one.ends for one in parts]] == [*[one.begins for one in parts], 86400]
