"""The free stretches of a day: where at least one service can still begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kalends.agenda import rules
from kalends.agenda.queries.free_times import bookable_on, free_times
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan
from kalends.foundation.actor import ChannelKind
from kalends.foundation.clock import epoch_of
from kalends.organizations.models import Organization

Busy = Sequence[rules.Busy]
Taken = Mapping[UUID, Sequence[rules.Span]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first start to the end of the last visit that fits; instants in seconds."""

    begins: int
    ends: int
    service_id: UUID | None = None


def stretches(
    plan: AgendaPlan, schedule: SchedulePlan, day: date, busy: Busy, resources: Taken, now: datetime
) -> list[Stretch]:
    """What staff could still give away on that agenda, for any service it offers to them."""
    return [
        Stretch(begins, ends) for begins, ends in _joined(sorted(visits(plan, schedule, day, busy, resources, now)))
    ]


def visits(
    plan: AgendaPlan, schedule: SchedulePlan, day: date, busy: Busy, resources: Taken, now: datetime
) -> set[tuple[int, int]]:
    """From when to when a visit could still be, for each service that staff book on that agenda."""
    found: set[tuple[int, int]] = set()
    for offer in schedule.offers.values():
        if bookable_on(offer.service, ChannelKind.STAFF):
            grid = [start for start in plan.grid(schedule, offer.service.id, day) if start >= epoch_of(now)]
            free = rules.free_starts(grid, offer.visit, busy, schedule.capacity)
            starts = rules.met_starts(free, offer.visit, offer.needs, resources)
            found |= {(start, start + offer.visit.duration * 60) for start in starts}
    return found


def starts_of(organization: Organization, service_id: UUID, day: date, now: datetime) -> dict[UUID, list[Stretch]]:
    """Every single free time of one service, by agenda."""
    found = free_times(
        organization,
        service_id=service_id,
        first=day,
        last=day,
        channel=ChannelKind.STAFF,
        now=now,
        want_next=False,
    )
    by_schedule: dict[UUID, list[Stretch]] = {}
    for slot in found.slots if found else ():
        by_schedule.setdefault(slot.schedule.id, []).append(Stretch(slot.start, slot.end, service_id))
    return by_schedule


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Touching and overlapping spans become one; `spans` is in order."""
    joined: list[tuple[int, int]] = []
    for begins, ends in spans:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined
