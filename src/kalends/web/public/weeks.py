"""Seven days of free times, as columns; and why a day has none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda.queries.free_times import FreeTimes, free_times
from kalends.agenda.queries.plans import SchedulePlan, ServicePlan
from kalends.agenda.queries.slots import Slot
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Invalid
from kalends.web.public import dates
from kalends.web.public.offers import MOST_SLOTS, Offers

WEEK = timedelta(days=7)
NOON = 12 * 60
WEEKEND = (6, 7)
# More than this in one day, and the later ones wait behind "more": a page stays readable on a telephone.
SHOWN_AT_ONCE = 12
SEPARATOR = "~"


class Part(StrEnum):
    ALL = ""
    MORNING = "morning"
    AFTERNOON = "afternoon"

    def includes(self, slot: Slot) -> bool:
        if self is Part.ALL:
            return True
        local = slot.local_start
        return (local.hour * 60 + local.minute < NOON) == (self is Part.MORNING)


@dataclass(frozen=True, slots=True)
class Time:
    """One free time. `value` is what its button sends: the schedule and the instant."""

    value: str
    hour: str
    note: str


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    weekday: str
    month: str
    times: Sequence[Time]
    reason: str

    @property
    def key(self) -> str:
        return f"d{self.date:%m%d}"

    @property
    def at_once(self) -> Sequence[Time]:
        return self.times if len(self.times) <= SHOWN_AT_ONCE else self.times[: SHOWN_AT_ONCE - 3]

    @property
    def later(self) -> Sequence[Time]:
        return self.times[len(self.at_once) :]


@dataclass(frozen=True, slots=True)
class Week:
    """`previous` and `following` are first days of other weeks; None where nothing can be booked there.

    `next_slot` is told when the week has nothing at all, `is_filtered` when it has only other parts of the day.
    """

    first: date
    days: Sequence[Day]
    previous: date | None
    following: date | None
    next_slot: Slot | None
    is_filtered: bool

    @property
    def is_empty(self) -> bool:
        return not any(day.times for day in self.days)

    @property
    def title(self) -> str:
        return dates.span(self.days[0].date, self.days[-1].date)


@dataclass(frozen=True, slots=True)
class Question:
    """For what free times are asked. Without a provider: for anybody who offers the service there."""

    offers: Offers
    service: ServicePlan
    provider_id: UUID | None
    schedules: Sequence[SchedulePlan]

    @property
    def today(self) -> date:
        return clock.local_date(clock.epoch_of(self.offers.now), self.schedules[0].zone)

    @property
    def last_day(self) -> date:
        return self.today + timedelta(days=self.service.horizon_days)

    def free(self, first: date, last: date, *, limit: int = MOST_SLOTS, want_next: bool = False) -> FreeTimes:
        found = free_times(
            self.offers.organization,
            service_id=self.service.id,
            first=first,
            last=last,
            channel=ChannelKind.WEBSITE,
            now=self.offers.now,
            provider_id=self.provider_id,
            location_id=self.offers.location.id if self.offers.location else None,
            limit=limit,
            want_next=want_next,
        )
        assert found is not None, "the service was found before"
        return found


def question_of(offers: Offers, service_id: UUID, provider_id: UUID | None) -> Question:
    """Raises `NoSuchOffer` where nobody takes bookings for it."""
    service = offers.bookable(service_id, provider_id)
    return Question(offers, service, provider_id, offers.schedules(service_id, provider_id))


def week_of(question: Question, asked: str, part: Part) -> Week:
    """The seven days from the one asked for (today, if none or an absurd one), without closed weekend days."""
    first = _first_day(question, asked)
    last = first + WEEK - timedelta(days=1)
    slots = question.free(first, last).slots
    by_day = defaultdict[date, list[Slot]](list)
    for slot in _one_for_each_start(slots):
        if part.includes(slot):
            by_day[slot.local_start.date()].append(slot)
    days = [
        Day(
            day,
            dates.weekday(day.isoweekday()),
            dates.month(day),
            [time_of(slot) for slot in by_day[day]],
            _reason(question, day, slots, by_day[day]),
        )
        for day in _shown_days(question, first)
    ]
    previous = max(first - WEEK, question.today) if first > question.today else None
    following = first + WEEK if first + WEEK <= question.last_day else None
    return Week(
        first, days, previous, following, None if slots else _next_slot(question, last), bool(slots) and not by_day
    )


def read_time(sent: str) -> tuple[UUID, datetime]:
    """The schedule and the instant of a button of ours. Raises `Invalid`."""
    schedule_id, _separator, instant = sent[:80].partition(SEPARATOR)
    try:
        return UUID(schedule_id), datetime.fromtimestamp(int(instant), clock.zone("UTC"))
    except (ValueError, OverflowError, OSError) as fault:
        raise Invalid.field("time", gettext_lazy("Choose one of the times shown.")) from fault


def time_of(slot: Slot) -> Time:
    return Time(f"{slot.schedule.id}{SEPARATOR}{slot.start}", dates.hour(slot.local_start), _which_of_two(slot))


def _first_day(question: Question, asked: str) -> date:
    try:
        wanted = clock.parse_day(asked[:10])
    except clock.ClockRefused:
        return question.today
    return min(max(wanted, question.today), question.last_day)


def _shown_days(question: Question, first: date) -> list[date]:
    """All but the weekend days on which nobody works."""
    days = [first + timedelta(days=number) for number in range(7)]
    return [day for day in days if day.isoweekday() not in WEEKEND or _is_open(question, day)]


def _is_open(question: Question, day: date) -> bool:
    return any(schedule.open_spans(day, question.service.id) for schedule in question.schedules)


def _one_for_each_start(slots: Sequence[Slot]) -> Iterator[Slot]:
    """Where several practitioners are free at once: whoever has most free times that day, then by name."""
    free = Counter((slot.schedule.id, slot.local_start.date()) for slot in slots)
    chosen: dict[int, Slot] = {}
    for slot in slots:
        rival = chosen.get(slot.start)
        day = slot.local_start.date()
        if rival is None or free[slot.schedule.id, day] > free[rival.schedule.id, day]:
            chosen[slot.start] = slot
    return iter(chosen.values())


def _which_of_two(slot: Slot) -> str:
    """Told only where the clocks show this hour twice on that day."""
    local = slot.local_start
    minute = local.hour * 60 + local.minute
    if len(clock.instants_of(local.date(), minute, slot.schedule.zone)) < 2:
        return ""
    return _("after the clocks change") if local.fold else _("before the clocks change")


def _reason(question: Question, day: date, slots: Sequence[Slot], shown: Sequence[Slot]) -> str:
    """Why a day shows no time, in a patient's words."""
    if shown:
        return ""
    if any(slot.local_start.date() == day for slot in slots):
        return _("Nothing at this time of day.")
    if not _is_open(question, day):
        weekday = day.isoweekday()
        if not any(rule.weekday == weekday for schedule in question.schedules for rule in schedule.opening):
            return _("Closed every %(weekday)s.") % {"weekday": dates.weekday(weekday)}
        return _("Closed this day.")
    # Who works that day, but not any more or not yet: then others are closed.
    if question.free(day, day).reason in ("outside_window", "closed"):
        if day > question.last_day:
            return _("Not open for booking yet.")
        return _("No more times today.") if day == question.today else _("Too soon to book here.")
    return _("Full")


def _next_slot(question: Question, last: date) -> Slot | None:
    following = question.free(last, last, want_next=True).next
    if following is None:
        return None
    return next(iter(question.free(following, following, limit=1).slots), None)
