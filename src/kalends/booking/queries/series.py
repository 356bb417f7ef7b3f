"""Series: what their dates would come to, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends.agenda.queries.free_times import free_times
from kalends.agenda.queries.plans import plan_of
from kalends.booking.models import Series, SeriesDate, Status
from kalends.booking.rules import series as rules
from kalends.contacts.models import Contact
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Organization

SITS = (Status.PENDING, Status.BOOKED, Status.CONFIRMED, Status.ARRIVED)
MOST_SLOTS = 100_000
TAKEN, CLOSED, BUSY, NO_SUCH_HOUR = "slot_taken", "slot_not_open", "patient_busy", "no_such_hour"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be repeated: `minute` is the wall clock of the schedule, which is one of the plan's.

    `has_first`: the first date is booked already, and the series goes on from the second.
    """

    schedule_id: UUID
    service_id: UUID
    minute: int
    pattern: rules.Pattern
    policy: rules.Policy
    has_first: bool = False


def preview_series(
    organization: Organization, wish: Wish, *, contact: Contact | None, channel: ChannelKind, now: datetime
) -> list[rules.Planned]:
    """Every date of the series with its clash, and what the policy makes of it. Nothing is written."""
    plan = plan_of(organization)
    schedule = plan.schedules[wish.schedule_id]
    skipped = 1 if wish.has_first else 0
    days = rules.dates_of(wish.pattern)[skipped:]
    if not days:
        return []
    week = timedelta(days=7)
    found = free_times(
        organization,
        service_id=wish.service_id,
        schedule_id=wish.schedule_id,
        first=days[0] - week,
        last=min(days[-1] + week, clock.LAST_DAY),
        channel=channel,
        now=now,
        limit=MOST_SLOTS,
        want_next=False,
    )
    length = schedule.offers[wish.service_id].visit.duration * 60
    busy = _busy(contact, days[0] - week, days[-1] + week)
    free = {
        slot.start: slot.local_start.date()
        for slot in (found.slots if found else ())
        if not _overlaps(slot.start, length, busy)
    }
    open_starts = {start for day in days for start in plan.grid(schedule, wish.service_id, day)}
    wanted = [
        _wanted(number, day, wish.minute, schedule.zone, set(free), open_starts, busy, length)
        for number, day in enumerate(days, 1 + skipped)
    ]
    others = [rules.Wanted(0, day, start) for start, day in free.items()]
    return rules.settle(wanted, wish.policy, others, length)


def dates_of(series: Series) -> list[SeriesDate]:
    """In order, with their appointments."""
    return list(series.dates.select_related("appointment", "service", "schedule").order_by("number"))


def _wanted(
    number: int,
    day: date,
    minute: int,
    zone: ZoneInfo,
    free: set[int],
    open_starts: set[int],
    busy: list[rules.Span],
    length: int,
) -> rules.Wanted:
    instants = clock.instants_of(day, minute, zone)
    if not instants:
        return rules.Wanted(number, day, None, NO_SUCH_HOUR)
    start = next((one for one in instants if one in free), instants[0])
    if start in free:
        return rules.Wanted(number, day, start)
    if _overlaps(start, length, busy):
        return rules.Wanted(number, day, start, BUSY)
    return rules.Wanted(number, day, start, TAKEN if start in open_starts else CLOSED)


def _busy(contact: Contact | None, first: date, last: date) -> list[rules.Span]:
    """When the patient is somewhere already."""
    if contact is None:
        return []
    since, until = (datetime(one.year, one.month, one.day, tzinfo=UTC) for one in (first, last + timedelta(days=1)))
    visits = contact.appointments.filter(
        status__in=SITS, overlap_allowed=False, starts_at__lt=until, starts_at__gte=since - timedelta(days=1)
    )
    return [(clock.epoch_of(begin), clock.epoch_of(end)) for begin, end in visits.values_list("starts_at", "ends_at")]


def _overlaps(start: int, length: int, busy: list[rules.Span]) -> bool:
    return any(begin < start + length and start < end for begin, end in busy)
