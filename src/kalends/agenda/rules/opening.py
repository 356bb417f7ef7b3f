"""When a schedule is open, and at which instants a visit may start there."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends.agenda.rules.values import Closure, DayOverride, OpeningRule, Period, Span
from kalends.foundation.clock import pieces, utc_midnight


def periods_of_day(
    day: date, rules: Iterable[OpeningRule], override: DayOverride | None, service: UUID | None
) -> tuple[Period, ...]:
    """The wall periods at which `day` is open for `service` (None: for any), merged where they touch.

    An override of that very date replaces the rules wholly; closures are not looked at here.
    """
    if override is not None:
        if override.day != day:
            raise ValueError(f"an override of {override.day} says nothing about {day}")
        return _merged(override.periods)
    return _merged((rule.start, rule.end) for rule in rules if rule.applies_on(day) and rule.serves(service))


def open_spans(day: date, periods: Sequence[Period], closures: Iterable[Closure], zone: ZoneInfo) -> tuple[Span, ...]:
    """The real time of that local date during which the clocks show an open, unclosed minute.

    Spans that touch are one: opening hours run on over an hour that the clocks skip or repeat. They never
    run on over midnight.
    """
    return _spans(day, _merged(periods), _closed_minutes(day, closures), zone)


def grid(
    day: date,
    periods: Sequence[Period],
    closures: Iterable[Closure],
    step: int,
    visit_duration: int,
    zone: ZoneInfo,
) -> tuple[int, ...]:
    """All instants of that local date at which opening hours let a visit start, in order.

    A start shows a wall time of `period start + k * step`; a closure moves none. The whole visit, in real
    time, is open. A wall time that does not exist gives no start, one that occurs twice gives two.
    """
    if step < 1 or visit_duration < 1:
        raise ValueError("a step and a visit last at least a minute")
    return _starts(day, _merged(periods), _closed_minutes(day, closures), step, visit_duration, zone)


@lru_cache(maxsize=4096)
def _starts(
    day: date,
    periods: tuple[Period, ...],
    closed: tuple[Period, ...],
    step: int,
    visit_duration: int,
    zone: ZoneInfo,
) -> tuple[int, ...]:
    """Remembered, as the same few days are asked for again and again."""
    spans = _spans(day, periods, closed, zone)
    length, pace = visit_duration * 60, step * 60
    starts: list[int] = []
    for begins, ends, offset in pieces(day, zone):
        midnight = utc_midnight(day) - offset
        for start, end in periods:
            origin, limit = midnight + start * 60, min(ends, midnight + end * 60)
            for opens, closes in spans:
                skipped = max(0, begins - origin, opens - origin) + pace - 1
                first = origin + skipped // pace * pace
                starts.extend(range(first, min(limit, closes - length + 1), pace))
    return tuple(starts)


def _spans(day: date, periods: tuple[Period, ...], closed: tuple[Period, ...], zone: ZoneInfo) -> tuple[Span, ...]:
    minutes = _without(periods, closed)
    spans: list[Span] = []
    for begins, ends, offset in pieces(day, zone):
        midnight = utc_midnight(day) - offset
        for start, end in minutes:
            span = max(begins, midnight + start * 60), min(ends, midnight + end * 60)
            if span[0] >= span[1]:
                continue
            if spans and spans[-1][1] == span[0]:
                spans[-1] = spans[-1][0], span[1]
            else:
                spans.append(span)
    return tuple(spans)


def _merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    merged: list[Period] = []
    for start, end in sorted(periods):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _closed_minutes(day: date, closures: Iterable[Closure]) -> tuple[Period, ...]:
    found = (closure.minutes_of(day) for closure in closures)
    return _merged(minutes for minutes in found if minutes is not None)


def _without(periods: tuple[Period, ...], closed: tuple[Period, ...]) -> tuple[Period, ...]:
    """What merged `closed` leaves of merged `periods`."""
    for closed_start, closed_end in closed:
        periods = tuple(
            part
            for start, end in periods
            for part in ((start, min(end, closed_start)), (max(start, closed_end), end))
            if part[0] < part[1]
        )
    return periods
