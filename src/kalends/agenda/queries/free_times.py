"""When something can be booked: the free times of one or many schedules, and why there are none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from kalends.agenda import rules
from kalends.agenda.models import Visibility
from kalends.agenda.queries.occupied import LONGEST_PLACE, taken
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan, ServicePlan, plan_of
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Organization

STAFF_HORIZON_DAYS = 731
# Patients are bound by notice, horizon and same-day release; people who book for them are not.
BOUND_BY_NOTICE = frozenset({ChannelKind.WEBSITE, ChannelKind.API})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time. `start`, `end` are instants in seconds; `span` includes the buffers, which nobody is shown."""

    start: int
    end: int
    span: rules.Span
    schedule: SchedulePlan
    service: ServicePlan
    price_minor: int | None

    @property
    def starts_at(self) -> datetime:
        return datetime.fromtimestamp(self.start, UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromtimestamp(self.end, UTC)

    @property
    def local_start(self) -> datetime:
        return clock.wall(self.start, self.schedule.zone)

    @property
    def local_end(self) -> datetime:
        return clock.wall(self.end, self.schedule.zone)


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
    limit: int = 500,
    want_next: bool = True,
) -> FreeTimes | None:
    """Free times from local date `first` to `last`, both included. None: no such service (or schedule) here."""
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
    search = _Search(organization, plan, service, candidates, channel, now)
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
    window = _window(schedule, service, channel, int(now.timestamp()))
    if not window.earliest <= start < window.latest:
        return None
    if start not in plan.grid(schedule, service_id, clock.local_date(start, schedule.zone)):
        return None
    return _slot(schedule, service_id, start)


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
    search = _Search(organization, plan, service, [schedule], channel, now)
    for reach in (1, 14):
        slots = search.slots(day - _DAY * reach, day + _DAY * reach)
        if len(slots) >= count or reach > 1:
            best = set(rules.nearest([slot.start for slot in slots], start, count))
            return [slot for slot in slots if slot.start in best]
    return []


class _Search:
    """One question: a service, the schedules that may answer, a channel, a moment."""

    def __init__(
        self,
        organization: Organization,
        plan: AgendaPlan,
        service: ServicePlan,
        schedules: Sequence[SchedulePlan],
        channel: ChannelKind,
        now: datetime,
    ) -> None:
        self.organization = organization
        self.plan = plan
        self.service = service
        self.schedules = schedules
        self.channel = channel
        self.now = now
        instant = int(now.timestamp())
        self.windows = {schedule.id: _window(schedule, service, channel, instant) for schedule in schedules}

    def first_slots(self, first: date, last: date, limit: int) -> list[Slot]:
        """The first `limit` free times. Looks further only while too few were found."""
        found: list[Slot] = []
        for begin, end in self._stretches(first, last, eager=limit >= 100):
            found += self.slots(begin, end)
            if len(found) >= limit:
                break
        return found[:limit]

    def next_date(self, first: date) -> date | None:
        for begin, end in self._stretches(first, first + timedelta(days=STAFF_HORIZON_DAYS)):
            if slots := self.slots(begin, end):
                return slots[0].local_start.date()
        return None

    def slots(self, first: date, last: date) -> list[Slot]:
        grids = list(self._grids(first, last))
        if not grids:
            return []
        busy = self.busy([schedule for schedule, _ in grids], grids)
        found = [
            _slot(schedule, self.service.id, start)
            for schedule, grid in grids
            for start in rules.free_starts(
                grid, schedule.offers[self.service.id].visit, busy.get(schedule.id, ()), schedule.capacity
            )
        ]
        if len(grids) > 1:
            found.sort(key=lambda slot: (slot.start, slot.schedule.provider_name, slot.schedule.name))
        return found

    def busy(
        self, schedules: Collection[SchedulePlan], grids: Sequence[tuple[SchedulePlan, Sequence[int]]]
    ) -> dict[UUID, list[rules.Busy]]:
        """Who sits where, from the first start to the end of the last possible visit."""
        begin = min(grid[0] for _, grid in grids) - 8 * 3600
        end = max(grid[-1] for _, grid in grids) + int(LONGEST_PLACE.total_seconds())
        return taken(self.organization, [schedule.id for schedule in schedules], begin, end, self.now)

    def why_empty(self, first: date, last: date) -> rules.Reason:
        """The best reason over the candidates: a full agenda says more than a closed one."""
        order: list[rules.Reason] = ["no_gap", "full", "closed", "outside_window"]
        reasons = {self._why(schedule, first, last) for schedule in self.schedules}
        return next((reason for reason in order if reason in reasons), "closed")

    def _why(self, schedule: SchedulePlan, first: date, last: date) -> rules.Reason:
        zone = schedule.zone
        requested = (clock.day_bounds(first, zone)[0], clock.day_bounds(last, zone)[1])
        spans = [span for day in _days(first, last) for span in schedule.open_spans(day, self.service.id)]
        busy = taken(self.organization, [schedule.id], requested[0], requested[1], self.now)
        return rules.why_empty(
            on_channel=True,
            requested=requested,
            window=self.windows[schedule.id],
            open_spans=spans,
            busy=busy.get(schedule.id, ()),
            capacity=schedule.capacity,
        )

    def _grids(self, first: date, last: date) -> Iterator[tuple[SchedulePlan, Sequence[int]]]:
        for schedule in self.schedules:
            window = self.windows[schedule.id]
            if window.is_empty:
                continue
            begin = max(first, clock.local_date(window.earliest, schedule.zone))
            end = min(last, clock.local_date(window.latest - 1, schedule.zone))
            starts = [start for day in _days(begin, end) for start in self.plan.grid(schedule, self.service.id, day)]
            if inside := window.cut(starts):
                yield schedule, inside

    def _stretches(self, first: date, last: date, *, eager: bool = False) -> Iterator[tuple[date, date]]:
        """The range in stretches of 1, 2, 4, 8 ... days, within what may be booked at all; `eager`: in one."""
        open_windows = [
            (schedule, self.windows[schedule.id])
            for schedule in self.schedules
            if not self.windows[schedule.id].is_empty
        ]
        if not open_windows:
            return
        begin = max(first, min(clock.local_date(window.earliest, schedule.zone) for schedule, window in open_windows))
        stop = min(last, max(clock.local_date(window.latest - 1, schedule.zone) for schedule, window in open_windows))
        length = (stop - begin).days + 1 if eager else 1
        while begin <= stop:
            end = min(begin + timedelta(days=length - 1), stop)
            yield begin, end
            begin, length = end + _DAY, min(length * 2, 62)


def _window(schedule: SchedulePlan, service: ServicePlan, channel: ChannelKind, now: int) -> rules.Window:
    if channel not in BOUND_BY_NOTICE:
        return rules.booking_window(now, schedule.zone, 0, STAFF_HORIZON_DAYS, None)
    return rules.booking_window(
        now, schedule.zone, service.notice_minutes, service.horizon_days, service.same_day_release
    )


def _slot(schedule: SchedulePlan, service_id: UUID, start: int) -> Slot:
    offer = schedule.offers[service_id]
    return Slot(
        start,
        start + offer.visit.duration * 60,
        offer.visit.occupied(start),
        schedule,
        offer.service,
        offer.price_minor,
    )


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY
