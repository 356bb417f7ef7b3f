"""Location and Practitioner: what agendas refer to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kalends.api.access import Call
from kalends.api.fhir.answers import Resource
from kalends.api.fhir.asked import ID, Question, id_of
from kalends.api.fhir.kinds import Found, Kind
from kalends.api.paging import page
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Location, Provider


def _read_location(call: Call, id: str, now: datetime) -> Resource:
    found = call.organization.locations.filter(id=id_of(id)).first()
    if found is None:
        raise NotFound
    return told_location(found)


def _search_locations(call: Call, question: Question, now: datetime) -> Found:
    rows, following = page(_chosen(call.organization.locations.all(), question), ("name",), question.paged)
    return [told_location(row) for row in rows], following


def _read_practitioner(call: Call, id: str, now: datetime) -> Resource:
    found = call.organization.providers.filter(id=id_of(id)).first()
    if found is None:
        raise NotFound
    return _told_practitioner(found)


def _search_practitioners(call: Call, question: Question, now: datetime) -> Found:
    rows, following = page(_chosen(call.organization.providers.all(), question), ("sort_key", "id"), question.paged)
    return [_told_practitioner(row) for row in rows], following


def _chosen(rows: Any, question: Question) -> Any:
    ids = question.ids()
    return rows if ids is None else rows.filter(id__in=ids)


def told_location(location: Location) -> Resource:
    address: Resource = {"country": location.country}
    for name, value in (("city", location.town), ("postalCode", location.postcode)):
        if value:
            address[name] = value
    if location.address:
        address["line"] = [location.address]
    told: Resource = {
        "resourceType": "Location",
        "id": str(location.id),
        "status": "active" if location.is_active else "inactive",
        "name": location.name,
        "mode": "instance",
        "address": address,
    }
    if location.phone:
        told["telecom"] = [{"system": "phone", "value": location.phone}]
    return told


def _told_practitioner(provider: Provider) -> Resource:
    told: Resource = {
        "resourceType": "Practitioner",
        "id": str(provider.id),
        "active": provider.is_active,
        "name": [{"text": provider.name}],
    }
    if provider.speciality:
        told["qualification"] = [{"code": {"text": provider.speciality}}]
    return told


LOCATION = Kind("Location", "Where the organization works.", [ID], _read_location, _search_locations)
PRACTITIONER = Kind("Practitioner", "Who works there.", [ID], _read_practitioner, _search_practitioners)
