"""Wall clocks of the world against real instants.

Three plain kinds of value, everywhere: an *instant* is an int, seconds since 1970 in UTC; a *wall time* is
a `datetime.date` with minutes since local midnight (0 to 1440, 1440 being 24:00); a *zone* is a `ZoneInfo`
out of `zone()`. Only this module turns one into another, and only with the zone data of the pinned `tzdata`
package: the machine's own, which may be years older or newer, is shut out.
"""

import re
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

MINUTES_PER_DAY = 1440
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)

_HOUR = 3600
_DAY = 86400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MINUTE_TEXT = re.compile(r"([0-9]{1,2}):([0-9]{2})")

zoneinfo.reset_tzpath(to=[])
ZoneInfo.clear_cache()


class ClockRefused(ValueError):
    """Something typed or configured that is no time here; `code` is stable and meant for programs."""

    code: ClassVar[str] = "time_invalid"


class UnknownZone(ClockRefused):
    """The key names no zone of the pinned data."""

    code = "zone_unknown"


class DayOutOfRange(ClockRefused):
    """The year is outside 1900 to 2100: a slip of the keyboard rather than a date."""

    code = "day_out_of_range"


class UnreadableTime(ClockRefused):
    """The text is no date written 2027-10-31, or no wall time written 09:30."""

    code = "time_unreadable"


class Piece(NamedTuple):
    """Part of one local date during which the zone keeps one offset: [begins, ends), offset in seconds."""

    begins: int
    ends: int
    offset: int


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def zone(key: str) -> ZoneInfo:
    """The zone named `key`, such as Europe/Paris. Raises UnknownZone."""
    if key not in _known_zones():
        raise UnknownZone(key)
    return ZoneInfo(key)


def check_day(day: date) -> date:
    """`day` itself if its year is within 1900 to 2100. Raises DayOutOfRange."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DayOutOfRange(day.isoformat())
    return day


def parse_day(text: str) -> date:
    """The date written as 2027-10-31, and in no other way. Raises UnreadableTime, DayOutOfRange."""
    if not _DAY_TEXT.fullmatch(text):
        raise UnreadableTime(text)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableTime(text) from error
    return check_day(day)


def parse_minute(text: str) -> int:
    """The minutes since midnight of 9:30, 09:30 or 24:00. Raises UnreadableTime."""
    match = _MINUTE_TEXT.fullmatch(text)
    if match is None:
        raise UnreadableTime(text)
    hours, minutes = int(match[1]), int(match[2])
    if minutes > 59 or hours * 60 + minutes > MINUTES_PER_DAY:
        raise UnreadableTime(text)
    return hours * 60 + minutes


def epoch_of(moment: datetime) -> int:
    """The instant of an aware datetime, fractions of a second dropped. Raises UnreadableTime if naive."""
    if moment.utcoffset() is None:
        raise UnreadableTime(moment.isoformat())
    return (moment - _EPOCH) // timedelta(seconds=1)


def wall(epoch: int, zone: ZoneInfo) -> datetime:
    """What the clocks of `zone` show at an instant; `fold` is 1 in the second of two equal hours."""
    return datetime.fromtimestamp(epoch, zone)


def local_date(epoch: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(epoch, zone).date()


def utc_midnight(day: date) -> int:
    """The instant of midnight in UTC; less an offset, of the local midnight that this offset would give."""
    return (day.toordinal() - _EPOCH_ORDINAL) * _DAY


def instants_of(day: date, minute: int, zone: ZoneInfo) -> tuple[int, ...]:
    """The instants at which the clocks of `zone` show that wall time, in order.

    None where the clocks jump over it, two where they show it twice, else one. 1440 is midnight of the next
    day. Raises DayOutOfRange.
    """
    if minute == MINUTES_PER_DAY:
        return _instants(check_day(day) + timedelta(days=1), 0, zone)
    return _instants(check_day(day), minute, zone)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """The real span of a local date, half open: 24 hours, or 23, 25, 23 and a half and so on.

    Consecutive dates touch, without gap or overlap. A date that the zone skipped altogether is empty.
    Raises DayOutOfRange.
    """
    return _start_of(check_day(day), zone), _start_of(day + timedelta(days=1), zone)


def reached(day: date, second: int, zone: ZoneInfo) -> int:
    """The first instant at which the clocks show that second (0 to 86400) of `day`, or anything later.

    For an absent wall time this is the moment of the jump, for a doubled one its first occurrence.
    """
    midnight = utc_midnight(day)
    for begins, ends, offset in pieces(day, zone):
        instant = max(begins, midnight + second - offset)
        if instant < ends:
            return instant
    return _start_of(day + timedelta(days=1), zone)


@lru_cache(maxsize=16384)
def pieces(day: date, zone: ZoneInfo) -> tuple[Piece, ...]:
    """The real time of a local date, in order, cut where the offset changes: one piece on ordinary days."""
    midnight = utc_midnight(day)
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    last = first + timedelta(days=1)  # wall arithmetic: the next local midnight
    search_from = midnight - max(_offset(first), _offset(first.replace(fold=1)))
    search_until = midnight + _DAY - min(_offset(last), _offset(last.replace(fold=1)))
    found = (
        Piece(max(begins, midnight - offset), min(ends, midnight + _DAY - offset), offset)
        for begins, ends, offset in _stretches(search_from, search_until, zone)
    )
    return tuple(piece for piece in found if piece.begins < piece.ends)


def _stretches(search_from: int, search_until: int, zone: ZoneInfo) -> Iterator[Piece]:
    """Cut a real span where the offset changes. No zone changes twice within an hour."""
    begins, offset = search_from, _offset(wall(search_from, zone))
    for probe in [*range(search_from + _HOUR, search_until, _HOUR), search_until]:
        new_offset = _offset(wall(probe, zone))
        if new_offset != offset:
            change = _first_with(new_offset, probe - _HOUR, probe, zone)
            yield Piece(begins, change, offset)
            begins, offset = change, new_offset
    yield Piece(begins, search_until, offset)


def _first_with(offset: int, before: int, after: int, zone: ZoneInfo) -> int:
    """The instant of the one change between `before` (old offset) and `after` (new offset)."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(wall(middle, zone)) == offset:
            after = middle
        else:
            before = middle
    return after


def _instants(day: date, minute: int, zone: ZoneInfo) -> tuple[int, ...]:
    shown = utc_midnight(day) + minute * 60
    return tuple(shown - offset for begins, ends, offset in pieces(day, zone) if begins <= shown - offset < ends)


def _start_of(day: date, zone: ZoneInfo) -> int:
    parts = pieces(day, zone)
    return parts[0].begins if parts else _start_of(day + timedelta(days=1), zone)


def _offset(moment: datetime) -> int:
    offset = moment.utcoffset()
    assert offset is not None, "a zone of the pinned data always has an offset"
    return offset // timedelta(seconds=1)
