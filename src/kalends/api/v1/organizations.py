"""Organizations that publish their page, and their places."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.text import slugify
from ninja import Query, Router

from kalends.api.access import Call, anybody, published
from kalends.api.answers import answer
from kalends.api.paging import Paged, page
from kalends.api.schemas.organizations import PublicLocations, PublicOrganizations
from kalends.foundation.database import tenancy
from kalends.organizations.models import Location, Organization

router = Router(tags=["organizations"])


@router.get("/public/organizations", auth=anybody, response=PublicOrganizations)
def public_organizations(request: Call, asked: Query[Paged]) -> HttpResponse:
    """All that publish their page, by slug."""
    shown = Organization.objects.filter(is_active=True, is_published=True)
    found, following = page(shown, ("slug",), asked)
    return answer({"items": [_organization(organization) for organization in found], "next": following})


@router.get("/public/{slug:org}/locations", auth=published, response=PublicLocations)
def public_locations(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """The places of an organization, by name."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        found, following = page(request.organization.locations.filter(is_active=True), ("name",), asked)
    return answer({"items": [_location(location) for location in found], "next": following})


def _organization(organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "slug": organization.slug,
        "name": organization.name,
        "country": organization.country,
        "time_zone": organization.time_zone,
        "languages": organization.languages,
        "currency": organization.currency,
        "phone": organization.phone,
        "email": organization.email,
        "website": organization.website,
    }


def _location(location: Location) -> dict[str, Any]:
    return {
        "id": location.id,
        "slug": slugify(location.name),
        "name": location.name,
        "address": location.address,
        "postcode": location.postcode,
        "town": location.town,
        "country": location.country,
        "time_zone": location.time_zone,
        "phone": location.phone,
        "directions": location.directions,
    }
