"""The waiting list's decisions on plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.booking.rules import waiting as rules

MONDAY = date(2026, 12, 7)
NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)


def wish(**more: object) -> rules.Wish:
    return rules.Wish(
        **{
            "services": (uuid4(),),
            "schedules": frozenset(),
            "weekdays": frozenset(),
            "from_minute": 0,
            "to_minute": 1440,
            "valid_from": MONDAY,
            "valid_until": MONDAY + timedelta(days=6),
            **more,
        }
    )


def standing(**more: object) -> rules.Standing:
    usual = {
        "has_address": True,
        "has_open_offer": False,
        "offers_today": 0,
        "offers_in_all": 0,
        "most_a_day": 1,
        "most_in_all": 3,
        "was_offered_this": False,
        "gave_this_up": False,
    }
    return rules.Standing(**{**usual, **more})


@pytest.mark.parametrize(
    ("left", "lasts"),
    [
        (timedelta(days=3), timedelta(hours=2)),
        (timedelta(hours=6), timedelta(hours=2)),
        (timedelta(hours=3), timedelta(hours=1)),
        (timedelta(minutes=45), timedelta(minutes=15)),
        (timedelta(minutes=30), timedelta(minutes=15)),
        (timedelta(minutes=29), None),
        (timedelta(0), None),
        (timedelta(hours=-1), None),
    ],
)
def test_an_offer_stands_two_hours_or_a_third_of_the_time_left(left: timedelta, lasts: timedelta | None) -> None:
    assert rules.answer_by(NOON + left, NOON) == (None if lasts is None else NOON + lasts)


def test_by_telephone_a_time_is_kept_for_a_quarter_of_an_hour() -> None:
    assert rules.answer_by(NOON + timedelta(days=3), NOON, by_phone=True) == NOON + timedelta(minutes=15)


@given(st.integers(-10_000, 3_000_000), st.booleans())
def test_an_offer_ends_after_now_before_the_visit_and_on_a_full_minute(seconds: int, by_phone: bool) -> None:
    starts = NOON + timedelta(seconds=seconds)
    now = NOON + timedelta(seconds=17)
    until = rules.answer_by(starts, now, by_phone=by_phone)
    if starts - now < timedelta(minutes=30):
        assert until is None
    else:
        assert until is not None
        assert now + timedelta(minutes=15) <= until <= starts
        assert until <= now + timedelta(hours=2, minutes=1)
        assert until.second == 0 or until == starts


@pytest.mark.parametrize(
    ("start", "end", "stored"),
    [
        (9 * 60, 11 * 60, (540, 660)),
        (22 * 60, 1440, (1320, 1440)),
        (23 * 60 + 30, 90, (1410, 1530)),
        (0, 1440, (0, 1440)),
    ],
)
def test_wl_04_an_end_before_the_start_is_on_the_next_day(start: int, end: int, stored: tuple[int, int]) -> None:
    assert rules.window(start, end) == stored


@given(st.integers(0, 1439), st.integers(15, 1440))
def test_a_window_keeps_its_span_and_is_never_negative(start: int, span: int) -> None:
    end = start + span if start + span <= 1440 else start + span - 1440  # on the clock
    if start == end:
        with pytest.raises(ValueError, match="empty"):
            rules.window(start, end)
    else:
        stored = rules.window(start, end)
        assert stored[1] - stored[0] == span


@pytest.mark.parametrize(
    ("asked", "day", "minute", "why"),
    [
        ({}, MONDAY, 600, None),
        ({"weekdays": frozenset({2})}, MONDAY, 600, "days"),
        ({"weekdays": frozenset({1})}, MONDAY, 600, None),
        ({"valid_until": MONDAY}, MONDAY + timedelta(days=1), 600, "days"),
        ({"valid_from": MONDAY + timedelta(days=1)}, MONDAY, 600, "days"),
        ({"from_minute": 600, "to_minute": 720}, MONDAY, 600, None),
        ({"from_minute": 600, "to_minute": 720}, MONDAY, 690, None),
        ({"from_minute": 600, "to_minute": 720}, MONDAY, 700, "hours"),
        ({"from_minute": 600, "to_minute": 720}, MONDAY, 590, "hours"),
        # From 23:30 to 1:30 on Mondays: Tuesday 0:15 belongs to it, Monday 0:15 does not.
        ({"from_minute": 1410, "to_minute": 1530, "weekdays": frozenset({1})}, MONDAY + timedelta(days=1), 15, None),
        ({"from_minute": 1410, "to_minute": 1530, "weekdays": frozenset({1})}, MONDAY, 15, "hours"),
        ({"from_minute": 1410, "to_minute": 1530, "weekdays": frozenset({1})}, MONDAY, 1410, None),
        ({}, MONDAY, 1430, None),
    ],
)
def test_a_time_suits_or_does_not(asked: dict[str, object], day: date, minute: int, why: str | None) -> None:
    assert rules.unsuited(wish(**asked), rules.Start(day, minute, 30)) == why


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({}, None),
        ({"gave_this_up": True}, "gave_it_up"),
        ({"was_offered_this": True}, "offered_before"),
        ({"has_open_offer": True}, "offer_open"),
        ({"offers_today": 1}, "most_today"),
        ({"offers_in_all": 3}, "most_in_all"),
        ({"offers_today": 1, "most_a_day": 2}, None),
        ({"has_address": False}, "no_address"),
    ],
)
def test_limits(known: dict[str, object], why: str | None) -> None:
    assert rules.barred(standing(**known)) == why
    assert why is None or why in rules.WHY
