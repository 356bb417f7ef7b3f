"""Rooms and devices, for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from kalends.agenda import operations as agenda
from kalends.agenda.models import Resource
from kalends.api.access import Call, requires
from kalends.api.acts import done, made
from kalends.api.answers import answer
from kalends.api.given import given
from kalends.api.paging import Paged, page
from kalends.api.problems import UnknownId
from kalends.api.schemas import resources as schemas
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.organizations.permissions import Right

router = Router(tags=["services"])


@router.get("/{slug:org}/resources", auth=requires(Right.AGENDA_READ), response=schemas.Resources)
def resources(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """All rooms and devices by name, inactive ones too."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        found, following = page(request.organization.resources.all(), ("name", "id"), asked)
    return answer({"items": [_told(resource) for resource in found], "next": following})


@router.post("/{slug:org}/resources", auth=requires(Right.SETTINGS_AGENDA), response={201: schemas.Resource})
def make_resource(request: Call, org: str, asked: schemas.ResourceSent) -> HttpResponse:
    """A new room or device of a location."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        location = organization.locations.filter(id=asked.location).first()
        if location is None:
            raise UnknownId("location")
        return _told(
            agenda.make_resource(
                organization, location=location, name=asked.name, kind=asked.kind, by=request.actor, now=now
            )
        )

    return made(request, act)


@router.patch("/{slug:org}/resources/{uuid:id}", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Resource)
def edit_resource(request: Call, org: str, id: UUID, asked: schemas.ResourceChanged) -> HttpResponse:
    """Change some fields. It is not switched off while appointments are to come there (409)."""

    def act(now: datetime) -> dict[str, Any]:
        known = request.organization.resources.select_related("organization").filter(id=id).first()
        if known is None:
            raise NotFound
        return _told(agenda.edit_resource(known, **given(asked, Resource), by=request.actor, now=now))

    return done(request, act)


def _told(resource: Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "name": resource.name,
        "kind": resource.kind,
        "location": resource.location_id,
        "is_active": resource.is_active,
    }
