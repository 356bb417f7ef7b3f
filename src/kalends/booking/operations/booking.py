"""Booking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.agenda.operations import places
from kalends.agenda.operations.turns import complete_turn, turn
from kalends.agenda.queries.free_times import free_slot
from kalends.agenda.queries.plans import ServicePlan
from kalends.agenda.queries.slots import Slot
from kalends.booking import history, links, rules
from kalends.booking.events import AppointmentBooked
from kalends.booking.models import ACTIVE, Appointment, Status
from kalends.booking.operations.at_once import written_at_once
from kalends.booking.operations.taken import why_taken
from kalends.booking.refusals import (
    HoldExpired,
    KnownPatientsOnly,
    SlotNotOpen,
    SlotTaken,
    TooManyBookings,
)
from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.contacts.rules import ContactData
from kalends.foundation import events, secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.database.instances import fresh
from kalends.foundation.database.models import new_id
from kalends.foundation.database.writing import write
from kalends.foundation.errors import NotAllowed
from kalends.organizations.models import Organization

OVERBOOK = "appointment:overbook"


def book(
    organization: Organization,
    *,
    schedule_id: UUID,
    service_id: UUID,
    starts_at: datetime,
    contact: Contact | ContactData,
    by: Actor,
    now: datetime,
    hold_id: UUID | None = None,
    reason: str = "",
    remark: str = "",
    language: str | None = None,
    tell_patient: bool = True,
    tell_provider: Collection[str] | None = None,
    text_patient: bool | None = None,
    overlap_allowed: bool = False,
    overbooking_reason: str = "",
    chosen: Mapping[str, Any] | None = None,
    series_id: UUID | None = None,
    told_with_series: bool = False,
) -> Appointment:
    """Give `contact` the time of the schedule that begins at `starts_at`. Runs inside `tenancy.acting`.

    A `ContactData` is found among the contacts or made. With `hold_id` the held place is taken; once the hold is
    over, or for another time, a free one. The same hold sent again answers with what it has booked. What a patient
    books of a service that needs approval is a request, and expires. With `overbooking_reason`, and the right to, a
    taken time is booked all the same, on a seat above the capacity. `chosen` says why this schedule, where any would
    have done (`anyone.told`); history keeps it. `reason` are the patient's words, `remark` is for the practitioner.
    Raises SlotNotOpen, SlotTaken, HoldExpired, TooManyBookings, KnownPatientsOnly, TwoPlacesAtOnce, NotAllowed.
    """
    refuse_overbooking(overbooking_reason, by)
    wish: dict[str, Any] = {"schedule_id": schedule_id, "service_id": service_id, "starts_at": starts_at}

    def find() -> Slot:
        slot = free_slot(organization, **wish, channel=by.channel, now=now)
        if slot is None:
            raise SlotNotOpen
        return slot

    waited_for = turn(organization, schedule_id, service_id)
    _wait_turn(organization, waited_for, hold_id, find, waits=bool(overbooking_reason))
    if hold_id and (done := organization.appointments.filter(hold_id=hold_id).first()):
        return done
    slot = find()
    complete_turn(waited_for, slot)
    appointment_id = new_id()
    asks = slot.service.needs_approval and not by.is_staff
    approve_by = rules.answer_due(slot.starts_at, slot.service.approval_hours, now) if asks else None
    is_extra = _sit(
        organization, slot, appointment_id, hold_id, approve_by, by, now, overbooks=bool(overbooking_reason)
    )
    with written_at_once():
        patient = _patient(organization, contact, slot.service, by, now)
        return write_down(
            organization,
            slot,
            patient,
            appointment_id,
            by=by,
            now=now,
            reason=reason,
            remark=remark,
            language=language,
            tell_patient=tell_patient,
            tell_provider=tell_provider,
            text_patient=text_patient,
            overlap_allowed=overlap_allowed,
            hold_id=hold_id,
            approve_by=approve_by,
            overbooking_reason=overbooking_reason if is_extra else "",
            chosen=chosen,
            series_id=series_id,
            told_with_series=told_with_series,
        )


def write_down(
    organization: Organization,
    slot: Slot,
    patient: Contact,
    appointment_id: UUID,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    remark: str = "",
    language: str | None = None,
    tell_patient: bool = True,
    tell_provider: Collection[str] | None = None,
    text_patient: bool | None = None,
    overlap_allowed: bool = False,
    hold_id: UUID | None = None,
    approve_by: datetime | None = None,
    overbooking_reason: str = "",
    chosen: Mapping[str, Any] | None = None,
    series_id: UUID | None = None,
    told_with_series: bool = False,
) -> Appointment:
    """Record who sits on the place that `appointment_id` has just been given, and say so. Raises TwoPlacesAtOnce.

    With `approve_by` it is a request; with `overbooking_reason` the place is one above the capacity.
    """
    appointment = _appointment(
        organization, slot, patient, appointment_id, by, now, reason, language, overlap_allowed, hold_id
    )
    appointment.series_id, appointment.remark = series_id, remark
    appointment.status, appointment.approve_by = Status.PENDING if approve_by else Status.BOOKED, approve_by
    appointment.is_overbooked, appointment.overbooking_reason = bool(overbooking_reason), overbooking_reason
    after = history.place_of(appointment) | ({"chosen": dict(chosen)} if chosen else {})
    right = OVERBOOK if overbooking_reason else "appointment:book"
    lines = history.lines(appointment, "booked", right=right, by=by, now=now, after=after, why=overbooking_reason)
    with written_at_once():
        write(appointment, *lines)
        events.publish(AppointmentBooked(appointment, by, tell_patient, tell_provider, text_patient, told_with_series))
    return appointment


def refuse_overbooking(reason: str, by: Actor) -> None:
    """Raises NotAllowed for patients, and for staff without the right."""
    if reason and not (by.is_staff and by.may(OVERBOOK)):
        raise NotAllowed


def _wait_turn(
    organization: Organization, ids: tuple[UUID, ...], hold_id: UUID | None, find: Callable[[], Slot], *, waits: bool
) -> None:
    """Be the only one at the schedule. Who would wait for a time that is gone already is told so at once.

    `waits`: it does not matter that it is gone.
    """
    schedule_id, *belongings = ids
    if hold_id is not None or belongings or waits:
        locks.wait_turn(*ids, *([hold_id] if hold_id else ()))
    elif not locks.take_turn_at_once(schedule_id):
        slot = find()
        if places.is_full(
            organization_id=organization.id, schedule_id=schedule_id, span=slot.span, capacity=slot.schedule.capacity
        ):
            raise SlotTaken
        locks.wait_turn(schedule_id)


def _sit(
    organization: Organization,
    slot: Slot,
    holder_id: UUID,
    hold_id: UUID | None,
    expires_at: datetime | None,
    by: Actor,
    now: datetime,
    *,
    overbooks: bool,
) -> bool:
    """Take the place: the held one if the hold still lives, else afresh. True: it is one above the capacity."""
    schedule = slot.schedule
    if hold_id is not None and organization.holds.filter(id=hold_id).delete()[0]:
        if places.make_firm(
            organization_id=organization.id,
            schedule_id=schedule.id,
            span=slot.span,
            hold_id=hold_id,
            holder_id=holder_id,
            expires_at=expires_at,
            needs=slot.needs,
        ):
            return False
        places.give_up(organization_id=organization.id, holder_id=hold_id)
    for extra in (0, schedule.overbooking_limit) if overbooks else (0,):
        if places.take(
            organization_id=organization.id,
            schedule_id=schedule.id,
            span=slot.span,
            capacity=schedule.capacity,
            holder_id=holder_id,
            expires_at=expires_at,
            extra=extra,
            needs=() if extra else slot.needs,  # who is squeezed in shares the room of those who are there
        ):
            return extra > 0
    raise why_taken(organization, slot, by=by, now=now) if hold_id is None else HoldExpired


def _patient(
    organization: Organization, contact: Contact | ContactData, service: ServicePlan, by: Actor, now: datetime
) -> Contact:
    """Find or make the contact; what patients may not is refused only now, so nobody learns who is one."""
    if isinstance(contact, Contact):
        patient, known = contacts.standing(contact), True
    else:
        found = contacts.find_or_make(organization, contact, by=by, now=now)
        patient, known = found.contact, found.was_known
    if by.is_staff:
        return patient
    if not known and not service.new_patients:
        raise KnownPatientsOnly
    if known:
        active = patient.appointments.filter(service_id=service.id, status__in=ACTIVE, starts_at__gt=now)
        if active.count() >= service.max_active_per_person:
            raise TooManyBookings
    return patient


def _appointment(
    organization: Organization,
    slot: Slot,
    patient: Contact,
    appointment_id: UUID,
    by: Actor,
    now: datetime,
    reason: str,
    language: str | None,
    overlap_allowed: bool,
    hold_id: UUID | None,
) -> Appointment:
    seed, local = secrets.new_seed(), slot.local_start
    appointment = fresh(
        Appointment,
        organization_id=organization.id,
        id=appointment_id,
        schedule_id=slot.schedule.id,
        service_id=slot.service.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        time_zone=slot.schedule.zone_key,
        local_day=local.date(),
        local_minute=local.hour * 60 + local.minute,
        fold=local.fold,
        reason=reason,
        source=by.channel,
        language=language or patient.language,
        price_minor=slot.price_minor,
        currency=organization.currency,
        link_seed=seed,
        link_hash=secrets.derived(organization.id, seed, purpose=links.APPOINTMENT).hash,
        booked_at=now,
        hold_id=hold_id,
        overlap_allowed=overlap_allowed,
    )
    appointment.organization, appointment.contact = organization, patient
    return appointment
