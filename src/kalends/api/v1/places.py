"""Where an organization works, and who works there: for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from kalends.api.access import Call, requires
from kalends.api.acts import done, made
from kalends.api.answers import answer
from kalends.api.given import given
from kalends.api.naming import sender_says
from kalends.api.paging import Paged, page
from kalends.api.schemas import organizations as schemas
from kalends.api.v1.agenda.known import provider_of
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.organizations import operations as organizations
from kalends.organizations.models import Location, Provider
from kalends.organizations.permissions import Right

router = Router(tags=["organizations"])
_LOCATION = ("id", "name", "address", "postcode", "town", "country", "time_zone", "phone", "directions", "is_active")
_PROVIDER = ("id", "name", "speciality", "email", "phone", "fax", "sms_name", "is_active")
_SORTED_BY = {"sort_key": "name"}  # made from the name


@router.get("/{slug:org}/locations", auth=requires(Right.AGENDA_READ), response=schemas.Locations)
def locations(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """All places by name, inactive ones too."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        found, following = page(request.organization.locations.all(), ("name",), asked)
    return answer({"items": [_told(location, _LOCATION) for location in found], "next": following})


@router.post("/{slug:org}/locations", auth=requires(Right.SETTINGS_AGENDA), response={201: schemas.Location})
def make_location(request: Call, org: str, asked: schemas.LocationSent) -> HttpResponse:
    """A new place; in the organization's country and time zone unless told."""

    def act(now: datetime) -> dict[str, Any]:
        fields = {name: value for name, value in given(asked, Location).items() if value not in (None, "")}
        fields.setdefault("name", "")
        location = organizations.make_location(request.organization, **fields, by=request.actor, now=now)
        return _told(location, _LOCATION)

    return made(request, act)


@router.patch("/{slug:org}/locations/{uuid:id}", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Location)
def edit_location(request: Call, org: str, id: UUID, asked: schemas.LocationChanged) -> HttpResponse:
    """Change some fields. Another time zone takes the agendas there along, where nothing is booked yet."""

    def act(now: datetime) -> dict[str, Any]:
        location = request.organization.locations.filter(id=id).first()
        if location is None:
            raise NotFound
        location = organizations.edit_location(location, **given(asked, Location), by=request.actor, now=now)
        return _told(location, _LOCATION)

    return done(request, act)


@router.get("/{slug:org}/providers", auth=requires(Right.AGENDA_READ), response=schemas.Providers)
def providers(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """All practitioners and departments by last name, inactive ones too."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        found, following = page(request.organization.providers.all(), ("sort_key", "id"), asked)
    return answer({"items": [_told(provider, _PROVIDER) for provider in found], "next": following})


@router.post("/{slug:org}/providers", auth=requires(Right.ACCOUNTS_CREATE), response={201: schemas.Provider})
def make_provider(request: Call, org: str, asked: schemas.ProviderSent) -> HttpResponse:
    """A new practitioner or department."""

    def act(now: datetime) -> dict[str, Any]:
        fields = {name: value for name, value in given(asked, Provider).items() if value is not None}
        with sender_says(_SORTED_BY):
            provider = organizations.make_provider(request.organization, **fields, by=request.actor, now=now)
        return _told(provider, _PROVIDER)

    return made(request, act)


@router.patch("/{slug:org}/providers/{uuid:id}", auth=requires(Right.PROVIDER_ENTITY), response=schemas.Provider)
def edit_provider(request: Call, org: str, id: UUID, asked: schemas.ProviderChanged) -> HttpResponse:
    """Change some fields. One that is switched off takes no new bookings."""

    def act(now: datetime) -> dict[str, Any]:
        provider = provider_of(request.organization, id)
        with sender_says(_SORTED_BY):
            provider = organizations.edit_provider(provider, **given(asked, Provider), by=request.actor, now=now)
        return _told(provider, _PROVIDER)

    return done(request, act)


def _told(row: Location | Provider, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
