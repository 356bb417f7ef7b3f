"""When something can be booked: the free times of one or many schedules, and why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from kalends.agenda import rules
from kalends.agenda.models import Visibility
from kalends.agenda.queries.plans import ServicePlan, plan_of
from kalends.agenda.queries.search import Search
from kalends.agenda.queries.slots import BOUND_BY_NOTICE, Slot, slots_at, window_of
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Organization

_DAY = timedelta(days=1)
MOST_AROUND = 100_000


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """`reason` says why `slots` is empty; `next` is the first date after the asked ones with a free time."""

    slots: Sequence[Slot]
    reason: rules.Reason | None
    next: date | None


def free_times(
    organization: Organization,
    *,
    service_id: UUID,
    first: date,
    last: date,
    channel: ChannelKind,
    now: datetime,
    schedule_id: UUID | None = None,
    provider_id: UUID | None = None,
    location_id: UUID | None = None,
    suiting: rules.Suiting = rules.ANY,
    limit: int = 500,
    want_next: bool = True,
) -> FreeTimes | None:
    """Free times from local date `first` to `last`, both included. None: no such service (or schedule) here.

    With `suiting` only on its days and in its hours: the reason and the next date are about those, too.
    """
    plan = plan_of(organization)
    service = plan.services.get(service_id)
    if service is None:
        return None
    candidates = [
        schedule
        for schedule in plan.schedules_offering(service_id)
        if schedule_id in (None, schedule.id)
        and provider_id in (None, schedule.provider_id)
        and location_id in (None, schedule.location_id)
    ]
    if not bookable_on(service, channel):
        return FreeTimes((), "not_on_channel", None)
    search = Search(organization, plan, service, candidates, channel, now, suiting)
    slots = search.first_slots(first, last, limit)
    following = None
    if want_next:
        after = slots[-1].local_start.date() if len(slots) == limit else last
        following = search.next_date(after + _DAY)
    reason = None if slots else search.why_empty(first, last)
    return FreeTimes(slots, reason, following)


def free_slot(
    organization: Organization,
    *,
    service_id: UUID,
    schedule_id: UUID,
    starts_at: datetime,
    channel: ChannelKind,
    now: datetime,
) -> Slot | None:
    """The time that begins at `starts_at`, if opening hours, notice, horizon and channel offer it.

    Whether somebody sits there already is not looked at: taking the place decides that.
    """
    plan = plan_of(organization)
    service = plan.services.get(service_id)
    schedule = plan.schedules.get(schedule_id)
    if service is None or schedule is None or service_id not in schedule.offers:
        return None
    if not bookable_on(service, channel) or starts_at.second or starts_at.microsecond:
        return None
    start = int(starts_at.timestamp())
    window = window_of(schedule, service, channel, int(now.timestamp()))
    if not window.earliest <= start < window.latest:
        return None
    if start not in plan.grid(schedule, service_id, clock.local_date(start, schedule.zone)):
        return None
    return slots_at(schedule, service_id, [start])[0]


def free_at(
    organization: Organization,
    *,
    service_id: UUID,
    starts_at: datetime,
    channel: ChannelKind,
    now: datetime,
    location_id: UUID | None = None,
    provider_id: UUID | None = None,
) -> list[Slot]:
    """The free times of all schedules that begin at that very instant, by practitioner."""
    start = int(starts_at.timestamp())
    around = clock.wall(start, clock.zone("UTC")).date()
    found = free_times(
        organization,
        service_id=service_id,
        first=around - _DAY,
        last=around + _DAY,
        channel=channel,
        now=now,
        location_id=location_id,
        provider_id=provider_id,
        limit=MOST_AROUND,
        want_next=False,
    )
    return [slot for slot in found.slots if slot.start == start] if found else []


def bookable_on(service: ServicePlan, channel: ChannelKind) -> bool:
    """The channel is ticked, and patients on the web book only what is shown there as bookable."""
    if channel in BOUND_BY_NOTICE and service.visibility != Visibility.ONLINE:
        return False
    return channel in service.channels


def nearest_slots(
    organization: Organization,
    *,
    service_id: UUID,
    schedule_id: UUID,
    starts_at: datetime,
    channel: ChannelKind,
    now: datetime,
    count: int = 3,
) -> list[Slot]:
    """What to offer to the loser of a race: the free times nearest to `starts_at`, of that schedule first of all."""
    plan = plan_of(organization)
    schedule = plan.schedules.get(schedule_id)
    service = plan.services.get(service_id)
    if schedule is None or service is None or service_id not in schedule.offers:
        return []
    start = int(starts_at.timestamp())
    day = clock.local_date(start, schedule.zone)
    search = Search(organization, plan, service, [schedule], channel, now)
    for reach in (1, 14):
        slots = search.slots(day - _DAY * reach, day + _DAY * reach)
        if len(slots) >= count or reach > 1:
            best = set(rules.nearest([slot.start for slot in slots], start, count))
            return [slot for slot in slots if slot.start in best]
    return []
