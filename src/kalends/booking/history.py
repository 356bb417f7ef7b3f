"""The append-only history of an appointment, and the trace in the audit: always written together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kalends.agenda import changes
from kalends.audit import operations as audit
from kalends.audit.models import Entry
from kalends.booking.models import Appointment, HistoryEntry
from kalends.foundation.actor import Actor
from kalends.foundation.database.instances import fresh
from kalends.foundation.database.writing import write


def record(
    appointment: Appointment,
    what: str,
    *,
    right: str,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    """Write both lines."""
    write(*lines(appointment, what, right=right, by=by, now=now, before=before, after=after, why=why))


def lines(
    appointment: Appointment,
    what: str,
    *,
    right: str,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> tuple[HistoryEntry, Entry]:
    """Both lines as rows still to be written; open agendas are told once they are."""
    _tell(appointment, before)
    entry = fresh(
        HistoryEntry,
        organization_id=appointment.organization_id,
        appointment_id=appointment.id,
        at=now,
        what=what,
        actor_kind=by.kind,
        actor_label=by.label[:200],
        role=by.role,
        channel=by.channel,
        before=before,
        after=after,
        why=why,
    )
    return entry, audit.line(right, appointment, by=by, now=now, before=before, after=after, why=why)


def _tell(appointment: Appointment, before: Mapping[str, Any] | None) -> None:
    changes.tell(appointment.organization_id, appointment.schedule_id, appointment.local_day)
    if before and "schedule" in before:
        changes.tell(appointment.organization_id, UUID(before["schedule"]), date.fromisoformat(before["day"]))


def place_of(appointment: Appointment) -> dict[str, Any]:
    """When and where, as history keeps it: wall time, zone, schedule."""
    return {
        "day": appointment.local_day.isoformat(),
        "minute": appointment.local_minute,
        "fold": appointment.fold,
        "zone": appointment.time_zone,
        "schedule": str(appointment.schedule_id),
        "status": appointment.status,
    }
