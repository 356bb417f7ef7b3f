"""The opening hours of a schedule, minute by minute: slow, plain, and without the code that free times come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

DAY = 1440


@dataclass(frozen=True, slots=True)
class Rule:
    weekday: int
    start: int
    end: int
    first: date | None
    last: date | None
    weeks: str
    services: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Shut:
    first: date
    first_minute: int
    last: date
    last_minute: int


@dataclass(slots=True)
class Hours:
    """Wall minutes; `overrides` are the periods of single dates."""

    zone: ZoneInfo
    rules: Sequence[Rule]
    overrides: dict[date, Sequence[Sequence[int]]]
    closures: Sequence[Shut]
    _days: dict[tuple[date, UUID], bytes] = field(default_factory=dict)

    def holds(self, start: int, end: int, service: UUID) -> bool:
        """Whether the clocks show an open minute of one date during the whole of [start, end), in seconds."""
        begins = datetime.fromtimestamp(start, UTC).astimezone(self.zone)
        day = self._day(begins.date(), service)
        last = datetime.fromtimestamp(end - 60, UTC).astimezone(self.zone)
        if begins.utcoffset() == last.utcoffset() and begins.date() == last.date():
            first = begins.hour * 60 + begins.minute
            return all(day[first : first + (end - start) // 60])
        for instant in range(start, end, 60):
            shown = datetime.fromtimestamp(instant, UTC).astimezone(self.zone)
            if shown.date() != begins.date() or not day[shown.hour * 60 + shown.minute]:
                return False
        return True

    def _day(self, day: date, service: UUID) -> bytes:
        """One byte a minute, 1 where it is open."""
        if (day, service) not in self._days:
            self._days[day, service] = self._work_out(day, service)
        return self._days[day, service]

    def _work_out(self, day: date, service: UUID) -> bytes:
        minutes = bytearray(DAY)
        for start, end in self.overrides[day] if day in self.overrides else self._periods(day, service):
            minutes[start:end] = b"\x01" * (end - start)
        for shut in self.closures:
            if shut.first <= day <= shut.last:
                start = shut.first_minute if day == shut.first else 0
                end = shut.last_minute if day == shut.last else DAY
                minutes[start:end] = bytes(max(0, end - start))
        return bytes(minutes)

    def _periods(self, day: date, service: UUID) -> Iterable[tuple[int, int]]:
        week = int(day.strftime("%V"))
        for rule in self.rules:
            applies = rule.weekday == int(day.strftime("%u")) and (not rule.services or service in rule.services)
            applies = applies and (rule.first or day) <= day <= (rule.last or day)
            if applies and {"all": True, "odd": week % 2 == 1, "even": week % 2 == 0}[rule.weeks]:
                yield rule.start, rule.end
