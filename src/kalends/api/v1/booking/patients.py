"""Patients book: keep a time, then take it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from ninja import Router

from kalends.agenda.queries.plans import AgendaPlan, remembered
from kalends.api.access import Call, published, visitor
from kalends.api.acts import made
from kalends.api.answers import told_at
from kalends.api.schemas.booking import AppointmentSent, Booked, Hold, HoldSent
from kalends.api.v1.booking.reading import language_of, read_patient
from kalends.api.v1.booking.refused import last_plan_with, with_alternatives
from kalends.api.v1.booking.told import manage_url, told_booked
from kalends.api.v1.booking.whom import book_with_anyone
from kalends.booking import operations as booking
from kalends.contacts import operations as contacts
from kalends.contacts.rules import ContactData

router = Router(tags=["booking"])


@router.post("/public/{slug:org}/holds", auth=published, response={201: Hold})
def hold(request: Call, org: str, asked: HoldSent) -> HttpResponse:
    """Keep a free time for some minutes, while the form is filled in. At most three at once."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        plan = last_plan_with(organization, service_id=asked.service, schedule_id=asked.schedule)
        wish: dict[str, Any] = {
            "service_id": asked.service,
            "starts_at": asked.start,
            "visitor": visitor(request),
            "by": request.actor,
            "now": now,
            "limited": settings.LIMITS,
        }
        if asked.schedule is None:
            kept = booking.hold_any(organization, **wish)
        else:
            kept = booking.hold(organization, schedule_id=asked.schedule, **wish)
        zone = plan.schedules[kept.schedule_id].zone
        return {"id": str(kept.id), "expires_at": told_at(kept.expires_at, zone)}

    return made(request, act, explain=_alternatives(request, asked))


@router.post("/public/{slug:org}/appointments", auth=published, response={201: Booked})
def book(request: Call, org: str, asked: AppointmentSent) -> HttpResponse:
    """Book a free time. A time that was taken meanwhile answers 409 with the nearest free ones."""
    organization = request.organization

    def patient_for(plan: AgendaPlan, now: datetime) -> tuple[ContactData, str]:
        return read_patient(
            organization,
            asked.contact,
            reason=asked.reason,
            required=plan.services[asked.service].required_fields,
            language=language_of(organization, asked.locale),
            now=now,
        )

    def act(now: datetime) -> dict[str, Any]:
        plan = last_plan_with(organization, service_id=asked.service, schedule_id=asked.schedule)
        patient, reason = patient_for(plan, now)
        appointment = book_with_anyone(
            organization,
            asked.schedule,
            service_id=asked.service,
            starts_at=asked.start,
            contact=patient,
            hold_id=asked.hold,
            reason=reason,
            language=patient.language,
            by=request.actor,
            now=now,
        )
        if asked.consent is not None:
            contacts.set_consents(appointment.contact, asked.consent.said(), by=request.actor, now=now)
        if (newest := remembered(organization)) is not plan:
            patient_for(newest, now)  # what is required may have changed meanwhile; then nothing was booked
        return told_booked(organization, appointment)

    def reveal(kept: dict[str, Any]) -> str:
        return manage_url(organization, organization.appointments.get(id=kept["id"]))

    return made(request, act, explain=_alternatives(request, asked), unkept="manage_url", reveal=reveal)


def _alternatives(request: Call, asked: HoldSent | AppointmentSent) -> Any:
    return with_alternatives(
        request.organization,
        service_of=lambda: asked.service,
        schedule_id=asked.schedule,
        starts_at=asked.start,
        channel=request.actor.channel,
    )
