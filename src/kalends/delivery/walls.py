"""How many text messages may leave, and what becomes of those beyond. Pure.

Whoever makes a machine book again and again, with one number or with a thousand of one prefix, earns by our messages or
plagues somebody. What answers an act of just now is refused then: its repetition would be the attack. What was planned
long before (a reminder) or tells news waits until there is room again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_noop

TO_A_NUMBER, NUMBER_SPAN = 3, timedelta(minutes=10)
PREFIX_SPAN = HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ASKS_AGAIN_AFTER = timedelta(minutes=10)


class Wall(StrEnum):
    NUMBER = "number"
    PREFIX = "prefix"
    HOUR = "hour"
    DAY = "day"


REFUSED = {
    Wall.NUMBER: gettext_noop("Not sent: three text messages have gone to this number within ten minutes."),
    Wall.PREFIX: gettext_noop("Not sent: too many new numbers of one prefix within an hour."),
    Wall.HOUR: gettext_noop("Not sent: as many text messages as are allowed in an hour have left."),
    Wall.DAY: gettext_noop("Not sent: as many text messages as are allowed in a day have left."),
}
HELD = {
    Wall.NUMBER: gettext_noop("Waits: three text messages have gone to this number within ten minutes."),
    Wall.PREFIX: gettext_noop("Waits: too many new numbers of one prefix within an hour."),
    Wall.HOUR: gettext_noop("Waits: as many text messages as are allowed in an hour have left."),
    Wall.DAY: gettext_noop("Waits: as many text messages as are allowed in a day have left."),
}


@dataclass(frozen=True, slots=True)
class Limits:
    hour: int
    day: int
    prefix: int
    """To numbers of one prefix that the organization has not written to before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    id: UUID
    number: UUID
    """Of whoever gets it, and of its prefix, as they are counted."""
    prefix: UUID
    is_new: bool
    counts_by_number: bool = True
    """False for people of the organization itself."""


@dataclass(slots=True)
class Gone:
    """What has left: to each number in NUMBER_SPAN by all, the rest by the organization."""

    numbers: Counter[UUID] = field(default_factory=Counter)
    prefixes: Counter[UUID] = field(default_factory=Counter)
    hour: int = 0
    day: int = 0

    def add(self, one: Wanted) -> None:
        self.numbers[one.number] += one.counts_by_number
        self.prefixes[one.prefix] += one.is_new
        self.hour += 1
        self.day += 1


def stopped(wanted: Sequence[Wanted], gone: Gone, limits: Limits) -> dict[UUID, Wall]:
    """Those that may not leave now, in the order they stand, and at which wall. `gone` grows by those that may."""
    found = {}
    for one in wanted:
        wall = _wall(one, gone, limits)
        if wall is None:
            gone.add(one)
        else:
            found[one.id] = wall
    return found


def alarming(walls: Iterable[Wall]) -> Mapping[Wall, int]:
    """What administrators have to hear of. One number asked too often is nobody's alarm."""
    return Counter(wall for wall in walls if wall != Wall.NUMBER)


def _wall(one: Wanted, gone: Gone, limits: Limits) -> Wall | None:
    if one.counts_by_number and gone.numbers[one.number] >= TO_A_NUMBER:
        return Wall.NUMBER
    if one.is_new and gone.prefixes[one.prefix] >= limits.prefix:
        return Wall.PREFIX
    if gone.hour >= limits.hour:
        return Wall.HOUR
    return Wall.DAY if gone.day >= limits.day else None
