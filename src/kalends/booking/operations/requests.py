"""Requests: bookings that wait for somebody of the practice to approve them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.agenda.operations import places
from kalends.booking.events import AppointmentApproved, AppointmentRefused, PlaceFreed
from kalends.booking.models import Appointment, CancelledBy, Status
from kalends.booking.operations.changing import change, is_lapsed, locked, locked_in_turn, sit_again
from kalends.booking.refusals import WrongState
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.organizations.models import Organization


def approve(
    organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime, tell_patient: bool = True
) -> Appointment:
    """Make a request an appointment. Approved twice, it stays approved once.

    Its place is kept; if the request has expired meanwhile, it is taken again, or somebody else has it. Raises
    SlotTaken (then the request stays as it was), WrongState.
    """
    appointment = locked_in_turn(organization, appointment_id)
    if appointment.status in (Status.BOOKED, Status.CONFIRMED):
        return appointment
    if appointment.status != Status.PENDING or appointment.starts_at <= now:
        raise WrongState
    if not places.keep(organization_id=organization.id, holder_id=appointment.id):
        sit_again(organization, appointment)
    change(appointment, "approved", right="appointment:approve", by=by, now=now, status=Status.BOOKED, approve_by=None)
    events.publish(AppointmentApproved(appointment, by, tell_patient))
    return appointment


def refuse(
    organization: Organization,
    appointment_id: UUID,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    tell_patient: bool = True,
    tell_provider: Collection[str] | None = None,
    told_with_series: bool = False,
) -> Appointment:
    """Say no to a request: its time is free at once. Refused twice, the first answer stands. Raises WrongState."""
    known = organization.appointments.get(id=appointment_id)
    locks.wait_turn(known.schedule_id)
    appointment = locked(organization, appointment_id)
    if appointment.status == Status.CANCELLED:
        return appointment
    if appointment.status != Status.PENDING:
        raise WrongState
    _end(
        appointment,
        "refused",
        CancelledBy.STAFF,
        by=by,
        now=now,
        reason=reason,
        tell_patient=tell_patient,
        tell_provider=tell_provider,
        told_with_series=told_with_series,
    )
    return appointment


def expire(organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime) -> Appointment:
    """Note that nobody answered a request in time: its place has been free since. Anything else stays as it is."""
    known = organization.appointments.get(id=appointment_id)
    locks.wait_turn(known.schedule_id)
    appointment = locked(organization, appointment_id)
    if is_lapsed(appointment, now):
        with override(organization.language):
            reason = _("Nobody answered the request in time.")
        _end(appointment, "expired", CancelledBy.SYSTEM, by=by, now=now, reason=reason)
    return appointment


def _end(
    appointment: Appointment,
    what: str,
    cancelled_by: CancelledBy,
    *,
    by: Actor,
    now: datetime,
    reason: str,
    tell_patient: bool = True,
    tell_provider: Collection[str] | None = None,
    told_with_series: bool = False,
) -> None:
    places.give_up(organization_id=appointment.organization_id, holder_id=appointment.id)
    change(
        appointment,
        what,
        right="appointment:refuse" if cancelled_by == CancelledBy.STAFF else "appointment:expire",
        by=by,
        now=now,
        why=reason,
        status=Status.CANCELLED,
        cancelled_by=cancelled_by,
        cancel_reason=reason,
        sequence=appointment.sequence + 1,
    )
    events.publish(AppointmentRefused(appointment, by, tell_patient, tell_provider, told_with_series))
    events.publish(
        PlaceFreed(appointment, appointment.schedule_id, appointment.starts_at, appointment.ends_at, by, now)
    )
