"""Schedules: the bookable time line of one provider at one location."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kalends.agenda.models import Schedule
from kalends.agenda.operations import blocks
from kalends.agenda.refusals import StillBooked
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Location, Organization, Provider

FIELDS = frozenset(
    {"name", "provider", "location", "step_minutes", "capacity", "overbooking_limit", "note", "is_active"}
)
BOUNDS: rows.Bounds = {"step_minutes": (5, 240), "capacity": (1, 500), "overbooking_limit": (0, 100)}
TAKEN = {
    "schedule_name_is_unique_in_its_organization": ("name", _("Another agenda already has this name.")),
}


def make_schedule(
    organization: Organization,
    *,
    provider: Provider,
    location: Location,
    name: str,
    step_minutes: int = 15,
    capacity: int = 1,
    overbooking_limit: int = 1,
    note: str = "",
    by: Actor,
    now: datetime,
) -> Schedule:
    """A new schedule, in the location's time zone; closed until it is given opening hours. Raises Invalid."""
    schedule = Schedule(organization=organization)
    changes = rows.fill(
        schedule,
        {
            "provider": provider,
            "location": location,
            "name": name,
            "step_minutes": step_minutes,
            "capacity": capacity,
            "overbooking_limit": overbooking_limit,
            "note": note,
        },
        allowed=FIELDS,
        bounds=BOUNDS,
    )
    schedule.time_zone = location.time_zone
    rows.store(schedule, taken=TAKEN, new=True)
    audit.record("schedule:make", schedule, by=by, now=now, after=changes.after)
    return schedule


def edit_schedule(schedule: Schedule, *, by: Actor, now: datetime, **fields: Any) -> Schedule:
    """Change some of `FIELDS`. Appointments stay where they are, whatever changes around them.

    Another location may bring another time zone: raises StillBooked while anything is still to come, for the
    patients were told a wall time. Raises Invalid.
    """
    locks.wait_turn(schedule.id)
    known = schedule.organization.schedules.select_for_update().get(id=schedule.id)
    changes = rows.fill(known, fields, allowed=FIELDS, bounds=BOUNDS)
    _follow_zone(known, known.location.time_zone, now)
    rows.store(known, taken=TAKEN)
    if (seats := known.capacity) > (before := changes.before.get("capacity", seats)):
        blocks.cover_new_seats(known, first=before + 1, now=now)
    audit.record("schedule:edit", known, by=by, now=now, before=changes.before, after=changes.after)
    return known


def follow_location(location: Location, *, by: Actor, now: datetime) -> None:
    """The location's time zone was changed: its schedules go along. Raises StillBooked, then nothing changes."""
    for schedule in location.schedules.exclude(time_zone=location.time_zone).order_by("id"):
        before = {"time_zone": schedule.time_zone}
        locks.wait_turn(schedule.id)
        _follow_zone(schedule, location.time_zone, now)
        rows.store(schedule)
        audit.record("schedule:edit", schedule, by=by, now=now, before=before, after={"time_zone": schedule.time_zone})


def _follow_zone(schedule: Schedule, time_zone: str, now: datetime) -> None:
    if schedule.time_zone == time_zone:
        return
    if schedule.occupancies.filter(ends_at__gt=now).exists():
        raise StillBooked
    schedule.time_zone = time_zone


def refuse_foreign(schedule: Schedule | None, organization: Organization) -> None:
    """Raises Invalid for a schedule of somebody else."""
    if schedule is not None and schedule.organization_id != organization.id:
        raise Invalid.field("schedule", _("There is no such agenda."))
