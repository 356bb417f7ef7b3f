"""Where an instant stands on a page on which time runs down: minutes from the top of the day.

All columns share one axis, on which equal hours stand side by side. An hour that one of the columns lives through
twice is there twice; an hour that none of them has is not there. So a day of 23 or 25 hours has neither gap nor
overlap, and what begins at 9:00 stands at 9:00 in every column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from kalends.foundation import clock

Stretch = tuple[int, int]
"""Wall minutes of a day, half open."""


@dataclass(frozen=True, slots=True)
class Axis:
    """`doubled`: stretches that stand twice; `absent`: that stand nowhere. Positions are minutes, from 0."""

    doubled: tuple[Stretch, ...] = ()
    absent: tuple[Stretch, ...] = ()

    @classmethod
    def of(cls, days: Iterable[tuple[date, ZoneInfo]]) -> Axis:
        changes = [_changes(day, zone) for day, zone in days]
        doubled = {stretch for twice, _never in changes for stretch in twice}
        absent = set.intersection(*(set(never) for _twice, never in changes)) if changes else set()
        return cls(tuple(sorted(doubled)), tuple(sorted(absent)))

    @property
    def length(self) -> int:
        return self.place(clock.MINUTES_PER_DAY, 0)

    def place(self, minute: int, fold: int) -> int:
        """Of a wall minute; `fold` 1: the second of two equal ones."""
        more = sum(end - begin for begin, end in self.doubled if end <= minute or (fold and begin <= minute < end))
        return minute + more - sum(end - begin for begin, end in self.absent if end <= minute)

    def hours(self) -> list[tuple[int, int, int]]:
        """Position, wall minute and fold of every full hour that stands on the axis."""
        found = []
        for minute in range(0, clock.MINUTES_PER_DAY, 60):
            if not any(begin <= minute < end for begin, end in self.absent):
                found.append((self.place(minute, 0), minute, 0))
            if any(begin <= minute < end for begin, end in self.doubled):
                found.append((self.place(minute, 1), minute, 1))
        return sorted(found)


class Line:
    """One local date on an axis."""

    __slots__ = ("_plain", "axis", "begins", "day", "ends", "zone")

    def __init__(self, axis: Axis, day: date, zone: ZoneInfo) -> None:
        self.axis, self.day, self.zone = axis, day, zone
        self.begins, self.ends = clock.day_bounds(day, zone)
        self._plain = not axis.doubled and not axis.absent and len(clock.pieces(day, zone)) == 1

    def place(self, epoch: int) -> int:
        """The position of an instant; before and after the day: its ends."""
        if epoch <= self.begins:
            return 0
        if epoch >= self.ends:
            return self.axis.length
        if self._plain:
            return (epoch - self.begins) // 60
        wall = clock.wall(epoch, self.zone)
        return self.axis.place(wall.hour * 60 + wall.minute, wall.fold)

    def anchors(self) -> list[tuple[int, int]]:
        """Position and instant where counting begins anew: between two of them both grow alike."""
        if self._plain:
            return [(0, self.begins)]
        ends = [end for _begin, end in (*self.axis.doubled, *self.axis.absent) if end < clock.MINUTES_PER_DAY]
        instants = {piece.begins for piece in clock.pieces(self.day, self.zone)}
        instants |= {epoch for end in ends for epoch in clock.instants_of(self.day, end, self.zone)}
        return sorted((self.place(epoch), epoch) for epoch in instants)

    def voids(self) -> list[Stretch]:
        """Positions at which this date has no time: an hour that only other columns have, or have twice."""
        twice, never = _changes(self.day, self.zone)
        own = [(self.axis.place(begin, 0), self.axis.place(end, 0)) for begin, end in never]
        foreign = [
            (self.axis.place(begin, 1), self.axis.place(begin, 1) + end - begin)
            for begin, end in self.axis.doubled
            if (begin, end) not in twice
        ]
        return [(begin, end) for begin, end in sorted([*own, *foreign]) if begin < end]


def _changes(day: date, zone: ZoneInfo) -> tuple[list[Stretch], list[Stretch]]:
    """The wall minutes that the date has twice, and those that it does not have."""
    midnight = clock.utc_midnight(day)
    twice: list[Stretch] = []
    never: list[Stretch] = []
    for before, after in pairwise(clock.pieces(day, zone)):
        old = (before.ends + before.offset - midnight) // 60
        new = (after.begins + after.offset - midnight) // 60
        (twice if new < old else never).append((min(old, new), max(old, new)))
    return twice, never
