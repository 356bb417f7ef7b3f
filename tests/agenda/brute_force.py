"""The slow twin of the rules: every minute looked at by itself, counted in UTC, without any cleverness."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends.agenda.rules import Busy, Closure, DayOverride, OpeningRule, Period, Span, Visit, Window

MINUTE = timedelta(minutes=1)


def utc(text: str) -> int:
    """The instant written as 2027-10-31T00:30 in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def shown(instants: Sequence[int], zone: ZoneInfo) -> list[str]:
    """What the wall clocks show, with the offset, as 02:30+0100."""
    return [datetime.fromtimestamp(instant, UTC).astimezone(zone).strftime("%H:%M%z") for instant in instants]


def _minutes_around(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    moment = datetime.combine(day, time(12), zone).astimezone(UTC) - timedelta(hours=15)
    for _ in range(30 * 60):
        yield moment
        moment += MINUTE


@cache
def minutes_of(day: date, zone: ZoneInfo) -> dict[int, int]:
    """Every real minute of the local date, with the wall minute that the clocks show in it."""
    seen = ((moment, moment.astimezone(zone)) for moment in _minutes_around(day, zone))
    return {int(moment.timestamp()): local.hour * 60 + local.minute for moment, local in seen if local.date() == day}


@cache
def change_days(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[date, ...]:
    """The dates on which the clocks change."""
    found = []
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        at_midnight = datetime.combine(day, time(0), zone).utcoffset()
        at_next = datetime.combine(day + timedelta(days=1), time(0), zone).utcoffset()
        if at_midnight != at_next:
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def rule_applies(rule: OpeningRule, day: date) -> bool:
    week = int(day.strftime("%V"))
    return (
        int(day.strftime("%u")) == rule.weekday
        and (rule.valid_from or date.min) <= day <= (rule.valid_until or date.max)
        and {"all": True, "odd": week in range(1, 54, 2), "even": week in range(2, 53, 2)}[rule.weeks]
    )


def open_minutes(
    day: date, rules: Sequence[OpeningRule], override: DayOverride | None, service: UUID | None
) -> set[int]:
    periods: list[Period] = []
    if override is not None:
        periods = list(override.periods)
    else:
        for rule in rules:
            fits = service is None or rule.services is None or service in rule.services
            if fits and rule_applies(rule, day):
                periods.append((rule.start, rule.end))
    return {minute for minute in range(1440) if any(start <= minute < end for start, end in periods)}


def is_closed(day: date, minute: int, closures: Sequence[Closure]) -> bool:
    shown_time = datetime.combine(day, time()) + minute * MINUTE
    return any(
        datetime.combine(closure.from_day, time()) + closure.from_minute * MINUTE
        <= shown_time
        < datetime.combine(closure.to_day, time()) + closure.to_minute * MINUTE
        for closure in closures
    )


def grid(
    day: date, opened: set[int], closures: Sequence[Closure], step: int, duration: int, zone: ZoneInfo
) -> list[int]:
    minutes = minutes_of(day, zone)
    usable = {instant for instant, shows in minutes.items() if shows in opened and not is_closed(day, shows, closures)}
    marks = set()
    for minute in sorted(opened):
        if minute - 1 not in opened:
            mark = minute
        if minute == mark:
            marks.add(minute)
            mark += step
    return [
        instant
        for instant, shows in minutes.items()
        if shows in marks and all(instant + 60 * passed in usable for passed in range(duration))
    ]


def _minutes_in(span: Span) -> range:
    return range(span[0], span[1], 60)


def taken_minutes(busy: Sequence[Busy]) -> set[tuple[int, int]]:
    """Seats and real minutes that are taken."""
    return {(seat, minute) for start, end, seat in busy for minute in _minutes_in((start, end))}


def free_seats(start: int, visit: Visit, busy: Sequence[Busy], capacity: int) -> list[int]:
    taken = taken_minutes(busy)
    needed = range(start - visit.before * 60, start + (visit.duration + visit.after) * 60, 60)
    return [seat for seat in range(1, capacity + 1) if all((seat, minute) not in taken for minute in needed)]


def free_starts(grid: Sequence[int], visit: Visit, busy: Sequence[Busy], capacity: int) -> list[int]:
    return [start for start in grid if free_seats(start, visit, busy, capacity)]


def earliest(now: int, zone: ZoneInfo, notice: int) -> int:
    """`now` is a whole minute."""
    if notice == 0 or notice % 1440:
        return now + notice * 60
    asked = datetime.fromtimestamp(now, UTC).astimezone(zone).replace(tzinfo=None) + notice * MINUTE
    moment = datetime.fromtimestamp(now, UTC) + notice * MINUTE - timedelta(hours=3)
    while moment.astimezone(zone).replace(tzinfo=None) < asked:
        moment += MINUTE
    return int(moment.timestamp())


def why_empty(requested: Span, window: Window, open_spans: Sequence[Span], busy: Sequence[Busy], capacity: int) -> str:
    opened = {minute for span in open_spans for minute in _minutes_in(span)}
    asked = set(_minutes_in(requested))
    allowed = {minute for minute in asked if window.earliest <= minute < window.latest}
    if not allowed or (opened & asked and not opened & allowed):
        return "outside_window"
    if not opened & asked:
        return "closed"
    taken = taken_minutes(busy)
    seats = range(1, capacity + 1)
    if all((seat, minute) in taken for minute in opened & allowed for seat in seats):
        return "full"
    return "no_gap"
