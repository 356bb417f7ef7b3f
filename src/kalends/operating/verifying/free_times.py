"""The free times of the next days, against opening hours and places read on their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends.agenda.queries.free_times import FreeTimes, free_times
from kalends.agenda.queries.plans import plan_of
from kalends.agenda.queries.slots import BOUND_BY_NOTICE, Slot
from kalends.foundation.actor import ChannelKind, system
from kalends.foundation.clock import zone
from kalends.foundation.database import tenancy
from kalends.operating.verifying.findings import Fault, Looked
from kalends.operating.verifying.hours import Hours, Rule, Shut
from kalends.organizations.models import Organization

BY = system("verify")
DAYS = 30
EVERYTHING = 1_000_000
TRIES = 3
"""Somebody may book between two looks at a database in use: only what stays wrong is wrong."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """One schedule as its tables say. Places are (start, end, seat) in seconds, by the days (UTC) they touch."""

    hours: Hours
    capacity: int
    places: dict[int, list[tuple[int, int, int]]]

    def wrong(self, slot: Slot, service: UUID) -> str:
        if not self.hours.holds(slot.start, slot.end, service):
            return "outside the opening hours"
        begin, end = slot.span
        taken = {
            seat
            for day in range(begin // 86400, (end - 1) // 86400 + 1)
            for start, stop, seat in self.places.get(day, ())
            if start < end and begin < stop
        }
        return "" if set(range(1, self.capacity + 1)) - taken else "where every seat is taken"


def check(organizations: Iterable[Organization]) -> Looked:
    """Opens its own transactions, as the application's role does."""
    faults: list[Fault] = []
    count = 0
    for organization in organizations:
        for attempt in range(1, TRIES + 1):
            looked, found = _look(organization)
            if not found or attempt == TRIES:
                break
        faults += found
        count += looked
    return Looked("free times", count, f"free times of the next {DAYS} days", tuple(sorted(faults)))


def _look(organization: Organization) -> tuple[int, list[Fault]]:
    faults, count = [], 0
    with tenancy.acting(organization=organization, by=BY) as now:
        agendas = _agendas(organization, now)
        resources = _resources(organization, now)
        for schedule_id, service_id, channel in _offered(organization):
            agenda = agendas[schedule_id]
            found = _free(organization, schedule_id, service_id, channel, agenda.hours.zone, now)
            for slot in found.slots:
                count += 1
                if wrong := agenda.wrong(slot, service_id) or _unmet(slot, resources):
                    at = slot.local_start.strftime("%Y-%m-%d %H:%M")
                    row = f"schedule {schedule_id}"
                    faults.append(Fault(organization.slug, row, f"offers {at} ({slot.schedule.zone_key}), {wrong}"))
    return count, faults


def _unmet(slot: Slot, resources: dict[UUID, list[tuple[int, int]]]) -> str:
    """By trying every combination of what the visit needs."""
    begin, end = slot.span
    free = [
        [one for one in choices if not any(start < end and begin < stop for start, stop in resources.get(one, ()))]
        for choices in slot.needs
    ]
    met = any(len(set(chosen)) == len(chosen) for chosen in product(*free))
    return "" if met else "where a room or device that it needs is taken"


def _offered(organization: Organization) -> Iterator[tuple[UUID, UUID, ChannelKind]]:
    """Every service of every schedule, asked for where notice and horizon bind least."""
    plan = plan_of(organization)
    for schedule in plan.schedules.values():
        for service_id in schedule.offers:
            channels = [ChannelKind(channel) for channel in plan.services[service_id].channels]
            if channels:
                yield schedule.id, service_id, min(channels, key=lambda channel: (channel in BOUND_BY_NOTICE, channel))


def _free(
    organization: Organization, schedule: UUID, service: UUID, channel: ChannelKind, clocks: ZoneInfo, now: datetime
) -> FreeTimes:
    today = now.astimezone(clocks).date()
    found = free_times(
        organization,
        service_id=service,
        schedule_id=schedule,
        first=today,
        last=today + timedelta(days=DAYS),
        channel=channel,
        now=now,
        limit=EVERYTHING,
        want_next=False,
    )
    assert found is not None, "the plan that names a service knows it"
    return found


def _agendas(organization: Organization, now: datetime) -> dict[UUID, Agenda]:
    rules: defaultdict[UUID, list[Rule]] = defaultdict(list)
    for row in organization.opening_rules.all():
        parity = Rule(
            row.weekday,
            row.from_minute,
            row.to_minute,
            row.valid_from,
            row.valid_until,
            row.weeks,
            tuple(row.services),
        )
        rules[row.schedule_id].append(parity)
    overrides: defaultdict[UUID, dict[date, Any]] = defaultdict(dict)
    for override in organization.day_overrides.all():
        overrides[override.schedule_id][override.day] = override.periods
    closures: defaultdict[UUID | None, list[Shut]] = defaultdict(list)
    for closure in organization.closures.all():
        shut = Shut(closure.from_day, closure.from_minute, closure.to_day, closure.to_minute)
        closures[closure.schedule_id].append(shut)
    places = _places(organization, now)
    return {
        schedule.id: Agenda(
            Hours(
                ZoneInfo(zone(schedule.time_zone).key),
                rules[schedule.id],
                overrides[schedule.id],
                closures[None] + closures[schedule.id],
            ),
            schedule.capacity,
            places[schedule.id],
        )
        for schedule in organization.schedules.all()
    }


def _resources(organization: Organization, now: datetime) -> dict[UUID, list[tuple[int, int]]]:
    taken: defaultdict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for row in organization.resource_occupancies.filter(ends_at__gt=now):
        if row.expires_at is None or row.expires_at > now:
            taken[row.resource_id].append((int(row.starts_at.timestamp()), int(row.ends_at.timestamp())))
    return taken


def _places(organization: Organization, now: datetime) -> defaultdict[UUID, dict[int, list[tuple[int, int, int]]]]:
    places: defaultdict[UUID, dict[int, list[tuple[int, int, int]]]] = defaultdict(dict)
    for row in organization.occupancies.filter(ends_at__gt=now):
        if row.expires_at is not None and row.expires_at <= now:
            continue
        start, end = int(row.starts_at.timestamp()), int(row.ends_at.timestamp())
        for day in range(start // 86400, (end - 1) // 86400 + 1):
            places[row.schedule_id].setdefault(day, []).append((start, end, row.seat))
    return places
