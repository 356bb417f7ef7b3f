"""The dates of a series, on plain values."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kalends.booking.rules.series import MOST_DATES, Pattern, Planned, Unit, Wanted, dates_of, settle

TUESDAY = date(2027, 10, 5)
HALF_HOUR = 1800


def test_every_so_many_days_weeks_months() -> None:
    assert dates_of(Pattern(TUESDAY, 2, "day", count=3)) == [date(2027, 10, day) for day in (5, 7, 9)]
    assert dates_of(Pattern(TUESDAY, 1, "week", until=date(2027, 10, 26))) == [
        date(2027, 10, day) for day in (5, 12, 19, 26)
    ]
    assert dates_of(Pattern(TUESDAY, 3, "month", count=2)) == [TUESDAY, date(2028, 1, 5)]


def test_clk_15_a_month_without_that_day_gives_its_last() -> None:
    from_31 = [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]
    assert dates_of(Pattern(from_31[0], 1, "month", count=5)) == from_31
    assert dates_of(Pattern(date(2028, 2, 29), 12, "month", count=2)) == [date(2028, 2, 29), date(2029, 2, 28)]


@given(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(1, 52),
    st.sampled_from(("day", "week", "month")),
    st.integers(1, 99),
)
def test_dates_grow_and_end(first: date, every: int, unit: Unit, count: int) -> None:
    found = dates_of(Pattern(first, every, unit, count=count))
    assert found[0] == first
    assert found == sorted(set(found))
    assert len(found) <= min(count, MOST_DATES)
    assert found[-1] - first <= timedelta(days=731)


def wanted(number: int, clash: str = "") -> Wanted:
    day = TUESDAY + timedelta(weeks=number - 1)
    return Wanted(number, day, number * 7 * 86_400, clash)


def outcomes(planned: list[Planned]) -> list[tuple[int, str, int | None, str]]:
    return [(one.number, one.outcome, one.start, one.why) for one in planned]


THREE = [wanted(1), wanted(2, "slot_taken"), wanted(3)]


def test_a_clash_is_skipped() -> None:
    assert outcomes(settle(THREE, "skip", (), HALF_HOUR)) == [
        (1, "made", 604_800, ""),
        (2, "skipped", None, "slot_taken"),
        (3, "made", 1_814_400, ""),
    ]


def test_a_clash_stops_the_series() -> None:
    assert [one[:2] for one in outcomes(settle(THREE, "stop", (), HALF_HOUR))] == [
        (1, "made"),
        (2, "stopped"),
        (3, "stopped"),
    ]


def test_a_clash_is_shifted_within_the_day_then_within_the_week() -> None:
    second = THREE[1]
    start, day = second.start or 0, second.day
    same_day = Wanted(0, day, start + 3 * HALF_HOUR)
    next_day = Wanted(0, day + timedelta(days=1), start + 86_400)
    next_week = Wanted(0, day + timedelta(days=6), start + 6 * 86_400)
    for free, expected in (
        ([next_day, same_day, next_week], (2, "shifted", same_day.start, "slot_taken")),
        ([next_day, next_week], (2, "shifted", next_day.start, "slot_taken")),
        ([next_week], (2, "skipped", None, "slot_taken")),
    ):
        assert outcomes(settle(THREE, "shift", free, HALF_HOUR))[1] == expected


def test_two_clashes_are_not_shifted_onto_each_other() -> None:
    start = 1_000_000
    clashes = [Wanted(number, TUESDAY, start, "slot_taken") for number in (1, 2)]
    free = [Wanted(0, TUESDAY, start + HALF_HOUR), Wanted(0, TUESDAY, start + HALF_HOUR + 900)]
    assert [one.start for one in settle(clashes, "shift", free, HALF_HOUR)] == [start + HALF_HOUR, None]
