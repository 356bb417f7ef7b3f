"""One VEVENT, made ready for the library that expands repetitions.

The library swaps an end before its start, guesses what to do with mixed kinds of time and takes an unknown
zone for none. So everything doubtful is settled or refused here, before.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event, vDDDLists, vDDDTypes, vRecur
from icalendar.parser import Contentline, Parameters

from kalends.agenda.imports.blocks import LONGEST_LINE, Block, name_of
from kalends.agenda.imports.zones import Zones

MOST_DATES = 5_000
"""Single dates that a repetition may add or take away."""

LONGEST_SUMMARY = 1_000
FIRST_YEAR, LAST_YEAR = 1583, 2200
"""Between the Gregorian reform, before which weekdays are none of ours, and what nobody plans."""

_MOMENTS = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
_ONCE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "UID")
_NEEDED = frozenset({*_MOMENTS, "DURATION", "UID", "RRULE"})
_WANTED = _NEEDED | {"EXRULE", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP"}
_MOST_OTHER_LINES = 50
_ZONE = "X-ZONE"

Moment = date | datetime
# An icalendar Event: what its items may be is for this module to find out.
Item = Any


class EventRefused(ValueError):
    """The event cannot be read; `code` says why, `text` quotes what is to blame."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Clocks:
    """What times without a zone of their own are read by.

    `floating` serves times of day, `days` whole days. Where the calendar names a zone, times in UTC are
    shown by it (`shown_by`), since a weekly visit at ten stays at ten when the clocks change.
    """

    zones: Zones
    floating: ZoneInfo
    days: tzinfo
    shown_by: tzinfo | None


@dataclass(slots=True)
class ReadEvent:
    """An event whose every time is a date, or aware. `remarks` say what was settled by a choice."""

    event: Item
    line: int
    remarks: list[str] = field(default_factory=list)

    @property
    def is_change(self) -> bool:
        """Whether it replaces one occurrence of another event, or that one and all later ones."""
        return "RECURRENCE-ID" in self.event

    @property
    def changes_later_ones(self) -> bool:
        return self.is_change and self.event["RECURRENCE-ID"].params.get("RANGE") == "THISANDFUTURE"

    @property
    def moved_by(self) -> timedelta:
        """How far a change moves its occurrence, either way."""
        there, here = (_instant_of(self.event[name].dt) for name in ("RECURRENCE-ID", "DTSTART"))
        return abs(here - there)

    @property
    def sequence(self) -> int:
        return int(self.event.get("SEQUENCE", 0))

    @property
    def start(self) -> Moment:
        moment: Moment = self.event["DTSTART"].dt
        return moment

    @property
    def rules(self) -> list[vRecur]:
        return _listed(self.event, "RRULE")

    @property
    def repeats(self) -> bool:
        return "RRULE" in self.event or "RDATE" in self.event


def read_event(block: Block, clocks: Clocks) -> ReadEvent:
    """Raises EventRefused."""
    used: list[tzinfo] = []
    lines = [_line(line, clocks.zones, used) for line in _said(block)]
    event: Item = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    _check_properties(event)
    read = ReadEvent(event, block.line)
    if "DTEND" in event and event.pop("DURATION", None) is not None:
        read.remarks.append("end_twice")
    for name in _MOMENTS:
        _settle(event, name, clocks, used)
    _settle_kinds(read, clocks.days)
    _check_span(event)
    _settle_rules(read, clocks.days)
    if event.pop("EXRULE", None) is not None:
        read.remarks.append("exrule")
    return read


def _said(block: Block) -> list[str]:
    """The lines to read. Raises EventRefused where there are too many.

    A property without a value says nothing; some programs write an empty RRULE for "once".
    """
    lines = [line for line in block.lines if name_of(line) in _WANTED and line.partition(":")[2].strip()]
    if single_dates(block) > MOST_DATES:
        raise EventRefused("too_many_dates")
    if sum(name_of(line) not in ("RDATE", "EXDATE") for line in lines) > _MOST_OTHER_LINES:
        raise EventRefused("property_twice")
    return lines


def single_dates(block: Block) -> int:
    """How many dates a repetition adds or takes away one by one."""
    return sum(value.count(",") + 1 for name in ("RDATE", "EXDATE") for value in block.values(name))


def _line(line: str, zones: Zones, used: list[tzinfo]) -> str:
    """The line with the number of a zone in `used` instead of the name of one.

    The library shares the names it knows between all files, and takes the unknown for floating time.
    """
    name = name_of(line)
    if name == "SUMMARY":
        return line[:LONGEST_SUMMARY]
    if len(line) >= LONGEST_LINE:
        raise EventRefused("line_too_long", name)
    if name not in _MOMENTS or "TZID" not in line.upper():
        return line
    try:
        _, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise EventRefused("property_broken", name) from error
    named = str(parameters.pop("TZID", ""))
    if named:
        parameters[_ZONE] = str(_numbered(named, value, zones, used))
    return str(Contentline.from_parts(name, Parameters(parameters), _Raw(value)))


class _Raw:
    """A value that is written as it was read: the library would mask its commas."""

    def __init__(self, text: str) -> None:
        self._text = text

    def to_ical(self) -> str:
        return self._text


def _numbered(named: str, value: str, zones: Zones, used: list[tzinfo]) -> int:
    if value.rstrip().upper().endswith("Z"):
        raise EventRefused("zone_twice", named)
    found = zones.named(named)
    if found is None:
        raise EventRefused("zone_unknown", named)
    used.append(found)
    return len(used) - 1


def _check_properties(event: Item) -> None:
    for name, _ in event.errors:
        if name is None or name.upper() in _NEEDED:
            raise EventRefused("property_broken", name or "")
        event.pop(name, None)
    for name in _ONCE:
        if isinstance(event.get(name), list):
            raise EventRefused("property_twice", name)
    if "DTSTART" not in event:
        raise EventRefused("start_missing")


def _settle(event: Item, name: str, clocks: Clocks, used: list[tzinfo]) -> None:
    """Give every time of the property its zone. Raises EventRefused."""
    if name not in event:
        return
    settled = []
    for value in _listed(event, name):
        number = value.params.get(_ZONE)
        own = used[int(number)] if number else None
        moments = [_moment(entry.dt, own, clocks, name) for entry in value.dts]
        made = vDDDLists(moments) if isinstance(value, vDDDLists) else vDDDTypes(moments[0])
        if "RANGE" in value.params:
            made.params["RANGE"] = str(value.params["RANGE"]).upper()
        settled.append(made)
    event[name] = settled if len(settled) > 1 else settled[0]


def _moment(value: Any, own: tzinfo | None, clocks: Clocks, name: str) -> Any:
    if isinstance(value, tuple):
        start, end = value
        return (
            _moment(start, own, clocks, name),
            end if isinstance(end, timedelta) else _moment(end, own, clocks, name),
        )
    if not isinstance(value, date):
        raise EventRefused("property_broken", name)
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise EventRefused("out_of_range", name)
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        return value.replace(tzinfo=own or clocks.floating)
    return value.astimezone(clocks.shown_by) if clocks.shown_by else value


def _settle_kinds(read: ReadEvent, days: tzinfo) -> None:
    """A day on one side and a time of day on the other: the day is taken from its first moment."""
    event = read.event
    kinds = {type(event[name].dt) for name in ("DTSTART", "DTEND") if name in event}
    if "DURATION" in event and isinstance(event["DURATION"].dt, timedelta) and event["DURATION"].dt.seconds:
        kinds.add(datetime)
    if kinds != {date, datetime}:
        return
    for name in ("DTSTART", "DTEND"):
        if name in event and type(event[name].dt) is date:
            event[name] = vDDDTypes(datetime.combine(event[name].dt, time(), days))
    read.remarks.append("mixed_kinds")


def _check_span(event: Item) -> None:
    """Raises EventRefused for an event that ends before it begins."""
    length = event["DURATION"].dt if "DURATION" in event else timedelta()
    if not isinstance(length, timedelta):
        raise EventRefused("property_broken", "DURATION")
    backwards = "DTEND" in event and _before(event["DTEND"].dt, event["DTSTART"].dt)
    if backwards or length < timedelta():
        raise EventRefused("end_before_start")
    if length > timedelta(days=366 * (LAST_YEAR - FIRST_YEAR)):
        raise EventRefused("out_of_range", "DURATION")


def _before(one: Moment, other: Moment) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.astimezone(UTC) < other.astimezone(UTC)
    return one < other


def _settle_rules(read: ReadEvent, days: tzinfo) -> None:
    """UNTIL in the same kind of time as the start, as the format asks and many programs do not care.

    Some write COUNT=-1 for "without end".
    """
    start = read.start
    for rule in read.rules:
        if rule.get("COUNT", [1])[0] < 0:
            del rule["COUNT"]
        if "UNTIL" not in rule:
            continue
        until = rule["UNTIL"][0]
        if until.year > LAST_YEAR:
            del rule["UNTIL"]
        elif until.year < FIRST_YEAR:
            raise EventRefused("out_of_range", "RRULE")
        else:
            rule["UNTIL"] = [_until(until, start, days)]
            if isinstance(start, datetime) and not isinstance(until, datetime):
                read.remarks.append("until_day")


def _until(until: Moment, start: Moment, days: tzinfo) -> Moment:
    if not isinstance(start, datetime):
        if not isinstance(until, datetime):
            return until
        return (until.astimezone(days) if until.tzinfo else until).date()
    if not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59), start.tzinfo)
    return (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def _instant_of(moment: Moment) -> datetime:
    """Close enough to tell a year: whole days are taken as days of UTC."""
    return (moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)).astimezone(UTC)


def _listed(event: Item, name: str) -> list[Any]:
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]
