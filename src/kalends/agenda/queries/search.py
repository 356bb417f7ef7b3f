"""Looking for free times: grids of starts against who and what sits there already."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from kalends.agenda import rules
from kalends.agenda.queries.occupied import LONGEST_PLACE, taken, taken_resources
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan, ServicePlan
from kalends.agenda.queries.slots import STAFF_HORIZON_DAYS, Slot, slots_at, window_of
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.organizations.models import Organization

_DAY = timedelta(days=1)


class Search:
    """One question: a service, the schedules that may answer, a channel, a moment."""

    def __init__(
        self,
        organization: Organization,
        plan: AgendaPlan,
        service: ServicePlan,
        schedules: Sequence[SchedulePlan],
        channel: ChannelKind,
        now: datetime,
        suiting: rules.Suiting = rules.ANY,
    ) -> None:
        self.organization = organization
        self.plan = plan
        self.service = service
        self.schedules = schedules
        self.channel = channel
        self.now = now
        self.suiting = suiting
        instant = int(now.timestamp())
        self.windows = {schedule.id: window_of(schedule, service, channel, instant) for schedule in schedules}

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
        resources = self.resources(grids)
        found = [
            slot
            for schedule, grid in grids
            for slot in slots_at(
                schedule, self.service.id, self._free(schedule, grid, busy.get(schedule.id, ()), resources)
            )
        ]
        if len(grids) > 1:
            found.sort(key=lambda slot: (slot.start, slot.schedule.provider_name, slot.schedule.name))
        return found

    def busy(
        self, schedules: Collection[SchedulePlan], grids: Sequence[tuple[SchedulePlan, Sequence[int]]]
    ) -> dict[UUID, list[rules.Busy]]:
        """Who sits where, from the first start to the end of the last possible visit."""
        return taken(self.organization, [schedule.id for schedule in schedules], *_reach(grids), self.now)

    def resources(self, grids: Sequence[tuple[SchedulePlan, Sequence[int]]]) -> dict[UUID, list[rules.Span]]:
        """When what the visits may need is taken. A service that needs nothing is not asked about."""
        needed = {one for schedule, _ in grids for choices in schedule.offers[self.service.id].needs for one in choices}
        return taken_resources(self.organization, sorted(needed), *_reach(grids), self.now) if needed else {}

    def _free(
        self,
        schedule: SchedulePlan,
        grid: Sequence[int],
        busy: Sequence[rules.Busy],
        resources: Mapping[UUID, Sequence[rules.Span]],
    ) -> Sequence[int]:
        offer = schedule.offers[self.service.id]
        starts = rules.free_starts(grid, offer.visit, busy, schedule.capacity)
        return rules.met_starts(starts, offer.visit, offer.needs, resources)

    def why_empty(self, first: date, last: date) -> rules.Reason:
        """The best reason over the candidates: a full agenda says more than a closed one."""
        order: list[rules.Reason] = ["no_gap", "full", "closed", "outside_window"]
        reasons = {self._why(schedule, first, last) for schedule in self.schedules}
        return next((reason for reason in order if reason in reasons), "closed")

    def _why(self, schedule: SchedulePlan, first: date, last: date) -> rules.Reason:
        zone = schedule.zone
        requested = (clock.day_bounds(first, zone)[0], clock.day_bounds(last, zone)[1])
        spans = [
            span
            for day in _days(first, last)
            for span in self.suiting.of(schedule.open_spans(day, self.service.id), day, zone)
        ]
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
            starts = [
                start
                for day in _days(begin, end)
                if self.suiting.is_on(day)
                for start in self.plan.grid(schedule, self.service.id, day)
            ]
            if inside := self.suiting.cut(window.cut(starts), schedule.zone):
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


def _reach(grids: Sequence[tuple[SchedulePlan, Sequence[int]]]) -> rules.Span:
    """From the first start, its buffer included, to the end of the last possible visit."""
    begin = min(grid[0] for _, grid in grids) - 8 * 3600
    return begin, max(grid[-1] for _, grid in grids) + int(LONGEST_PLACE.total_seconds())


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY
