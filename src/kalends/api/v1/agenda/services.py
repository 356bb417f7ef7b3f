"""What can be booked: as patients see it, and as staff set it up."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from ninja import Query, Router

from kalends.agenda import operations as agenda
from kalends.agenda.models import Service, Visibility
from kalends.agenda.operations.resources import written_requirements
from kalends.agenda.queries.free_times import bookable_on
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan, ServicePlan, plan_of
from kalends.api.access import Call, published, requires
from kalends.api.acts import done, made
from kalends.api.answers import answer
from kalends.api.given import given
from kalends.api.paging import Paged, page
from kalends.api.schemas import services as schemas
from kalends.api.schemas.fields import minute_written
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["services"])
ORDER = ("position", "category", "id")
_AS_THEY_ARE = (
    *("id", "names", "category", "duration", "buffer_before", "buffer_after", "price_minor", "preparation"),
    *("phone_text", "colour", "visibility", "notice_minutes", "horizon_days", "cancel_cutoff_hours"),
    *("move_cutoff_hours", "max_moves", "max_active_per_person", "new_patients", "required_fields"),
    *("needs_approval", "approval_hours", "payment_due", "payment_hours"),
    *("position", "is_active"),
)


@router.get("/public/{slug:org}/services", auth=published, response=schemas.PublicServices)
def public_services(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """What patients may book, or are told to phone for; with who offers it where."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        shown = organization.services.filter(is_active=True).exclude(visibility=Visibility.HIDDEN)
        found, following = page(shown.only("id", *ORDER), ORDER, asked)
        plan = plan_of(organization)
    language = _language(organization)
    services = [plan.services[row.id] for row in found if row.id in plan.services]
    items = [_told_to_patients(organization, plan, service, language) for service in services]
    return answer({"items": items, "next": following})


@router.get("/{slug:org}/services", auth=requires(Right.AGENDA_READ), response=schemas.Services)
def all_services(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """All services, inactive ones too, in the order of the public page."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        rows = request.organization.services.select_related("organization").prefetch_related("ticks__channel")
        found, following = page(rows, ORDER, asked)
        items = [_told(service) for service in found]
    return answer({"items": items, "next": following})


@router.post("/{slug:org}/services", auth=requires(Right.SETTINGS_AGENDA), response={201: schemas.Service})
def make_service(request: Call, org: str, asked: schemas.ServiceSent) -> HttpResponse:
    """A new service, on all channels unless told."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        fields = {name: value for name, value in _fields(organization, asked).items() if value is not None}
        needs = fields.pop("requirements", [])
        names, duration = fields.pop("names", {}), fields.pop("duration")
        service = agenda.make_service(organization, names=names, duration=duration, **fields, by=request.actor, now=now)
        agenda.set_requirements(service, _needs(needs), by=request.actor, now=now)
        return _told(service)

    return made(request, act)


@router.patch("/{slug:org}/services/{uuid:id}", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Service)
def edit_service(request: Call, org: str, id: UUID, asked: schemas.ServiceChanged) -> HttpResponse:
    """Change some fields. Appointments made before keep their length and price."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        service = organization.services.filter(id=id).first()
        if service is None:
            raise NotFound
        fields = _fields(organization, asked, service)
        channels = fields.pop("channels", None)
        needs = fields.pop("requirements") or [] if "requirements" in fields else None
        if fields:
            service = agenda.edit_service(service, **fields, by=request.actor, now=now)
        if needs is not None:
            agenda.set_requirements(service, _needs(needs), by=request.actor, now=now)
        if channels is not None:
            agenda.set_channels(service, set(channels), by=request.actor, now=now)
        return _told(service)

    return done(request, act)


def _fields(
    organization: Organization, asked: schemas.ServiceChanged, service: Service | None = None
) -> dict[str, Any]:
    """What was sent; a plain `name` is that of the organization's first language."""
    fields = given(asked, Service)
    name = fields.pop("name", None)
    if name is not None:
        known = service.names if service else {}
        fields["names"] = {**(fields.get("names") or known), organization.language: name}
    if fields.get("channels") is not None:
        fields["channels"] = sorted({ChannelKind(kind) for kind in fields["channels"]})
    return fields


def _needs(requirements: list[dict[str, Any]]) -> list[list[UUID]]:
    return [list(one["any_of"]) for one in requirements]


def _told(service: Service) -> dict[str, Any]:
    release = service.same_day_release
    return {
        **{name: getattr(service, name) for name in _AS_THEY_ARE},
        "name": service.name_in(service.organization.language),
        "currency": service.organization.currency,
        "same_day_release": None if release is None else minute_written(release),
        "requirements": [{"any_of": choices} for choices in written_requirements(service)],
        "channels": sorted(tick.channel.kind for tick in service.ticks.select_related("channel")),
    }


def _told_to_patients(
    organization: Organization, plan: AgendaPlan, service: ServicePlan, language: str
) -> dict[str, Any]:
    offering = plan.schedules_offering(service.id)
    return {
        "id": service.id,
        "slug": slugify(service.name_in(organization.language)),
        "name": service.name_in(language),
        "names": service.names,
        "category": service.category,
        "duration": service.visit.duration,
        "price_minor": service.price_minor,
        "currency": organization.currency,
        "bookable": bookable_on(service, ChannelKind.WEBSITE) and bool(offering),
        "phone_text": _text(service.phone_text, language),
        "preparation": _text(service.preparation, language),
        "required_fields": service.required_fields,
        "new_patients": service.new_patients,
        "needs_approval": service.needs_approval,
        "locations": sorted({schedule.location_id for schedule in offering}),
        "providers": _providers(offering),
    }


def _providers(offering: list[SchedulePlan]) -> list[dict[str, Any]]:
    """By last name, as the plan has them; once each."""
    found = {schedule.provider_id: schedule for schedule in offering}
    return [
        {"id": provider_id, "name": schedule.provider_name, "speciality": schedule.provider_speciality}
        for provider_id, schedule in found.items()
    ]


def _language(organization: Organization) -> str:
    """The caller's (Accept-Language), where the organization offers it."""
    asked = (get_language() or "").split("-")[0]
    return asked if asked in organization.languages else organization.language


def _text(texts: Any, language: str) -> str:
    return str(texts.get(language) or texts.get("en") or next(iter(texts.values()), ""))
