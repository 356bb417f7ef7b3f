"""Staff book, move, cancel, note what became of a visit, and look."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from kalends.agenda.queries.options import chosen_options_of_schedule
from kalends.agenda.queries.plans import plan_of
from kalends.api.access import Call, on_channel, requires, sees_own_only
from kalends.api.acts import Explain, done, made
from kalends.api.answers import answer
from kalends.api.paging import page
from kalends.api.problems import UnknownId
from kalends.api.schemas.booking import (
    Appointment,
    Appointments,
    AppointmentsAsked,
    StaffAppointmentSent,
    StaffCancelling,
    StaffMoving,
    StatusSent,
    Swapping,
    Undoing,
)
from kalends.api.v1.booking.looking import ORDER, find, note_look, told
from kalends.api.v1.booking.reading import patient_of, ways_of
from kalends.api.v1.booking.refused import refuse_unknown, with_alternatives
from kalends.api.v1.booking.told import told_to_staff
from kalends.api.v1.booking.whom import book_with_anyone
from kalends.booking import operations as booking
from kalends.booking import queries
from kalends.booking.models import Appointment as Row
from kalends.booking.refusals import SlotTaken
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Refusal, RequiredField
from kalends.foundation.text import clean_line, clean_text
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.payments.queries import payments_of

router = Router(tags=["appointments"])


@router.get("/{slug:org}/appointments", auth=requires(Right.AGENDA_READ), response=Appointments)
def appointments(request: Call, org: str, asked: Query[AppointmentsAsked]) -> HttpResponse:
    """Appointments by time. Looking is written down."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        found = queries.appointments(
            organization,
            first_day=asked.first,
            last_day=asked.last,
            schedule_id=asked.schedule,
            provider_id=asked.provider,
            contact_id=asked.contact,
            status=asked.status,
            source=asked.source,
            is_overbooked=asked.overbooked,
        )
        shown, following = page(queries.for_actor(found, by), ORDER, asked)
        note_look(organization, [row.id for row in shown], by, now)
        payments = payments_of(organization, [row.id for row in shown])
        items = [told_to_staff(row, by, payments.get(row.id)) for row in shown]
    return answer({"items": items, "next": following})


@router.post("/{slug:org}/appointments", auth=requires(Right.APPOINTMENT_BOOK), response={201: Appointment})
def book(request: Call, org: str, asked: StaffAppointmentSent) -> HttpResponse:
    """Book for somebody known (`contact_id`), or for whoever `contact` describes.

    With `overbooking_reason` a taken time is booked all the same, above the capacity: that needs the right
    `appointment:overbook`, and the agenda's limit allows so many.
    """
    organization = request.organization
    by = on_channel(request.actor, ChannelKind(asked.channel))

    def act(now: datetime) -> dict[str, Any]:
        refuse_unknown(plan_of(organization), service_id=asked.service, schedule_id=asked.schedule)
        if asked.schedule is not None:
            _refuse_colleagues(organization, asked.schedule, by)
        patient, reason = patient_of(organization, asked, now)
        appointment = book_with_anyone(
            organization,
            asked.schedule,
            provider_id=by.provider_id if sees_own_only(by) else None,
            service_id=asked.service,
            starts_at=asked.start,
            contact=patient,
            hold_id=asked.hold,
            reason=reason,
            remark=clean_text(asked.remark or ""),
            language=patient.language,
            tell_patient=asked.tell_patient,
            text_patient=asked.text_patient,
            tell_provider=ways_of(asked.tell_provider),
            overlap_allowed=asked.overlap_allowed,
            overbooking_reason=clean_line(asked.overbooking_reason or ""),
            by=by,
            now=now,
        )
        _refuse_incomplete(organization, appointment)
        return told(organization, appointment.id, by)

    explain = with_alternatives(
        organization,
        service_of=lambda: asked.service,
        schedule_id=asked.schedule,
        starts_at=asked.start,
        channel=by.channel,
    )
    return made(request, act, explain=explain)


@router.post("/{slug:org}/appointments/{uuid:id}/move", auth=requires(Right.APPOINTMENT_MOVE), response=Appointment)
def move(request: Call, org: str, id: UUID, asked: StaffMoving) -> HttpResponse:
    """Move to another free time. Where that fails, the old time stays as it was."""
    organization = request.organization
    by = on_channel(request.actor, ChannelKind(asked.channel))

    def act(now: datetime) -> dict[str, Any]:
        find(organization, id, by)
        refuse_unknown(plan_of(organization), service_id=None, schedule_id=asked.schedule)
        _refuse_colleagues(organization, asked.schedule, by)
        booking.move(
            organization,
            id,
            schedule_id=asked.schedule,
            starts_at=asked.start,
            why=clean_line(asked.reason or ""),
            tell_patient=asked.tell_patient,
            text_patient=asked.text_patient,
            tell_provider=ways_of(asked.tell_provider),
            overbooking_reason=clean_line(asked.overbooking_reason or ""),
            by=by,
            now=now,
        )
        return told(organization, id, by)

    explain = with_alternatives(
        organization,
        service_of=lambda: organization.appointments.get(id=id).service_id,
        schedule_id=asked.schedule,
        starts_at=asked.start,
        channel=by.channel,
    )
    return done(request, act, explain=explain)


@router.post("/{slug:org}/appointments/{uuid:id}/cancel", auth=requires(Right.APPOINTMENT_CANCEL), response=Appointment)
def cancel(request: Call, org: str, id: UUID, asked: StaffCancelling | None = None) -> HttpResponse:
    """Cancel, or refuse a request that is pending. The time is free at once, the record stays."""
    organization, by = request.organization, request.actor
    said = asked or StaffCancelling()

    def act(now: datetime) -> dict[str, Any]:
        find(organization, id, by)
        reason = clean_line(said.reason or "")
        booking.cancel(
            organization,
            id,
            reason=reason,
            tell_patient=said.tell_patient,
            tell_provider=ways_of(said.tell_provider),
            by=by,
            now=now,
        )
        return told(organization, id, by)

    return done(request, act)


@router.post("/{slug:org}/appointments/{uuid:id}/status", auth=requires(Right.APPOINTMENT_BOOK), response=Appointment)
def status(request: Call, org: str, id: UUID, asked: StatusSent) -> HttpResponse:
    """Note that somebody came, was seen, did not come; `booked` approves a request that is pending.

    Allowed are: pending to booked; booked to confirmed, arrived, fulfilled, no_show; confirmed to booked, arrived,
    fulfilled, no_show; arrived to fulfilled. Cancelling, moving and taking back are calls of their own.
    """
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        find(organization, id, by)
        booking.set_status(organization, id, status=asked.status, by=by, now=now)
        return told(organization, id, by)

    return done(request, act, explain=_nearest_to_it(organization, id, by))


@router.post("/{slug:org}/appointments/{uuid:id}/undo", auth=requires(Right.APPOINTMENT_UNDO), response=Appointment)
def undo(request: Call, org: str, id: UUID, asked: Undoing | None = None) -> HttpResponse:
    """Take back the last change of state, one step and no further. A cancelled visit takes its time again."""
    organization, by = request.organization, request.actor
    tell_patient = asked.tell_patient if asked else True

    def act(now: datetime) -> dict[str, Any]:
        find(organization, id, by)
        booking.undo(organization, id, tell_patient=tell_patient, by=by, now=now)
        return told(organization, id, by)

    return done(request, act, explain=_nearest_to_it(organization, id, by))


@router.post("/{slug:org}/appointments/{uuid:id}/swap", auth=requires(Right.APPOINTMENT_MOVE), response=Appointment)
def swap(request: Call, org: str, id: UUID, asked: Swapping) -> HttpResponse:
    """Let two visits change places, or neither. Both are still to come, equally long, and offered where they go."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        find(organization, id, by)
        if not queries.for_actor(organization.appointments.filter(id=asked.other), by).exists():
            raise UnknownId("with")
        booking.swap(
            organization,
            id,
            asked.other,
            why=clean_line(asked.reason or ""),
            tell_patients=asked.tell_patients,
            tell_provider=ways_of(asked.tell_provider),
            by=by,
            now=now,
        )
        return told(organization, id, by)

    return done(request, act)


def _refuse_incomplete(organization: Organization, appointment: Row) -> None:
    """What the practitioner's options require, of the record or sent with the call (CLI-18). Raises RequiredField."""
    options = chosen_options_of_schedule(organization, appointment.schedule_id)
    required = options.required_fields if options else ()
    known = {name: getattr(appointment.contact, name, appointment.reason) for name in required}
    if missing := [name for name, value in known.items() if not value]:
        message = _("Please fill this in.")
        raise RequiredField([FieldError(name if name == "reason" else f"contact.{name}", message) for name in missing])


def _nearest_to_it(organization: Organization, appointment_id: UUID, by: Actor) -> Explain:
    """When its time is taken by now: the free ones around it."""

    def explain(refusal: Refusal, now: datetime) -> Refusal:
        if not isinstance(refusal, SlotTaken):
            return refusal
        known = organization.appointments.get(id=appointment_id)
        nearest = with_alternatives(
            organization,
            service_of=lambda: known.service_id,
            schedule_id=known.schedule_id,
            starts_at=known.starts_at,
            channel=by.channel,
        )
        return nearest(refusal, now)

    return explain


def _refuse_colleagues(organization: Organization, schedule_id: UUID, by: Actor) -> None:
    if sees_own_only(by) and plan_of(organization).schedules[schedule_id].provider_id != by.provider_id:
        raise UnknownId("schedule")
