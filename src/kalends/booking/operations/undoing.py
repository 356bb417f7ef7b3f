"""Taking back the last step."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.booking import rules
from kalends.booking.events import AppointmentRestored
from kalends.booking.models import Appointment, HistoryEntry, Status
from kalends.booking.operations.changing import change, locked_in_turn, service_of, sit_again
from kalends.booking.queries import last_step
from kalends.booking.refusals import NothingToUndo
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization


def undo(
    organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime, tell_patient: bool = True
) -> Appointment:
    """Take back the last change of state, one step and no further; history keeps both.

    A cancelled visit takes its place again, and the patient is told if `tell_patient`. Raises SlotTaken if somebody
    else sits there by now, TwoPlacesAtOnce, NothingToUndo.
    """
    appointment = locked_in_turn(organization, appointment_id)
    step = last_step(appointment)
    if step is None or step.before is None:
        raise NothingToUndo
    former = step.before["status"]
    was_cancelled = appointment.status == Status.CANCELLED
    fields: dict[str, Any] = {"status": former, "status_since": _since(appointment, step, former)}
    if former == Status.PENDING:
        fields["approve_by"] = _answer_due(organization, appointment, now)
    if was_cancelled:
        sit_again(organization, appointment, expires_at=fields.get("approve_by"))
        fields |= {"cancelled_by": "", "cancel_reason": "", "sequence": appointment.sequence + 1}
    change(appointment, rules.UNDONE, right="appointment:undo", by=by, now=now, **fields)
    if was_cancelled:
        events.publish(AppointmentRestored(appointment, by, tell_patient))
    return appointment


def _since(appointment: Appointment, step: HistoryEntry, former: str) -> datetime | None:
    """Since when it was `former`, before `step`: an arrival counts from when they came. None: since booked."""
    for entry in appointment.history.filter(at__lte=step.at).exclude(id=step.id).order_by("-at", "-id"):
        if (entry.before or {}).get("status") != former:
            return entry.at if entry.before else None
    return None


def _answer_due(organization: Organization, appointment: Appointment, now: datetime) -> datetime:
    """A request that waits again has the whole time again. Raises NothingToUndo once the visit has begun."""
    service = service_of(organization, appointment)
    if appointment.starts_at <= now or service is None:
        raise NothingToUndo
    return rules.answer_due(appointment.starts_at, service.approval_hours, now)
