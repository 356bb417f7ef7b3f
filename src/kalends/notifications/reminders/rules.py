"""When a reminder is due (CLI-23). Pure: no Django, no clock. Instants are seconds since 1970 in UTC.

Hours are elapsed time. Days are those of the calendar: at the hour that the visit has on the wall clock, or at the hour
that was chosen. What would fall into an hour that the clocks skip, or show twice, waits until that hour is over.

Planning asks the other way round, and in sets: which visits have their reminder due in a span. `slices` answers
with spans of their beginnings, so that SQL compares instants and knows nothing of zones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kalends.foundation import clock

MOST_RULES = 20
LONGEST = {"hours": 336, "days": 90}
_DAY, _HOUR = 86400, 3600


@dataclass(frozen=True, slots=True)
class Timing:
    """`amount` hours or days `before` the visit begins, or after. `at_minute`: of the day; None: the visit's own."""

    amount: int
    unit: str
    before: bool = True
    at_minute: int | None = None


class Slice(NamedTuple):
    """Visits that begin in [starts_from, starts_to) are due at `fixed`, or `delta` seconds before they begin."""

    starts_from: int
    starts_to: int
    delta: int
    fixed: int | None


class Stretch(NamedTuple):
    """Seconds of a local date, [begins, ends), as the wall clock shows them; `instant` is that of the first.

    Where it does not run, it is that of all: they are skipped or shown twice, and this is when that is over.
    """

    begins: int
    ends: int
    instant: int
    runs: bool


def instant(timing: Timing, starts_at: int, zone: ZoneInfo) -> int:
    """When the reminder of a visit that begins at `starts_at` is due."""
    if timing.unit == "hours":
        return starts_at - _delta(timing)
    local = clock.wall(starts_at, zone)
    second = local.hour * _HOUR + local.minute * 60 + local.second
    if timing.at_minute is not None:
        second = timing.at_minute * 60
    return at_wall(local.date() - _days(timing), second, zone)


def at_wall(day: date, second: int, zone: ZoneInfo) -> int:
    """The instant at which the clocks show that second of `day`; if never or twice, when that hour is over."""
    stretch = next(one for one in stretches(day, zone) if one.begins <= second < one.ends)
    return stretch.instant + (second - stretch.begins if stretch.runs else 0)


def stretches(day: date, zone: ZoneInfo) -> list[Stretch]:
    """All seconds of a local date, in order, without gap or overlap."""
    midnight, reached = clock.utc_midnight(day), 0
    found: list[Stretch] = []
    for begins, ends, offset in clock.pieces(day, zone):
        first, last = begins + offset - midnight, ends + offset - midnight
        if first > reached:  # skipped
            found.append(Stretch(reached, first, begins, runs=False))
        elif first < reached:  # shown twice
            found[-1] = found[-1]._replace(ends=first)
            found.append(Stretch(first, reached, begins + reached - first, runs=False))
        found.append(Stretch(max(first, reached), last, begins + max(0, reached - first), runs=True))
        reached = max(reached, last)
    if reached < _DAY:
        found.append(Stretch(reached, _DAY, clock.day_bounds(day, zone)[1], runs=False))
    return [one for one in found if one.begins < one.ends]


@lru_cache(64)  # most accounts of an organization have the same reminders, looked at last at one instant
def slices(timing: Timing, zone: ZoneInfo, *, since: int, until: int) -> tuple[Slice, ...]:
    """Which visits of that zone are due after `since` and not after `until`: each visit is in one slice at most."""
    if timing.unit == "hours":
        delta = _delta(timing)
        return (Slice(since + delta + 1, until + delta + 1, delta, None),) if since < until else ()
    found: list[Slice] = []
    day, last = clock.local_date(since, zone) - timedelta(days=1), clock.local_date(until, zone)
    while day <= last:
        for one in _of_day(timing, day, zone, since, until):
            _join(found, one)
        day += timedelta(days=1)
    return tuple(found)


def _join(found: list[Slice], one: Slice) -> None:
    """Days follow each other without a change of the clocks: one slice for all of them, and one search in SQL."""
    before = found[-1] if found else None
    if before and before.starts_to == one.starts_from and before.delta == one.delta and before.fixed == one.fixed:
        found[-1] = before._replace(starts_to=one.starts_to)
    else:
        found.append(one)


def _of_day(timing: Timing, day: date, zone: ZoneInfo, since: int, until: int) -> Iterator[Slice]:
    """What is due on one local date."""
    visits = day + _days(timing)
    if timing.at_minute is not None:
        due = at_wall(day, timing.at_minute * 60, zone)
        if since < due <= until:
            yield Slice(*clock.day_bounds(visits, zone), 0, due)
        return
    midnight = clock.utc_midnight(visits)
    for begins, ends, offset in clock.pieces(visits, zone):
        for stretch in stretches(day, zone):
            starts_from = max(begins, stretch.begins + midnight - offset)
            starts_to = min(ends, stretch.ends + midnight - offset)
            if not stretch.runs:
                found = Slice(starts_from, starts_to, 0, stretch.instant)
                if starts_from < starts_to and since < stretch.instant <= until:
                    yield found
                continue
            delta = stretch.begins + midnight - offset - stretch.instant
            found = Slice(max(starts_from, since + delta + 1), min(starts_to, until + delta + 1), delta, None)
            if found.starts_from < found.starts_to:
                yield found


def _delta(timing: Timing) -> int:
    return timing.amount * _HOUR * (1 if timing.before else -1)


def _days(timing: Timing) -> timedelta:
    return timedelta(days=timing.amount if timing.before else -timing.amount)
