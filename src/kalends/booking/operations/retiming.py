"""The rules of a time zone have changed: what was booked for nine o'clock stays at nine o'clock.

Wall time and zone are the truth of a visit, its instants are worked out from them. With new zone data the same wall
time may be another instant; this works them out again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.agenda.models import Schedule
from kalends.agenda.operations import places
from kalends.agenda.rules import Needs
from kalends.booking.events import AppointmentRetimed
from kalends.booking.models import ACTIVE, Appointment, Status
from kalends.booking.operations.changing import change, span_of
from kalends.booking.refusals import TwoPlacesAtOnce
from kalends.foundation import clock, events
from kalends.foundation.actor import system
from kalends.foundation.database import locks
from kalends.organizations.models import Organization

BY = system("time zones")
RIGHT = "appointment:retime"
SITS = (*ACTIVE, Status.ARRIVED)
# No rules have ever moved a wall time further than this.
FURTHEST = timedelta(hours=26)
MOST_EXTRA = 100


@dataclass(frozen=True, slots=True)
class Retimed:
    """What became of the visits of one organization. `clashes` sit above the capacity of their agenda now, without
    their room, or at the same time as another visit of their patient; `lost` were meant for an hour that the clocks
    skip by now, and stay as they were. Somebody has to look at both."""

    organization: Organization
    visits: int
    clashes: tuple[Appointment, ...]
    lost: tuple[Appointment, ...]


def retime(organization: Organization, *, now: datetime) -> Retimed:
    """Put every visit to come at the instant at which the clocks will show its wall time. Inside `tenancy.acting`.

    All places are given up first and taken again afterwards, as neighbours all move the same way. Nobody who is told a
    wall time is told anything: it has not changed. Blocks are instants, and stay.
    """
    coming = list(organization.appointments.filter(starts_at__gt=now - FURTHEST).select_related("schedule"))
    right = {visit.id: _instant(visit) for visit in coming}
    wrong = [visit for visit in coming if right[visit.id] != visit.starts_at]
    lost = tuple(visit for visit in wrong if right[visit.id] is None and visit.status in SITS)
    moving = [(visit, instant) for visit in wrong if (instant := right[visit.id]) is not None and instant > now]
    if not moving:
        return Retimed(organization, 0, (), lost)
    locks.wait_turn(*{visit.schedule_id for visit, _instant in moving}, *_rooms(organization, moving))
    had = _give_up(organization, moving)
    clashes = [visit for visit, instant in _in_order(moving) if not _put(visit, instant, now=now)]
    clashes += [visit for visit, _instant in moving if visit.id in had and not _sit(organization, visit, had[visit.id])]
    for visit, _new in moving:
        events.publish(AppointmentRetimed(visit, BY, tell_patient=False))
    return Retimed(organization, len(moving), tuple(dict.fromkeys(clashes)), lost)


def _instant(visit: Appointment) -> datetime | None:
    """When the clocks show its wall time; of two such instants the one that was meant. None: they never do."""
    found = clock.instants_of(visit.local_day, visit.local_minute, clock.zone(visit.time_zone))
    return datetime.fromtimestamp(found[min(visit.fold, len(found) - 1)], UTC) if found else None


def _in_order(moving: list[tuple[Appointment, datetime]]) -> Iterable[tuple[Appointment, datetime]]:
    """So that no visit of a patient is put where another one of theirs still is: who moves on goes last first."""
    later = [(visit, instant) for visit, instant in moving if instant > visit.starts_at]
    earlier = [(visit, instant) for visit, instant in moving if instant < visit.starts_at]
    yield from sorted(later, key=lambda one: one[1], reverse=True)
    yield from sorted(earlier, key=lambda one: one[1])


def _rooms(organization: Organization, moving: list[tuple[Appointment, datetime]]) -> set[UUID]:
    holders = [visit.id for visit, _new in moving]
    return set(organization.resource_occupancies.filter(holder_id__in=holders).values_list("resource_id", flat=True))


def _give_up(organization: Organization, moving: list[tuple[Appointment, datetime]]) -> dict[UUID, list[UUID]]:
    """Free the places of those who sit somewhere; of each the rooms and devices that went with it."""
    holders = [visit.id for visit, _new in moving if visit.status in SITS]
    sitting = organization.occupancies.filter(holder_id__in=holders).values_list("holder_id", flat=True)
    had: defaultdict[UUID, list[UUID]] = defaultdict(list, {holder: [] for holder in sitting})
    rooms = organization.resource_occupancies.filter(holder_id__in=holders).order_by("id")
    for holder, resource in rooms.values_list("holder_id", "resource_id"):
        had[holder].append(resource)
    for holder in had:
        places.give_up(organization_id=organization.id, holder_id=holder)
    return dict(had)


def _put(visit: Appointment, instant: datetime, *, now: datetime) -> bool:
    """False: the patient has another visit at that time, which somebody has to look at."""
    lasts = visit.ends_at - visit.starts_at
    fields: dict[str, Any] = {"starts_at": instant, "ends_at": instant + lasts, "sequence": visit.sequence + 1}
    # A clock that shows the hour only once by now leaves nothing to tell apart.
    zone = clock.zone(visit.time_zone)
    fields["fold"] = clock.wall(clock.epoch_of(instant), zone).fold
    version = visit.version
    try:
        with transaction.atomic():
            change(visit, "retimed", right=RIGHT, by=BY, now=now, **fields)
    except TwoPlacesAtOnce:
        visit.version = version
        change(visit, "retimed", right=RIGHT, by=BY, now=now, **fields, overlap_allowed=True)
        return False
    return True


def _sit(organization: Organization, visit: Appointment, rooms: list[UUID]) -> bool:
    """Take the place at the new instant, with the rooms it had. False: only above the capacity, or without them."""
    schedule: Schedule = visit.schedule
    limit = schedule.overbooking_limit if visit.is_overbooked else 0
    needs: Needs = tuple((room,) for room in rooms)
    if _take(organization, visit, needs) or (limit and _take(organization, visit, needs, extra=limit)):
        return True
    if not _take(organization, visit, ()):
        _take(organization, visit, (), extra=MOST_EXTRA)
        with override(organization.language):
            reason = visit.overbooking_reason or _("The rules of the time zone have changed.")
        visit.is_overbooked, visit.overbooking_reason = True, reason
        visit.save(update_fields=["is_overbooked", "overbooking_reason"])
    return False


def _take(organization: Organization, visit: Appointment, needs: Needs, *, extra: int = 0) -> bool:
    return places.take(
        organization_id=organization.id,
        schedule_id=visit.schedule_id,
        span=span_of(organization, visit),
        capacity=visit.schedule.capacity,
        holder_id=visit.id,
        expires_at=visit.approve_by,
        extra=extra,
        needs=needs,
    )
