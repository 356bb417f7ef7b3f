"""The clocks that a calendar file names, by the names of four worlds."""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from icalendar import Timezone, vRecur
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from kalends.agenda.imports.blocks import Block, name_of
from kalends.agenda.imports.repetition import Allowance, RuleRefused
from kalends.foundation.clock import UnknownZone, zone

_MOST_LINES = 2_000
_UNNAMED = "-"


class Zones:
    """The zones of one calendar.

    Nothing is shared between files: a name that one file explains means nothing in the next.
    """

    def __init__(self, definitions: list[Block], last: date, allowance: Allowance) -> None:
        self._definitions = {_clean(name): block for block in definitions for name in block.values("TZID")}
        self._found: dict[str, tzinfo | None] = {}
        self._last = last
        self._allowance = allowance

    def named(self, name: str) -> tzinfo | None:
        """The zone of that name, or None if there is no telling.

        In this order: a name of the common data, one of Windows, one that the file explains itself, and one
        of the common data behind the name of a maker, as in /example.org/Europe/Berlin.
        """
        if name not in self._found:
            self._found[name] = self._look_up(_clean(name))
        return self._found[name]

    def _look_up(self, name: str) -> tzinfo | None:
        known = _known(name) or _known(WINDOWS_TO_OLSON.get(name, ""))
        if known is not None:
            return known
        if name in self._definitions:
            return self._defined(self._definitions[name])
        parts = name.split("/")
        return next(filter(None, (_known("/".join(parts[at:])) for at in range(1, len(parts)))), None)

    def _defined(self, block: Block) -> tzinfo | None:
        """The zone of a VTIMEZONE, or None if it is unsound."""
        # The library keeps every zone it reads under its name, for all files to come; so it reads this one
        # without a name.
        lines = [line for line in block.lines if name_of(line) != "TZID"]
        if len(lines) > _MOST_LINES:
            return None
        try:
            component = Timezone.from_ical("\r\n".join(["BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE", ""]))
            assert isinstance(component, Timezone)
            for part in component.subcomponents:
                self._check(part)
            component["TZID"] = _UNNAMED
            made: tzinfo = component.to_tz(lookup_tzid=False)
            made.utcoffset(datetime(self._last.year, 7, 1))  # noqa: DTZ001 - asks once, so that it fails here
        except Exception:  # a stranger's definition may fail in any way inside the libraries
            return None
        return _Remembered(made)

    def _check(self, part: Any) -> None:
        """Clocks change by rules of a year. Raises RuleRefused, KeyError."""
        rules = part.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            if not isinstance(rule, vRecur) or str(rule["FREQ"][0]).upper() != "YEARLY":
                raise RuleRefused("too_frequent")
            self._allowance.check(rule, part["DTSTART"].dt, self._last)


class _Remembered(tzinfo):
    """A zone out of a file. The library works through its rules at every question, so answers are kept.

    One answer serves a whole day, unless the next day begins with another one.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._at_midnight = lru_cache(maxsize=16_384)(self._ask_at_midnight)

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        if moment is None:
            return None
        offset = self._at_midnight(moment.date())
        if offset == self._at_midnight(moment.date() + timedelta(days=1)):
            return offset
        return self._zone.utcoffset(moment.replace(tzinfo=self._zone))

    def dst(self, moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        return _UNNAMED

    def fromutc(self, moment: datetime) -> datetime:
        return self._zone.fromutc(moment.replace(tzinfo=self._zone)).replace(tzinfo=self)

    def _ask_at_midnight(self, day: date) -> timedelta | None:
        return self._zone.utcoffset(datetime.combine(day, time(), self._zone))


def _clean(name: str) -> str:
    return name.strip().strip('"').strip("/")


def _known(name: str) -> tzinfo | None:
    try:
        return zone(name)
    except UnknownZone:
        return None
