"""The patient's private link: look, confirm, move, cancel. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from kalends.agenda.queries.plans import plan_of
from kalends.api.access import Call, anybody
from kalends.api.acts import done
from kalends.api.answers import answer
from kalends.api.schemas.booking import Cancelling, Moving, OwnAppointment
from kalends.api.v1.booking.refused import refuse_unknown, with_alternatives
from kalends.api.v1.booking.told import told_to_patient
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.queries import appointment_by_link
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.foundation.text import clean_line

router = Router(tags=["private link"])


@router.get("/public/appointments/{str:token}", auth=anybody, response=OwnAppointment)
def look(request: Call, token: str) -> HttpResponse:
    """The appointment of a private link, and what may still be done with it."""
    appointment_id = _open(request, token)
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        told = _told(request, appointment_id, now)
    return answer(told)


@router.post("/public/appointments/{str:token}/confirm", auth=anybody, response=OwnAppointment)
def confirm(request: Call, token: str) -> HttpResponse:
    """The patient says that they come."""
    return _do(request, token, booking.confirm)


@router.post("/public/appointments/{str:token}/cancel", auth=anybody, response=OwnAppointment)
def cancel(request: Call, token: str, asked: Cancelling | None = None) -> HttpResponse:
    """Cancel, within the service's cut-off."""
    reason = clean_line((asked and asked.reason) or "")
    return _do(request, token, lambda *which, by, now: booking.cancel(*which, reason=reason, by=by, now=now))


@router.post("/public/appointments/{str:token}/move", auth=anybody, response=OwnAppointment)
def move(request: Call, token: str, asked: Moving) -> HttpResponse:
    """Move to another free time. Where that fails, the old time stays as it was."""
    appointment_id = _open(request, token)
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        refuse_unknown(plan_of(organization), service_id=None, schedule_id=asked.schedule)
        booking.move(
            organization,
            appointment_id,
            schedule_id=asked.schedule,
            starts_at=asked.start,
            by=request.actor,
            now=now,
        )
        return _told(request, appointment_id, now)

    explain = with_alternatives(
        organization,
        service_of=lambda: organization.appointments.get(id=appointment_id).service_id,
        schedule_id=asked.schedule,
        starts_at=asked.start,
        channel=request.actor.channel,
    )
    return done(request, act, explain=explain)


def _do(request: Call, token: str, change: Callable[..., Appointment]) -> HttpResponse:
    appointment_id = _open(request, token)

    def act(now: datetime) -> dict[str, Any]:
        change(request.organization, appointment_id, by=request.actor, now=now)
        return _told(request, appointment_id, now)

    return done(request, act)


def _open(request: Call, token: str) -> UUID:
    """The appointment of the link. Raises NotFound for every link that opens nothing (any more)."""
    found = appointment_by_link(token)
    if found is None:
        raise NotFound
    request.organization, appointment_id = found
    return appointment_id


def _told(request: Call, appointment_id: UUID, now: datetime) -> dict[str, Any]:
    rows = request.organization.appointments.select_related("service", "schedule__provider", "schedule__location")
    return told_to_patient(request.organization, rows.get(id=appointment_id), now=now)
