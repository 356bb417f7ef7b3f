"""Agendas: whose, where, in which steps, and what they offer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from kalends.agenda import operations as agenda
from kalends.agenda.models import Offering, Schedule
from kalends.agenda.operations import OfferingSpec
from kalends.api.access import Call, requires, sees_own_only
from kalends.api.acts import done, made
from kalends.api.answers import answer
from kalends.api.given import given
from kalends.api.naming import sender_says
from kalends.api.paging import Paged, page
from kalends.api.problems import UnknownId
from kalends.api.schemas import agenda as schemas
from kalends.api.schemas.fields import NOBODY
from kalends.api.v1.agenda.known import refuse_unknown_services
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, NotFound, RequiredField
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["agendas"])


@router.get("/{slug:org}/schedules", auth=requires(Right.AGENDA_READ), response=schemas.Schedules)
def schedules(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """Agendas by name; a practitioner's own, if that is the caller's role."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        shown = seen_by(request.organization, request.actor).prefetch_related("offerings")
        found, following = page(shown, ("name",), asked)
        items = [_told(schedule) for schedule in found]
    return answer({"items": items, "next": following})


@router.post("/{slug:org}/schedules", auth=requires(Right.SETTINGS_AGENDA), response={201: schemas.Schedule})
def make_schedule(request: Call, org: str, asked: schemas.ScheduleSent) -> HttpResponse:
    """A new agenda, in the location's time zone; closed until it has opening hours."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        fields = _fields(organization, asked)
        offered = fields.pop("services", None)
        fields.pop("is_active", None)
        made_now = {name: value for name, value in fields.items() if value is not None}
        schedule = agenda.make_schedule(organization, **made_now, by=request.actor, now=now)
        if asked.is_active is False:
            schedule = agenda.edit_schedule(schedule, is_active=False, by=request.actor, now=now)
        _offer(schedule, offered, request.actor, now)
        return _told(schedule)

    return made(request, act)


@router.patch("/{slug:org}/schedules/{uuid:id}", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Schedule)
def edit_schedule(request: Call, org: str, id: UUID, asked: schemas.ScheduleChanged) -> HttpResponse:
    """Change some fields. Appointments stay where they are."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        schedule = find(organization, id, request.actor)
        fields = _fields(organization, asked)
        offered = fields.pop("services", None)
        if fields:
            schedule = agenda.edit_schedule(schedule, **fields, by=request.actor, now=now)
        _offer(schedule, offered, request.actor, now)
        return _told(schedule)

    return done(request, act)


def seen_by(organization: Organization, by: Actor) -> QuerySet[Schedule]:
    """The agendas that `by` may see."""
    if sees_own_only(by):
        return organization.schedules.filter(provider_id=by.provider_id or NOBODY)
    return organization.schedules.all()


def find(organization: Organization, schedule_id: UUID, by: Actor) -> Schedule:
    """Raises NotFound for what `by` may not see."""
    found = seen_by(organization, by).filter(id=schedule_id).first()
    if found is None:
        raise NotFound
    return found


def _fields(organization: Organization, asked: schemas.ScheduleChanged) -> dict[str, Any]:
    """What was sent, with rows in place of ids. Raises UnknownId."""
    fields = given(asked, Schedule)
    for name, rows in (("provider", organization.providers), ("location", organization.locations)):
        if name not in fields:
            continue
        if fields[name] is None:
            raise RequiredField([FieldError(name, _("Please fill this in."))])
        fields[name] = rows.filter(id=fields[name]).first()
        if fields[name] is None:
            raise UnknownId(name)
    return fields


def _offer(schedule: Schedule, offered: list[OfferingSpec] | None, by: Actor, now: datetime) -> None:
    if offered is not None:
        _refuse_unknown(schedule.organization, offered)
        with sender_says({"offerings": "services"}):
            agenda.set_offerings(schedule, offered, by=by, now=now)


def _refuse_unknown(organization: Organization, offered: list[OfferingSpec]) -> None:
    """Raises UnknownId. What was sent gives services by their ids, never as rows."""
    asked = {f"services[{place}].service": [cast(UUID, spec["service"])] for place, spec in enumerate(offered)}
    refuse_unknown_services(organization, asked)


def _told(schedule: Schedule) -> dict[str, Any]:
    return {
        "id": schedule.id,
        "name": schedule.name,
        "provider": schedule.provider_id,
        "location": schedule.location_id,
        "time_zone": schedule.time_zone,
        "step_minutes": schedule.step_minutes,
        "capacity": schedule.capacity,
        "overbooking_limit": schedule.overbooking_limit,
        "weight": schedule.weight,
        "priority": schedule.priority,
        "note": schedule.note,
        "is_active": schedule.is_active,
        "version": schedule.version,
        "services": [
            _told_offering(offering)
            for offering in sorted(schedule.offerings.all(), key=lambda offering: offering.service_id)
        ],
    }


def _told_offering(offering: Offering) -> dict[str, Any]:
    return {
        "service": offering.service_id,
        "duration": offering.duration,
        "buffer_before": offering.buffer_before,
        "buffer_after": offering.buffer_after,
        "price_minor": offering.price_minor,
    }
