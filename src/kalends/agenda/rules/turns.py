"""Whose turn it is, where any practitioner will do."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

WINDOW_DAYS = 30
"""So many days back visits are counted."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a schedule was given: `booked` visits within the last `days` days, of which it was there for all.

    `last` is the instant of the last of these bookings, None for none.
    """

    schedule: UUID
    weight: int
    priority: int
    booked: int
    days: int
    last: int | None

    @property
    def load(self) -> Fraction:
        """Visits a day, for a weight of 1. By the day, so that a newcomer is not flooded to catch up."""
        return Fraction(self.booked, self.weight * self.days)


def days_counted(began: int, now: int) -> int:
    """The days, begun ones included, over which the visits of a schedule that began at `began` are counted."""
    return min(max((now - began) // 86400 + 1, 1), WINDOW_DAYS)


def in_turn(shares: Iterable[Share]) -> list[Share]:
    """The lightest load first; then the highest priority, the longest without a booking, and in the end the id."""
    return sorted(shares, key=lambda one: (one.load, -one.priority, one.last or 0, one.schedule))
