"""Confirming, moving, cancelling, and what staff note about a visit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from kalends.agenda.operations import places
from kalends.agenda.operations.turns import complete_turn, turn
from kalends.agenda.queries.free_times import free_slot
from kalends.agenda.queries.plans import ServicePlan, plan_of
from kalends.agenda.queries.slots import Slot
from kalends.booking import rules
from kalends.booking.events import AppointmentCancelled, AppointmentConfirmed, AppointmentMoved, Left, PlaceFreed
from kalends.booking.models import Appointment, CancelledBy, Status
from kalends.booking.operations.booking import OVERBOOK, refuse_overbooking
from kalends.booking.operations.changing import change, is_lapsed, locked, service_of
from kalends.booking.operations.requests import approve, refuse
from kalends.booking.operations.taken import why_taken
from kalends.booking.queries import is_too_early
from kalends.booking.refusals import CutoffPassed, SlotNotOpen, TooEarly, TooManyMoves, WrongState
from kalends.foundation import events
from kalends.foundation.actor import Actor, ActorKind
from kalends.foundation.database import locks
from kalends.organizations.models import Organization


def confirm(organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime) -> Appointment:
    """The patient says that they come. Said twice, it stays said once."""
    appointment = locked(organization, appointment_id)
    if appointment.status == Status.CONFIRMED:
        return appointment
    if appointment.status not in rules.CONFIRMABLE or appointment.starts_at <= now:
        raise WrongState
    change(appointment, "confirmed", right="appointment:confirm", by=by, now=now, status=Status.CONFIRMED)
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
    tell_provider: Collection[str] | None = None,
    text_patient: bool | None = None,
    overbooking_reason: str = "",
) -> Appointment:
    """Move to another free time in one act: the place changes in one UPDATE, or nothing changes.

    Patients are bound by the cut-off and the number of moves. A confirmed visit becomes booked again: the
    patient confirmed another time. Where the service needs approval, a time that the patient chose is a request again,
    and one that staff chose is approved by it. With `overbooking_reason`, and the right to, a taken time will do.
    Raises SlotNotOpen, SlotTaken, CutoffPassed, TooManyMoves, WrongState, TwoPlacesAtOnce, NotAllowed.
    """
    refuse_overbooking(overbooking_reason, by)
    known = organization.appointments.get(id=appointment_id)
    waited_for = turn(organization, schedule_id, known.service_id)
    locks.wait_turn(known.schedule_id, *waited_for)
    appointment = locked(organization, appointment_id)
    if appointment.status not in rules.MOVABLE or is_lapsed(appointment, now):
        raise WrongState
    service = service_of(organization, appointment)
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
    if own := _own_length(organization, appointment):
        slot = slot.lasting(own)
    complete_turn(waited_for, slot)
    asks = slot.service.needs_approval and not by.is_staff
    approve_by = rules.answer_due(slot.starts_at, slot.service.approval_hours, now) if asks else None
    is_extra = _sit_elsewhere(organization, appointment, slot, approve_by, by, now, overbooks=bool(overbooking_reason))
    left = appointment.schedule_id, appointment.starts_at, appointment.ends_at
    put(
        appointment,
        slot,
        by=by,
        now=now,
        why=why,
        counts=not by.is_staff,
        approve_by=approve_by,
        overbooking_reason=overbooking_reason if is_extra else "",
    )
    events.publish(AppointmentMoved(appointment, by, tell_patient, tell_provider, Left(*left[:2]), text_patient))
    events.publish(PlaceFreed(appointment, *left, by, now))
    return appointment


def put(
    appointment: Appointment,
    slot: Slot,
    *,
    by: Actor,
    now: datetime,
    why: str = "",
    counts: bool,
    approve_by: datetime | None = None,
    overbooking_reason: str = "",
) -> None:
    """Record that a visit now is where its place already is; `counts`: as one of the patient's moves.

    With `approve_by` it waits for approval again; with `overbooking_reason` the place is one above the capacity.
    Raises TwoPlacesAtOnce.
    """
    local = slot.local_start
    change(
        appointment,
        "moved",
        right=OVERBOOK if overbooking_reason else "appointment:move",
        by=by,
        now=now,
        why=why or overbooking_reason,
        schedule_id=slot.schedule.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        time_zone=slot.schedule.zone_key,
        local_day=local.date(),
        local_minute=local.hour * 60 + local.minute,
        fold=local.fold,
        status=Status.PENDING if approve_by else Status.BOOKED,
        approve_by=approve_by,
        is_overbooked=bool(overbooking_reason),
        overbooking_reason=overbooking_reason,
        sequence=appointment.sequence + 1,
        moves=appointment.moves + counts,
    )


def _own_length(organization: Organization, appointment: Appointment) -> int:
    """The seconds of a visit that lasts longer or shorter than its service does where it is; 0: as the service."""
    schedule = plan_of(organization).schedules.get(appointment.schedule_id)
    offer = schedule.offers.get(appointment.service_id) if schedule else None
    lasts = int((appointment.ends_at - appointment.starts_at).total_seconds())
    return 0 if offer is None or offer.visit.duration * 60 == lasts else lasts


def _sit_elsewhere(
    organization: Organization,
    appointment: Appointment,
    slot: Slot,
    expires_at: datetime | None,
    by: Actor,
    now: datetime,
    *,
    overbooks: bool,
) -> bool:
    """Change the place. True: the new one is above the capacity. Raises SlotTaken."""
    for extra in (0, slot.schedule.overbooking_limit) if overbooks else (0,):
        if places.move(
            organization_id=organization.id,
            schedule_id=slot.schedule.id,
            span=slot.span,
            capacity=slot.schedule.capacity,
            holder_id=appointment.id,
            expires_at=expires_at,
            extra=extra,
            needs=() if extra else slot.needs,
        ):
            return extra > 0
    raise why_taken(organization, slot, by=by, now=now)


def cancel(
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
    """Cancel: the place is free at once, the record stays. Said twice, the first answer stands.

    A request that staff cancel is refused, which the patient is told in other words.

    Patients are bound by the service's cut-off. Raises CutoffPassed, WrongState.
    """
    known = organization.appointments.get(id=appointment_id)
    locks.wait_turn(known.schedule_id)
    appointment = locked(organization, appointment_id)
    if appointment.status == Status.CANCELLED:
        return appointment
    if appointment.status not in rules.CANCELLABLE:
        raise WrongState
    if appointment.status == Status.PENDING and by.is_staff:
        return refuse(
            organization,
            appointment_id,
            by=by,
            now=now,
            reason=reason,
            tell_patient=tell_patient,
            tell_provider=tell_provider,
            told_with_series=told_with_series,
        )
    service = service_of(organization, appointment)
    hours = rules.cancel_hours(appointment.status, service.cancel_cutoff_hours if service else 0)
    if not by.is_staff and not _in_time(appointment, hours, now):
        raise CutoffPassed
    places.give_up(organization_id=organization.id, holder_id=appointment.id)
    change(
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
    events.publish(AppointmentCancelled(appointment, by, tell_patient, tell_provider, told_with_series))
    events.publish(
        PlaceFreed(appointment, appointment.schedule_id, appointment.starts_at, appointment.ends_at, by, now)
    )
    return appointment


def set_status(
    organization: Organization, appointment_id: UUID, *, status: str, by: Actor, now: datetime
) -> Appointment:
    """Arrived, seen, did not come: what staff note. Only the changes of the published table.

    A request that becomes booked is approved by it. Raises WrongState, TooEarly, and what `approve` raises.
    """
    known = organization.appointments.get(id=appointment_id)
    if known.status == Status.PENDING and status == Status.BOOKED:
        return approve(organization, appointment_id, by=by, now=now)
    appointment = locked(organization, appointment_id)
    if appointment.status == status:
        return appointment
    if status not in rules.ALLOWED_CHANGES[appointment.status] & rules.NOTED:
        raise WrongState
    if is_too_early(appointment, status, now):
        raise TooEarly
    change(appointment, "status", right="appointment:status", by=by, now=now, status=status)
    return appointment


def revoke_link(organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime) -> Appointment:
    """The private link stops at once: it was forwarded, or went to the wrong person."""
    appointment = locked(organization, appointment_id)
    change(appointment, "link revoked", right="appointment:revoke-link", by=by, now=now, link_revoked_at=now)
    return appointment


def _check_patient_may_move(appointment: Appointment, service: ServicePlan | None, now: datetime) -> None:
    if not _in_time(appointment, service.move_cutoff_hours if service else 0, now):
        raise CutoffPassed
    if service and appointment.moves >= service.max_moves:
        raise TooManyMoves


def _in_time(appointment: Appointment, cutoff_hours: int, now: datetime) -> bool:
    return rules.in_time(appointment.starts_at, cutoff_hours, now) and now < appointment.starts_at


def _cancelled_by(by: Actor) -> CancelledBy:
    if by.kind == ActorKind.PATIENT:
        return CancelledBy.PATIENT
    return CancelledBy.SYSTEM if by.kind == ActorKind.SYSTEM else CancelledBy.STAFF
