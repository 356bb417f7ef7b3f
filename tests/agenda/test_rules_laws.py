"""Free times against the slow twin: every change of the clocks from 2026 to 2035, and days around them."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.agenda import rules as r
from kalends.foundation.clock import zone
from tests.agenda import brute_force as slow

ZONES = [zone(key) for key in ("Europe/Paris", "Europe/Bucharest", "America/Toronto", "Australia/Lord_Howe")]
SERVICES = [UUID(int=number) for number in range(3)]


def any_period(rng):
    """Mostly at night, where the clocks change, and sometimes until midnight."""
    start = rng.choice([rng.randrange(0, 300), rng.randrange(0, 1439)])
    end = rng.choice([start + rng.randrange(1, 200), start + rng.randrange(1, 900), 1440])
    return start, min(end, 1440)


def any_rule(rng, day):
    start, end = any_period(rng)
    near = [None, None, day - timedelta(days=rng.randrange(4)), day + timedelta(days=rng.randrange(4))]
    return r.OpeningRule(
        weekday=rng.choice([day.isoweekday()] * 3 + [rng.randrange(1, 8)]),
        start=start,
        end=end,
        valid_from=rng.choice(near),
        valid_until=rng.choice(near),
        weeks=rng.choice(["all", "all", "odd", "even"]),
        services=rng.choice([None, None, frozenset(rng.sample(SERVICES, rng.randrange(1, 3)))]),
    )


def any_closure(rng, day):
    from_day = day + timedelta(days=rng.choice([-1, 0, 0]))
    return r.Closure(
        from_day,
        rng.choice([rng.randrange(0, 300), rng.randrange(0, 1441)]),
        from_day + timedelta(days=rng.choice([0, 0, 1])),
        rng.choice([rng.randrange(0, 300), rng.randrange(0, 1441)]),
    )


def any_busy(rng, grid, capacity):
    rows = []
    on_grid = rng.choice([True, False])
    for _ in range(rng.randrange(12)):
        if on_grid:
            start = rng.choice(grid)
            rows.append((start, start + 60 * rng.choice([15, 30, 60]), rng.randrange(1, capacity + 2)))
            continue
        start = rng.choice(grid) + 60 * rng.choice([0, rng.randrange(-90, 90)])
        rows.append((start, start + 60 * rng.randrange(1, 120), rng.randrange(1, capacity + 2)))
    return rows


def compare_day(rng, day, place):
    """One random schedule on one day, by the rules and by their slow twin. Gives the number of starts."""
    opening = [any_rule(rng, day) for _ in range(rng.randrange(1, 5))]
    override = rng.choice([None] * 5 + [r.DayOverride(day, tuple(any_period(rng) for _ in range(rng.randrange(3))))])
    closures = [any_closure(rng, day) for _ in range(rng.choice([0, 0, 1, 2]))]
    service = rng.choice([None, *SERVICES])
    step, duration = rng.choice([5, 7, 10, 15, 20, 30, 60]), rng.choice([1, 10, 15, 20, 30, 45, 60, 90])

    periods = r.periods_of_day(day, opening, override, service)
    opened = slow.open_minutes(day, opening, override, service)
    assert [minute for start, end in periods for minute in range(start, end)] == sorted(opened)

    grid = r.grid(day, periods, closures, step, duration, place)
    assert list(grid) == slow.grid(day, opened, closures, step, duration, place)

    spans = r.open_spans(day, periods, closures, place)
    assert [minute for start, end in spans for minute in range(start, end, 60)] == [
        instant
        for instant, shows in slow.minutes_of(day, place).items()
        if shows in opened and not slow.is_closed(day, shows, closures)
    ]
    if grid:
        compare_seats(rng, grid, duration)
    return len(grid)


def compare_seats(rng, grid, duration):
    capacity = rng.choice([1, 1, 2, 3])
    visit = r.Visit(duration, rng.choice([0, 0, 5, 10]), rng.choice([0, 0, 5, 15]))
    busy = any_busy(rng, grid, capacity)
    assert r.free_starts(grid, visit, busy, capacity) == slow.free_starts(grid, visit, busy, capacity)
    start = rng.choice(grid)
    seats = slow.free_seats(start, visit, busy, capacity)
    assert r.lowest_free_seat(visit.occupied(start), busy, capacity) == (seats[0] if seats else None)


@pytest.mark.parametrize("place", ZONES, ids=str)
def test_every_change_of_the_clocks(place):
    days = slow.change_days(place, 2026, 2035)
    assert len(days) == 20
    found = 0
    for day in days:
        rng = random.Random(f"{place} {day}")
        for _ in range(5):
            found += compare_day(rng, day, place)
    assert found > 400


@settings(max_examples=70, deadline=None)
@given(
    day=st.dates(date(2026, 1, 1), date(2035, 12, 31)),
    place=st.sampled_from([*ZONES, zone("UTC"), zone("Asia/Kathmandu"), zone("America/Nuuk")]),
    rng=st.randoms(use_true_random=False),
)
def test_any_day(day, place, rng):
    compare_day(rng, day, place)


@settings(max_examples=70, deadline=None)
@given(data=st.data(), place=st.sampled_from(ZONES), rng=st.randoms(use_true_random=False))
def test_days_around_a_change(data, place, rng):
    day = data.draw(st.sampled_from(slow.change_days(place, 2026, 2035)))
    compare_day(rng, day + timedelta(days=data.draw(st.integers(-1, 1))), place)


@settings(max_examples=50, deadline=None)
@given(
    week_53=st.dates(date(2026, 12, 14), date(2027, 1, 24)),
    weeks=st.sampled_from(["all", "odd", "even"]),
)
def test_the_weeks_around_a_week_53(week_53, weeks):
    rule = r.OpeningRule(week_53.isoweekday(), 540, 600, weeks=weeks)
    opened = [week_53 + timedelta(days=ahead) for ahead in range(28)]
    assert [day for day in opened if r.periods_of_day(day, [rule], None, None)] == [
        day for day in opened if slow.rule_applies(rule, day)
    ]
