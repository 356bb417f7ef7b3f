"""A week of free times, Monday first: what one books from and moves to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda.queries.free_times import FreeTimes, free_times, nearest_slots
from kalends.agenda.queries.slots import Slot
from kalends.booking.queries.turns import turns
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Organization
from kalends.web.staff import dates

MOST = 5000
REASONS: dict[str, Promise] = {
    "not_on_channel": gettext_lazy("This service is not booked through this channel."),
    "outside_window": gettext_lazy("This week cannot be booked."),
    "closed": gettext_lazy("Closed all week."),
    "full": gettext_lazy("Nothing free this week."),
    "no_gap": gettext_lazy("No gap of this week is long enough."),
}


@dataclass(frozen=True, slots=True)
class Time:
    """`whose` is written where several agendas are asked; `others` more of them are free at that time."""

    label: str
    url: str
    whose: str = ""
    others: int = 0


@dataclass(frozen=True, slots=True)
class WeekDay:
    date: date
    title: str
    is_today: bool
    times: Sequence[Time]


@dataclass(frozen=True, slots=True)
class Week:
    days: Sequence[WeekDay]
    title: str
    previous_url: str
    next_url: str
    reason: str
    next_free: str
    next_free_url: str


def read_week(
    organization: Organization,
    *,
    service_id: UUID,
    around: date | None,
    today: date,
    schedule_id: UUID | None,
    provider_id: UUID | None,
    channel: ChannelKind,
    now: datetime,
    time_url: Callable[[Slot], str],
    week_url: Callable[[date], str],
) -> Week | None:
    """The week of `around`, or the first with a free time from today on. None: there is no such service."""
    first = monday(max(around or today, today))
    last = first + timedelta(days=6)
    found = free_times(
        organization,
        service_id=service_id,
        first=first,
        last=last,
        channel=channel,
        now=now,
        schedule_id=schedule_id,
        provider_id=provider_id,
        limit=MOST,
    )
    if found is None:
        return None
    if around is None and not found.slots and found.next:
        return read_week(
            organization,
            service_id=service_id,
            around=found.next,
            today=today,
            schedule_id=schedule_id,
            provider_id=provider_id,
            channel=channel,
            now=now,
            time_url=time_url,
            week_url=week_url,
        )
    days = [first + timedelta(days=number) for number in range(7)]
    slots = _by_turn(organization, found.slots, now) if schedule_id is None else found.slots
    return Week(
        days=[_day(day, today, slots, time_url, whose=schedule_id is None) for day in days],
        title=_("%(first)s to %(last)s") % {"first": dates.short(first), "last": dates.short(last, year=True)},
        previous_url=week_url(first - timedelta(days=7)) if first > today else "",
        next_url=week_url(first + timedelta(days=7)),
        reason=_reason(found),
        next_free=dates.day(found.next) if found.next else "",
        next_free_url=week_url(found.next) if found.next else "",
    )


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _by_turn(organization: Organization, slots: Sequence[Slot], now: datetime) -> Sequence[Slot]:
    """Of several who are free at once first the one whose turn it is."""
    schedules = {slot.schedule.id: slot.schedule for slot in slots}
    if len(schedules) < 2:
        return slots
    places = {one.schedule: place for place, one in enumerate(turns(organization, list(schedules.values()), now=now))}
    return sorted(slots, key=lambda slot: (slot.start, places[slot.schedule.id]))


def _reason(found: FreeTimes) -> str:
    return str(REASONS[found.reason]) if found.reason else ""


def _day(day: date, today: date, slots: Sequence[Slot], time_url: Callable[[Slot], str], *, whose: bool) -> WeekDay:
    by_start: dict[datetime, list[Slot]] = {}
    for slot in slots:
        if slot.local_start.date() == day:
            by_start.setdefault(slot.starts_at, []).append(slot)
    times = [
        Time(
            label=dates.hour(same[0].local_start),
            url=time_url(same[0]),
            whose=same[0].schedule.name if whose else "",
            others=len(same) - 1,
        )
        for same in by_start.values()
    ]
    return WeekDay(day, dates.short(day), day == today, times)


@dataclass(frozen=True, slots=True)
class Near:
    """A time that was chosen, for a service on an agenda."""

    service_id: UUID
    schedule_id: UUID
    starts_at: datetime
    channel: ChannelKind
    now: datetime


def find_slot(organization: Organization, near: Near) -> Slot | None:
    """The free time that begins then, if nobody has taken it."""
    day, a_day = near.starts_at.date(), timedelta(days=1)
    found = free_times(
        organization,
        service_id=near.service_id,
        first=max(day - a_day, clock.FIRST_DAY),
        last=min(day + a_day, clock.LAST_DAY),
        channel=near.channel,
        now=near.now,
        schedule_id=near.schedule_id,
        limit=MOST,
        want_next=False,
    )
    return next((slot for slot in found.slots if slot.starts_at == near.starts_at), None) if found else None


def nearest(organization: Organization, near: Near) -> list[Slot]:
    """What is free around it, on the same agenda."""
    return nearest_slots(
        organization,
        service_id=near.service_id,
        schedule_id=near.schedule_id,
        starts_at=near.starts_at,
        channel=near.channel,
        now=near.now,
    )
