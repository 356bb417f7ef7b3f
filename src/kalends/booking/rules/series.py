"""The dates of a series, and what becomes of those that clash. Pure.

Wall time is kept: every Tuesday at 9:00 stays at 9:00 when the clocks change (CLK-06). Every month on the 31st means
the last day of a month that has no 31st (CLK-15): no month is left out in silence, and the 31st comes back where
there is one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count as counting
from typing import Literal

MOST_DATES = 60
LONGEST = timedelta(days=731)

Unit = Literal["day", "week", "month"]
Policy = Literal["skip", "shift", "stop"]
Outcome = Literal["made", "shifted", "skipped", "stopped"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """From `first` on, `every` so many units: `count` dates, or until a last date, included; never more than 60."""

    first: date
    every: int
    unit: Unit
    count: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A date of the series: `start` is its instant, None where the clocks skip that hour; `clash` a code, or empty."""

    number: int
    day: date
    start: int | None
    clash: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a date: `start` is where it is booked, None where it is not; `why` says what stood in the way."""

    number: int
    day: date
    outcome: Outcome
    start: int | None
    why: str = ""


def dates_of(pattern: Pattern) -> list[date]:
    """In order. Each is counted from the first, so that a short month shortens no other."""
    last = min(pattern.until or date.max, pattern.first + LONGEST)
    most = min(pattern.count or MOST_DATES, MOST_DATES)
    found: list[date] = []
    for day in _endless(pattern):
        if day > last or len(found) == most:
            break
        found.append(day)
    return found


def settle(wanted: Sequence[Wanted], policy: Policy, free: Collection[Wanted], length: int) -> list[Planned]:
    """Decide for each date. `free` are the times one may shift to, whose numbers mean nothing; `length` in seconds.

    Shifted is to the nearest free time of the same day, else of the same week from Monday, that no date of the
    series overlaps; where there is none, the date is skipped. Stop: from the first clash on nothing is made.
    """
    taken = {one.start for one in wanted if one.start is not None and not one.clash}
    planned: list[Planned] = []
    for place, one in enumerate(wanted, 1):
        if not one.clash:
            planned.append(Planned(one.number, one.day, "made", one.start))
            continue
        if policy == "stop":
            planned.append(Planned(one.number, one.day, "stopped", None, one.clash))
            planned += [Planned(rest.number, rest.day, "stopped", None, rest.clash) for rest in wanted[place:]]
            break
        shifted = _nearest(one, free, taken, length) if policy == "shift" else None
        if shifted is not None and shifted.start is not None:
            taken.add(shifted.start)
            planned.append(Planned(one.number, shifted.day, "shifted", shifted.start, one.clash))
        else:
            planned.append(Planned(one.number, one.day, "skipped", None, one.clash))
    return planned


def _nearest(one: Wanted, free: Collection[Wanted], taken: Collection[int], length: int) -> Wanted | None:
    def is_left(other: Wanted) -> bool:
        return other.start is not None and all(abs(other.start - start) >= length for start in taken)

    def distance(other: Wanted) -> tuple[int, int, int]:
        apart = abs((other.day - one.day).days)
        minutes = abs((other.start or 0) - (one.start or 0)) if one.start is not None else 0
        return (apart, minutes, other.start or 0)

    monday = one.day - timedelta(days=one.day.weekday())
    week = [other for other in free if monday <= other.day < monday + timedelta(days=7) and is_left(other)]
    return min(week, key=distance, default=None)


def _endless(pattern: Pattern) -> Iterator[date]:
    for number in counting():
        steps = number * pattern.every
        if pattern.unit == "month":
            yield _months_later(pattern.first, steps)
        else:
            yield pattern.first + timedelta(days=steps * (7 if pattern.unit == "week" else 1))


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return _day_of(year, month + 1, first.day)


def _day_of(year: int, month: int, day: int) -> date:
    """That day of the month, or its last."""
    return date(year, month, min(day, monthrange(year, month)[1]))
