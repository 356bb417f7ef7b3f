from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.agenda.rules import Window, booking_window
from kalends.foundation.clock import local_date, zone
from tests.agenda.brute_force import change_days, earliest, utc

PARIS = zone("Europe/Paris")
ZONES = [PARIS, zone("Europe/Bucharest"), zone("America/Toronto"), zone("Australia/Lord_Howe")]
DAY = 1440


def window(now, notice=0, horizon=30, release=None, place=PARIS):
    return booking_window(utc(now), place, notice, horizon, release)


def test_without_notice_a_visit_may_start_at_once_and_never_in_the_past():
    now = utc("2027-06-01T10:00")
    assert window("2027-06-01T10:00").cut([now - 60, now, now + 60]) == [now, now + 60]


def test_without_notice_the_first_of_two_equal_hours_is_past_in_the_second():
    assert window("2027-10-31T01:10").earliest == utc("2027-10-31T01:10")


def test_the_end_of_the_window_is_outside_it():
    assert Window(60, 180).cut([0, 60, 120, 180, 240]) == [60, 120]


def test_notice_is_elapsed_time():
    assert window("2027-06-01T10:00", notice=90).earliest == utc("2027-06-01T11:30")
    assert window("2027-03-27T23:00", notice=180).earliest == utc("2027-03-28T02:00")


def test_the_horizon_includes_the_whole_of_its_last_local_date():
    assert window("2027-06-01T10:00", horizon=0).latest == utc("2027-06-01T22:00")
    assert window("2027-06-01T10:00", horizon=2).latest == utc("2027-06-03T22:00")
    assert window("2027-06-01T22:30", horizon=0).latest == utc("2027-06-02T22:00")
    assert window("2027-10-30T10:00", horizon=1).latest == utc("2027-10-31T23:00")


def test_a_horizon_beyond_the_calendar_ends_with_it():
    assert window("2027-06-01T10:00", horizon=10**9).latest == utc("2100-12-31T23:00")


def test_a_notice_beyond_the_horizon_leaves_nothing():
    opened = window("2027-06-01T10:00", notice=3 * DAY, horizon=1)
    assert opened.is_empty
    assert opened.cut([utc("2027-06-03T10:00"), utc("2027-06-04T10:00")]) == []


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2027-06-01T08:00", "2027-06-02T08:00"),
        ("2027-03-27T09:00", "2027-03-28T08:00"),  # 10:00 to 10:00 in 23 hours
        ("2027-10-30T08:00", "2027-10-31T09:00"),  # 10:00 to 10:00 in 25 hours
        ("2027-03-27T01:30", "2027-03-28T01:00"),  # 02:30 is skipped: the moment of the jump
        ("2027-10-30T00:30", "2027-10-31T00:30"),  # 02:30 comes twice: the first
        ("2027-10-31T01:30", "2027-11-01T01:30"),  # asked in the second 02:30
    ],
)
def test_notice_of_whole_days_is_counted_on_the_wall_clock(now, first):
    assert window(now, notice=DAY).earliest == utc(first)


def test_notice_that_is_no_whole_number_of_days_is_elapsed_also_where_the_clocks_change():
    assert window("2027-03-27T09:00", notice=DAY + 60).earliest == utc("2027-03-28T10:00")


def test_seconds_count_in_notice_of_whole_days():
    now = utc("2027-06-01T08:00") + 30
    assert booking_window(now, PARIS, DAY, 30, None).earliest == utc("2027-06-02T08:00") + 30


def test_before_the_release_there_is_nothing_and_from_it_on_the_rest_of_today():
    nine = 9 * 60
    assert window("2027-06-01T06:59", release=nine).is_empty
    assert window("2027-06-01T07:00", release=nine) == Window(utc("2027-06-01T07:00"), utc("2027-06-01T22:00"))
    assert window("2027-06-01T15:00", release=nine).earliest == utc("2027-06-01T15:00")


def test_notice_and_horizon_do_not_apply_to_a_same_day_release():
    released = window("2027-06-01T07:00", notice=5 * DAY, horizon=90, release=540)
    assert released == window("2027-06-01T07:00", notice=0, horizon=0, release=540)
    assert not released.is_empty


def test_a_release_at_a_wall_time_that_is_skipped_or_repeated_happens_once():
    half_past_two = 150
    assert window("2027-03-28T00:59", release=half_past_two).is_empty
    assert not window("2027-03-28T01:00", release=half_past_two).is_empty
    assert window("2027-10-31T00:29", release=half_past_two).is_empty
    assert not window("2027-10-31T00:30", release=half_past_two).is_empty
    assert not window("2027-10-31T01:10", release=half_past_two).is_empty


@pytest.mark.parametrize(("notice", "horizon"), [(-1, 30), (0, -1)])
def test_a_negative_setting_is_a_mistake(notice, horizon):
    with pytest.raises(ValueError, match="never negative"):
        window("2027-06-01T10:00", notice=notice, horizon=horizon)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), place=st.sampled_from(ZONES))
def test_the_window_around_clock_changes_is_that_of_the_slow_twin(data, place):
    day = data.draw(st.sampled_from(change_days(place, 2026, 2035)))
    noon = utc(f"{day.isoformat()}T12:00")
    now = noon + 60 * data.draw(st.integers(-4 * DAY, 2 * DAY))
    notice = data.draw(st.sampled_from([0, DAY, 2 * DAY, 3 * DAY]) | st.integers(0, 3 * DAY))
    horizon = data.draw(st.integers(0, 5))
    found = booking_window(now, place, notice, horizon, None)
    assert found.earliest == earliest(now, place, notice)
    last = local_date(now, place) + timedelta(days=horizon)
    assert (local_date(found.latest - 1, place), local_date(found.latest, place)) == (
        last,
        last + timedelta(days=1),
    )
