import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.foundation import clock
from kalends.foundation.clock import day_bounds, instants_of, local_date, reached, wall, zone
from tests.agenda.brute_force import change_days, minutes_of, shown, utc

PARIS = zone("Europe/Paris")
BUCHAREST = zone("Europe/Bucharest")
TORONTO = zone("America/Toronto")
LORD_HOWE = zone("Australia/Lord_Howe")
ZONES = [
    PARIS,
    BUCHAREST,
    TORONTO,
    LORD_HOWE,
    zone("Africa/Cairo"),
    zone("America/Nuuk"),
    zone("Atlantic/Azores"),
]

JUMPS = [
    (PARIS, date(2027, 3, 28), 120),
    (PARIS, date(2028, 3, 26), 120),
    (BUCHAREST, date(2027, 3, 28), 180),
    (TORONTO, date(2027, 3, 14), 120),
    (TORONTO, date(2028, 3, 12), 120),
]
RETURNS = [
    (PARIS, date(2027, 10, 31), 120),
    (PARIS, date(2028, 10, 29), 120),
    (BUCHAREST, date(2027, 10, 31), 180),
    (TORONTO, date(2027, 11, 7), 60),
    (TORONTO, date(2028, 11, 5), 60),
]


def hours(span):
    return (span[1] - span[0]) / 3600


def test_zone_data_comes_from_the_pinned_package_only():
    assert zoneinfo.TZPATH == ()
    assert zone("Europe/Paris") is PARIS


@pytest.mark.parametrize(
    "key", ["", "Europe", "Europe/Nowhere", "europe/paris", "../Europe/Paris", "/etc/passwd", "posixrules"]
)
def test_an_unknown_zone_is_refused(key):
    with pytest.raises(clock.UnknownZone) as refusal:
        zone(key)
    assert refusal.value.code == "zone_unknown"


@pytest.mark.parametrize(("place", "day", "minute"), JUMPS)
def test_an_hour_that_the_clocks_skip_has_no_instant(place, day, minute):
    found = {shows: instants_of(day, shows, place) for shows in range(minute - 1, minute + 61)}
    assert [shows for shows, instants in found.items() if not instants] == list(range(minute, minute + 60))
    assert found[minute + 60][0] - found[minute - 1][0] == 60
    assert hours(day_bounds(day, place)) == 23


@pytest.mark.parametrize(("place", "day", "minute"), RETURNS)
def test_an_hour_that_the_clocks_repeat_has_two_instants(place, day, minute):
    found = {shows: instants_of(day, shows, place) for shows in range(minute - 1, minute + 61)}
    doubled = [shows for shows, instants in found.items() if len(instants) == 2]
    assert doubled == list(range(minute, minute + 60))
    assert [found[shows][1] - found[shows][0] for shows in doubled] == [3600] * 60
    assert hours(day_bounds(day, place)) == 25


def test_the_two_instants_of_a_wall_time_are_in_order_and_told_apart():
    instants = instants_of(date(2027, 10, 31), 150, PARIS)
    assert instants == (utc("2027-10-31T00:30"), utc("2027-10-31T01:30"))
    assert shown(instants, PARIS) == ["02:30+0200", "02:30+0100"]
    assert [wall(instant, PARIS).fold for instant in instants] == [0, 1]


def test_half_hour_changes():
    spring, autumn = date(2027, 10, 3), date(2027, 4, 4)
    assert hours(day_bounds(spring, LORD_HOWE)) == 23.5
    assert hours(day_bounds(autumn, LORD_HOWE)) == 24.5
    assert instants_of(spring, 135, LORD_HOWE) == ()
    first, second = instants_of(autumn, 105, LORD_HOWE)
    assert second - first == 1800


def test_half_past_one_until_half_past_three_across_the_return_lasts_three_hours():
    day = date(2027, 10, 31)
    (start,), (end,) = instants_of(day, 90, PARIS), instants_of(day, 210, PARIS)
    assert end - start == 3 * 3600


def test_minute_1440_is_midnight_of_the_next_day():
    assert instants_of(date(2027, 5, 3), 1440, PARIS) == (utc("2027-05-03T22:00"),)
    assert instants_of(date(2026, 4, 23), 1440, zone("Africa/Cairo")) == ()


def test_a_day_whose_midnight_is_skipped_begins_with_the_jump():
    cairo = zone("Africa/Cairo")
    assert day_bounds(date(2026, 4, 24), cairo) == (utc("2026-04-23T22:00"), utc("2026-04-24T21:00"))


def test_a_date_that_a_zone_skipped_is_empty():
    apia = zone("Pacific/Apia")
    jump = utc("2011-12-30T10:00")
    assert day_bounds(date(2011, 12, 30), apia) == (jump, jump)
    assert day_bounds(date(2011, 12, 29), apia) == (utc("2011-12-29T10:00"), jump)
    assert instants_of(date(2011, 12, 30), 600, apia) == ()


def test_a_day_whose_first_half_hour_is_skipped_begins_with_the_jump():
    """Toronto went from 23:30 to 00:30 in 1919."""
    jump = utc("1919-03-31T04:30")
    assert day_bounds(date(1919, 3, 30), TORONTO) == (utc("1919-03-30T05:00"), jump)
    assert day_bounds(date(1919, 3, 31), TORONTO) == (jump, utc("1919-04-01T04:00"))
    assert instants_of(date(1919, 3, 31), 15, TORONTO) == ()


def test_a_change_by_odd_seconds_is_found_to_the_second():
    """Paris set its clocks back by 9 minutes and 21 seconds in 1911, Monrovia on by 44 and a half in 1972."""
    monrovia = zone("Africa/Monrovia")
    assert instants_of(date(1972, 1, 7), 0, monrovia) == ()
    assert day_bounds(date(1972, 1, 7), monrovia)[0] == utc("1972-01-07T00:44:30")
    assert day_bounds(date(1911, 3, 10), PARIS) == (utc("1911-03-09T23:50:39"), utc("1911-03-11T00:00"))
    assert reached(date(1911, 3, 10), 86399, PARIS) == utc("1911-03-10T23:50:38")


def test_the_minute_before_midnight_that_comes_after_midnight_belongs_to_its_own_date():
    """Newfoundland once set its clocks back at 00:01, so that a date came back for an hour."""
    st_johns = zone("America/St_Johns")
    saturday, sunday = date(2005, 10, 29), date(2005, 10, 30)
    assert instants_of(saturday, 1439, st_johns) == (utc("2005-10-30T02:29"), utc("2005-10-30T03:29"))
    assert instants_of(sunday, 0, st_johns) == (utc("2005-10-30T02:30"), utc("2005-10-30T03:30"))
    assert day_bounds(saturday, st_johns)[1] == day_bounds(sunday, st_johns)[0]


@pytest.mark.parametrize(
    ("place", "last_year"), [(place, 2035 if place in ZONES[:4] else 2027) for place in ZONES], ids=str
)
def test_every_minute_around_every_change_belongs_to_one_date(place, last_year):
    days = change_days(place, 2026, last_year)
    assert len(days) == 2 * (last_year - 2025)
    for changing in days:
        for day in (changing, changing + timedelta(days=1)):
            minutes = minutes_of(day, place)
            assert day_bounds(day, place) == (min(minutes), max(minutes) + 60)
            by_wall = {}
            for instant, shows in minutes.items():
                by_wall.setdefault(shows, []).append(instant)
            assert [list(instants_of(day, shows, place)) for shows in range(1440)] == [
                by_wall.get(shows, []) for shows in range(1440)
            ]


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 30)), place=st.sampled_from([*ZONES, zone("Pacific/Apia")]))
def test_dates_follow_each_other_without_gap_or_overlap(day, place):
    start, end = day_bounds(day, place)
    assert end == day_bounds(day + timedelta(days=1), place)[0]
    assert start == end or (local_date(start, place), local_date(end - 1, place)) == (day, day)


@given(epoch=st.integers(utc("1971-01-02T00:00"), utc("2100-12-30T00:00")), place=st.sampled_from(ZONES))
def test_an_instant_is_among_those_of_what_its_clocks_show(epoch, place):
    minute = epoch - epoch % 60
    seen = wall(minute, place)
    assert local_date(minute, place) == seen.date()
    assert minute in instants_of(seen.date(), seen.hour * 60 + seen.minute, place)


@pytest.mark.parametrize(
    ("place", "day", "second", "instant"),
    [
        (PARIS, date(2027, 6, 1), 36000, "2027-06-01T08:00"),
        (PARIS, date(2027, 3, 28), 9000, "2027-03-28T01:00"),
        (PARIS, date(2027, 10, 31), 9000, "2027-10-31T00:30"),
        (PARIS, date(2027, 6, 1), 86400, "2027-06-01T22:00"),
    ],
)
def test_a_wall_time_is_reached_at_its_first_instant_or_at_the_jump(place, day, second, instant):
    assert reached(day, second, place) == utc(instant)


def test_paris_and_toronto_are_five_hours_apart_in_the_weeks_between_their_changes():
    instant = utc("2027-03-20T12:00")
    assert wall(instant, PARIS).hour - wall(instant, TORONTO).hour == 5


def test_chisinau_changes_at_three_as_in_the_newer_data():
    chisinau = zone("Europe/Chisinau")
    assert instants_of(date(2027, 3, 28), 150, chisinau) == (utc("2027-03-28T00:30"),)
    assert instants_of(date(2027, 3, 28), 210, chisinau) == ()


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2101, 1, 1), date(9999, 12, 31)])
def test_a_year_that_is_a_slip_of_the_keyboard_is_refused(day):
    for refused in (
        lambda: clock.check_day(day),
        lambda: day_bounds(day, PARIS),
        lambda: instants_of(day, 600, PARIS),
        lambda: instants_of(day, 1440, PARIS),
    ):
        with pytest.raises(clock.DayOutOfRange) as refusal:
            refused()
        assert refusal.value.code == "day_out_of_range"


@pytest.mark.parametrize("text", ["1900-01-01", "2028-02-29", "2038-01-19", "2100-12-31"])
def test_a_date_is_read(text):
    assert clock.parse_day(text).isoformat() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20270101",
        "2027-W01-1",
        "2027-1-1",
        "2027-02-29",
        "20270-01-01",
        "0000-01-01",
        " 2027-01-01",
        "2027-01-01\n",
        "٢٠٢٧-٠١-٠١",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(clock.UnreadableTime) as refusal:
        clock.parse_day(text)
    assert refusal.value.code == "time_unreadable"


def test_a_date_too_far_off_is_refused():
    with pytest.raises(clock.DayOutOfRange):
        clock.parse_day("9999-12-31")


@pytest.mark.parametrize(("text", "minute"), [("0:00", 0), ("09:30", 570), ("23:59", 1439), ("24:00", 1440)])
def test_a_wall_time_is_read(text, minute):
    assert clock.parse_minute(text) == minute


@pytest.mark.parametrize("text", ["", "24:01", "25:00", "9", "09:60", "9:5", "-1:00", "09:30:00", "09:30\n"])
def test_what_is_no_wall_time_is_refused(text):
    with pytest.raises(clock.UnreadableTime):
        clock.parse_minute(text)


def test_a_moment_becomes_an_instant_whatever_its_zone_and_fraction():
    noon = utc("2027-06-01T10:00")
    assert clock.epoch_of(datetime(2027, 6, 1, 12, tzinfo=PARIS)) == noon
    assert clock.epoch_of(datetime(2027, 6, 1, 10, 0, 0, 999999, tzinfo=UTC)) == noon
    assert clock.epoch_of(datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=UTC)) == -1
    assert clock.epoch_of(datetime(2027, 6, 1, 7, tzinfo=timezone(timedelta(hours=-3)))) == noon
    with pytest.raises(clock.UnreadableTime):
        clock.epoch_of(datetime(2027, 6, 1, 12))
