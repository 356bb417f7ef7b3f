"""The values that the rules work on."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

Weeks = Literal["all", "odd", "even"]

Period = tuple[int, int]
"""Wall minutes of one date, [start, end)."""

Span = tuple[int, int]
"""Instants, [start, end)."""

Busy = tuple[int, int, int]
"""Start and end instants, buffers included, and the seat (from 1)."""

Needs = tuple[tuple[UUID, ...], ...]
"""What a visit needs beside its practitioner: any one resource of each, the first choice first."""


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """Open every `weekday` (1 is Monday, 7 Sunday) from `start` to `end`, in minutes of wall time.

    Both validity dates are included. Odd and even are the parity of the ISO week number: a week 53 is odd and
    so is the week 1 after it. `services` None means any service.
    """

    weekday: int
    start: int
    end: int
    valid_from: date | None = None
    valid_until: date | None = None
    weeks: Weeks = "all"
    services: frozenset[UUID] | None = None

    def applies_on(self, day: date) -> bool:
        """Whether the rule opens that date, for some service."""
        if day.isoweekday() != self.weekday:
            return False
        if self.valid_from is not None and day < self.valid_from:
            return False
        if self.valid_until is not None and day > self.valid_until:
            return False
        return self.weeks == "all" or (day.isocalendar().week % 2 == 1) == (self.weeks == "odd")

    def serves(self, service: UUID | None) -> bool:
        """Whether the rule is for that service; None asks about any service at all."""
        return service is None or self.services is None or service in self.services


@dataclass(frozen=True, slots=True)
class DayOverride:
    """The opening of one date, for every service, in place of all rules; without periods it is closed."""

    day: date
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Closure:
    """Closed from one wall time until another, half open, whatever rules and overrides say.

    It holds by what the clocks show: an hour that occurs twice is closed both times.
    """

    from_day: date
    from_minute: int
    to_day: date
    to_minute: int

    def minutes_of(self, day: date) -> Period | None:
        """The wall minutes that it takes from `day`, or None."""
        if not self.from_day <= day <= self.to_day:
            return None
        start = self.from_minute if day == self.from_day else 0
        end = self.to_minute if day == self.to_day else 1440
        return (start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class Visit:
    """Minutes that a visit lasts, and the minutes kept free before and after it."""

    duration: int
    before: int = 0
    after: int = 0

    def occupied(self, start: int) -> Span:
        """The span that a visit starting at `start` takes from a seat, buffers included."""
        return start - self.before * 60, start + (self.duration + self.after) * 60


@dataclass(frozen=True, slots=True)
class Window:
    """The instants at which a visit may start: from `earliest`, before `latest`."""

    earliest: int
    latest: int

    @property
    def is_empty(self) -> bool:
        return self.earliest >= self.latest

    def cut(self, starts: Sequence[int]) -> Sequence[int]:
        """Those of the ascending `starts` that are inside."""
        return starts[bisect_left(starts, self.earliest) : bisect_left(starts, self.latest)]
