"""Schedules: the bookable time line of one provider at one location."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kalends.agenda import changes as agenda_changes
from kalends.agenda.models import Schedule
from kalends.agenda.operations import blocks
from kalends.agenda.refusals import StillBooked
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Location, Organization, Provider

FIELDS = frozenset(
    {
        "name",
        "provider",
        "location",
        "step_minutes",
        "capacity",
        "overbooking_limit",
        "weight",
        "priority",
        "note",
        "is_active",
    }
)
BOUNDS: rows.Bounds = {
    "weight": (1, 1000),
    "priority": (0, 1000),
    "step_minutes": (5, 240),
    "capacity": (1, 500),
    "overbooking_limit": (0, 20),
}
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
    weight: int = 100,
    priority: int = 0,
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
            "weight": weight,
            "priority": priority,
            "note": note,
        },
        allowed=FIELDS,
        bounds=BOUNDS,
    )
    schedule.time_zone = location.time_zone
    rows.insert(schedule, taken=TAKEN)
    audit.record("schedule:make", schedule, by=by, now=now, after=changes.after)
    agenda_changes.tell_all(schedule.organization_id)
    return schedule


def edit_schedule(schedule: Schedule, *, by: Actor, now: datetime, **fields: Any) -> Schedule:
    """Change some of `FIELDS`. Appointments stay where they are, whatever changes around them.

    Another location may bring another time zone: raises StillBooked while anything is still to come, for the
    patients were told a wall time. Raises Invalid.
    """
    locks.wait_turn(schedule.id)
    known: Schedule = schedule.organization.schedules.select_for_update(no_key=True).get(id=schedule.id)
    changes = rows.fill(known, fields, allowed=FIELDS, bounds=BOUNDS)
    rows.update(known, changes, taken=TAKEN)
    _follow_zone(known, known.location.time_zone, by=by, now=now)
    if (seats := known.capacity) > (before := changes.before.get("capacity", seats)):
        blocks.cover_new_seats(known, first=before + 1, now=now)
    audit.record("schedule:edit", known, by=by, now=now, before=changes.before, after=changes.after)
    agenda_changes.tell_all(known.organization_id)
    return known


def follow_location(location: Location, *, by: Actor, now: datetime) -> None:
    """The location's time zone was changed: its schedules go along. Raises StillBooked, then nothing changes."""
    elsewhere = list(location.schedules.exclude(time_zone=location.time_zone))
    locks.wait_turn(*(schedule.id for schedule in elsewhere))
    for schedule in elsewhere:
        _follow_zone(schedule, location.time_zone, by=by, now=now)


def _follow_zone(schedule: Schedule, time_zone: str, *, by: Actor, now: datetime) -> None:
    changes = rows.fill(schedule, {"time_zone": time_zone}, allowed={"time_zone"})
    if not changes.columns:
        return
    if schedule.occupancies.filter(ends_at__gt=now).exists():
        raise StillBooked
    rows.update(schedule, changes)
    audit.record("schedule:edit", schedule, by=by, now=now, before=changes.before, after=changes.after)
    agenda_changes.tell_all(schedule.organization_id)


def refuse_foreign(schedule: Schedule | None, organization: Organization) -> None:
    """Raises Invalid for a schedule of somebody else."""
    if schedule is not None and schedule.organization_id != organization.id:
        raise Invalid.field("schedule", _("There is no such agenda."))
