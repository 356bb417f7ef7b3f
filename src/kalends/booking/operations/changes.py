"""Confirming, moving, cancelling, and what staff note about a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from psycopg import errors as postgres

from kalends.agenda.operations import places
from kalends.agenda.operations.turns import complete_turn, turn
from kalends.agenda.queries.free_times import free_slot
from kalends.agenda.queries.plans import ServicePlan, plan_of
from kalends.agenda.queries.slots import Slot
from kalends.booking import history, rules
from kalends.booking.events import AppointmentCancelled, AppointmentConfirmed, AppointmentMoved, PlaceFreed
from kalends.booking.models import Appointment, CancelledBy, Status
from kalends.booking.operations.taken import why_taken
from kalends.booking.refusals import (
    CutoffPassed,
    SlotNotOpen,
    TooManyMoves,
    TwoPlacesAtOnce,
    WrongState,
)
from kalends.foundation import events
from kalends.foundation.actor import Actor, ActorKind
from kalends.foundation.database import locks
from kalends.organizations.models import Organization


def confirm(organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime) -> Appointment:
    """The patient says that they come. Said twice, it stays said once."""
    appointment = _locked(organization, appointment_id)
    if appointment.status == Status.CONFIRMED:
        return appointment
    if appointment.status not in rules.CONFIRMABLE or appointment.starts_at <= now:
        raise WrongState
    _change(appointment, "confirmed", right="appointment:confirm", by=by, now=now, status=Status.CONFIRMED)
    events.publish(AppointmentConfirmed(appointment, by))
    return appointment


def move(
    organization: Organization,
    appointment_id: UUID,
    *,
    schedule_id: UUID,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    why: str = "",
    tell_patient: bool = True,
) -> Appointment:
    """Move to another free time in one act: the place changes in one UPDATE, or nothing changes.

    Patients are bound by the cut-off and the number of moves. A confirmed visit becomes booked again: the
    patient confirmed another time. Raises SlotNotOpen, SlotTaken, CutoffPassed, TooManyMoves, WrongState.
    """
    known = organization.appointments.get(id=appointment_id)
    waited_for = turn(organization, schedule_id, known.service_id)
    locks.wait_turn(known.schedule_id, *waited_for)
    appointment = _locked(organization, appointment_id)
    if appointment.status not in rules.MOVABLE:
        raise WrongState
    service = _service(organization, appointment)
    if not by.is_staff:
        _check_patient_may_move(appointment, service, now)
    if (appointment.schedule_id, appointment.starts_at) == (schedule_id, starts_at):
        return appointment
    slot = free_slot(
        organization,
        service_id=appointment.service_id,
        schedule_id=schedule_id,
        starts_at=starts_at,
        channel=by.channel,
        now=now,
    )
    if slot is None:
        raise SlotNotOpen
    complete_turn(waited_for, slot)
    if not places.move(
        organization_id=organization.id,
        schedule_id=schedule_id,
        span=slot.span,
        capacity=slot.schedule.capacity,
        holder_id=appointment.id,
        needs=slot.needs,
    ):
        raise why_taken(organization, slot, by=by, now=now)
    left = appointment.schedule_id, appointment.starts_at, appointment.ends_at
    put(appointment, slot, by=by, now=now, why=why, counts=not by.is_staff)
    events.publish(AppointmentMoved(appointment, by, tell_patient))
    events.publish(PlaceFreed(appointment, *left, by, now))
    return appointment


def put(appointment: Appointment, slot: Slot, *, by: Actor, now: datetime, why: str = "", counts: bool) -> None:
    """Record that a visit now is where its place already is; `counts`: as one of the patient's moves.

    Raises TwoPlacesAtOnce.
    """
    local = slot.local_start
    try:
        _change(
            appointment,
            "moved",
            right="appointment:move",
            by=by,
            now=now,
            why=why,
            schedule_id=slot.schedule.id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            time_zone=slot.schedule.zone_key,
            local_day=local.date(),
            local_minute=local.hour * 60 + local.minute,
            fold=local.fold,
            status=Status.BOOKED if appointment.status == Status.CONFIRMED else appointment.status,
            sequence=appointment.sequence + 1,
            moves=appointment.moves + counts,
        )
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise TwoPlacesAtOnce from fault
        raise


def cancel(
    organization: Organization,
    appointment_id: UUID,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    tell_patient: bool = True,
) -> Appointment:
    """Cancel: the place is free at once, the record stays. Said twice, the first answer stands.

    Patients are bound by the service's cut-off. Raises CutoffPassed, WrongState.
    """
    known = organization.appointments.get(id=appointment_id)
    locks.wait_turn(known.schedule_id)
    appointment = _locked(organization, appointment_id)
    if appointment.status == Status.CANCELLED:
        return appointment
    if appointment.status not in rules.CANCELLABLE:
        raise WrongState
    service = _service(organization, appointment)
    if not by.is_staff and not _in_time(appointment, service.cancel_cutoff_hours if service else 0, now):
        raise CutoffPassed
    places.give_up(organization_id=organization.id, holder_id=appointment.id)
    _change(
        appointment,
        "cancelled",
        right="appointment:cancel",
        by=by,
        now=now,
        why=reason,
        status=Status.CANCELLED,
        cancelled_by=_cancelled_by(by),
        cancel_reason=reason,
        sequence=appointment.sequence + 1,
    )
    events.publish(AppointmentCancelled(appointment, by, tell_patient))
    events.publish(
        PlaceFreed(appointment, appointment.schedule_id, appointment.starts_at, appointment.ends_at, by, now)
    )
    return appointment


def set_status(
    organization: Organization, appointment_id: UUID, *, status: str, by: Actor, now: datetime
) -> Appointment:
    """Arrived, seen, did not come: what staff note. Only the changes of the published table."""
    appointment = _locked(organization, appointment_id)
    if appointment.status == status:
        return appointment
    if status not in rules.ALLOWED_CHANGES[appointment.status]:
        raise WrongState
    _change(appointment, "status", right="appointment:status", by=by, now=now, status=status)
    return appointment


def revoke_link(organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime) -> Appointment:
    """The private link stops at once: it was forwarded, or went to the wrong person."""
    appointment = _locked(organization, appointment_id)
    _change(appointment, "link revoked", right="appointment:revoke-link", by=by, now=now, link_revoked_at=now)
    return appointment


def _locked(organization: Organization, appointment_id: UUID) -> Appointment:
    return organization.appointments.select_for_update().get(id=appointment_id)


def _change(
    appointment: Appointment, what: str, *, right: str, by: Actor, now: datetime, why: str = "", **fields: Any
) -> None:
    before = history.place_of(appointment)
    for name, value in fields.items():
        setattr(appointment, name, value)
    appointment.version += 1
    appointment.save(update_fields=[*fields, "version"])
    after = history.place_of(appointment)
    history.record(appointment, what, right=right, by=by, now=now, before=before, after=after, why=why)


def _check_patient_may_move(appointment: Appointment, service: ServicePlan | None, now: datetime) -> None:
    if not _in_time(appointment, service.move_cutoff_hours if service else 0, now):
        raise CutoffPassed
    if service and appointment.moves >= service.max_moves:
        raise TooManyMoves


def _in_time(appointment: Appointment, cutoff_hours: int, now: datetime) -> bool:
    return rules.in_time(appointment.starts_at, cutoff_hours, now) and now < appointment.starts_at


def _service(organization: Organization, appointment: Appointment) -> ServicePlan | None:
    return plan_of(organization).services.get(appointment.service_id)


def _cancelled_by(by: Actor) -> CancelledBy:
    if by.kind == ActorKind.PATIENT:
        return CancelledBy.PATIENT
    return CancelledBy.SYSTEM if by.kind == ActorKind.SYSTEM else CancelledBy.STAFF
