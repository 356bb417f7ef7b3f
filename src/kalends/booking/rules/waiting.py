"""Who on the waiting list gets a freed time, in which order, for how long, and why not.

The order is: the highest rank, then who waits longest, then the id, so that it never depends on chance (WL-09).
Minutes are wall clock, after midnight; a window may run past midnight, up to 2880.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

DAY = 1440
HOLDS_FOR = timedelta(hours=2)
HOLDS_AT_LEAST = timedelta(minutes=15)
HOLDS_BY_PHONE = timedelta(minutes=15)
LEAST_AHEAD = timedelta(minutes=30)
SHARE_OF_TIME_LEFT = 3
WHOLE_DAY = (0, DAY)

# Why somebody was passed over, as it is stored.
WHY = (
    "days",
    "hours",
    "no_gap",
    "not_earlier",
    "gave_it_up",
    "offered_before",
    "offer_open",
    "most_today",
    "most_in_all",
    "visit_then",
    "no_address",
    "quiet",
    "being_changed",
)


class By(StrEnum):
    """What an offer is told by, as it is stored."""

    EMAIL = "email"
    SMS = "sms"


class Way(NamedTuple):
    by: By
    address: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody can be told of an offer: no address that is dead or where no offers are wanted, no landline.

    `no_mails`, `no_texts`: by this way they refused to be reminded.
    """

    email: str = ""
    mobile: str = ""
    no_mails: bool = False
    no_texts: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for. Empty `schedules`, `weekdays`: any."""

    services: Sequence[UUID]
    schedules: frozenset[UUID]
    weekdays: frozenset[int]
    from_minute: int
    to_minute: int
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Start:
    """A time that could be offered: wall day and minute of its beginning, its length in minutes."""

    day: date
    minute: int
    length: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a waiting person when a time is free."""

    has_address: bool
    has_open_offer: bool
    offers_today: int
    offers_in_all: int
    most_a_day: int
    most_in_all: int
    was_offered_this: bool
    gave_this_up: bool


def window(start: int, end: int) -> tuple[int, int]:
    """From hh to hh as stored: an end on the clock before the start is on the next day (WL-04).

    Raises ValueError where both are the same: that would be no time at all.
    """
    if start == end:
        raise ValueError("an empty window")
    return start, end if end > start else end + DAY


def unsuited(wish: Wish, start: Start) -> str | None:
    """Why this time is none of those that were asked for; None: it is one.

    A window past midnight belongs to the day on which it begins; the whole visit must lie in it.
    """
    begins = [(start.day, start.minute)]
    if wish.to_minute > DAY:
        begins.append((start.day - timedelta(days=1), start.minute + DAY))
    asked = [
        (day, minute)
        for day, minute in begins
        if wish.valid_from <= day <= wish.valid_until and (not wish.weekdays or day.isoweekday() in wish.weekdays)
    ]
    if not asked:
        return "days"
    if (wish.from_minute, wish.to_minute) == WHOLE_DAY:
        return None
    fits = any(wish.from_minute <= minute and minute + start.length <= wish.to_minute for _day, minute in asked)
    return None if fits else "hours"


def barred(standing: Standing) -> str | None:
    """Why this person gets no offer of this time, whatever they wait for; None: they may."""
    if standing.gave_this_up:
        return "gave_it_up"
    if standing.was_offered_this:
        return "offered_before"
    if standing.has_open_offer:
        return "offer_open"
    if standing.offers_in_all >= standing.most_in_all:
        return "most_in_all"
    if standing.offers_today >= standing.most_a_day:
        return "most_today"
    return None if standing.has_address else "no_address"


def way_to(reach: Reach) -> Way | None:
    """By which way somebody is told of an offer: one alone. None: only the telephone is left.

    The mail goes before the text message, unless mails were refused. Where nothing else leads there the mail goes even
    so: whoever is on the list asked to be told, and the forms ask about reminders. A text message never does.
    """
    mail = Way(By.EMAIL, reach.email) if reach.email else None
    if mail and not reach.no_mails:
        return mail
    if reach.mobile and not reach.no_texts:
        return Way(By.SMS, reach.mobile)
    return mail


def answer_by(starts_at: datetime, now: datetime, *, by_phone: bool = False) -> datetime | None:
    """Until when an offer told `now` stands; None: too near, nothing is offered.

    Two hours, or a third of the time left where that is less, but at least 15 minutes; by telephone always 15.
    With less than 30 minutes left nothing is offered. Full minutes, so that the hour told is the hour meant.
    """
    left = starts_at - now
    if left < LEAST_AHEAD:
        return None
    lasts = HOLDS_BY_PHONE if by_phone else max(HOLDS_AT_LEAST, min(HOLDS_FOR, left / SHARE_OF_TIME_LEFT))
    until = now + lasts
    full = until.replace(second=0, microsecond=0)
    return full if full == until else min(full + timedelta(minutes=1), starts_at)
