"""SMART Scheduling Links: the free times that patients may book, as files that anybody may fetch and keep.

A manifest (`$bulk-publish`) names files of one resource a line: locations, agendas, and the free times of a week
each. Only what the public page offers is in them, and each time leads there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpResponse

from kalends.agenda.queries.free_times import bookable_on
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan, ServicePlan, plan_of
from kalends.agenda.queries.search import Search
from kalends.agenda.queries.slots import Slot
from kalends.api.access import Call, published
from kalends.api.answers import JSON, told_at
from kalends.api.fhir.answers import Resource, base_of, reference, service_type
from kalends.api.fhir.door import FORMATS, asked_by
from kalends.api.fhir.places import told_location
from kalends.api.fhir.slot import told_slot
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Location, Organization

NDJSON = "application/fhir+ndjson"
LINES = ("ndjson", NDJSON, "application/ndjson", "application/json")
KEPT_FOR = 60  # seconds
MOST_WEEKS = 26
DEEP_LINK = "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-deep-link"
PHONE = "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-phone"
CHANNEL = ChannelKind.WEBSITE
_DAYS = timedelta(days=6)


@asked_by(published, tells=FORMATS)
def manifest(request: Call, org: str) -> HttpResponse:
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        weeks = _weeks(request.organization, plan_of(request.organization), now)
    here = f"{base_of(request.organization)}/$bulk-publish"
    files = [("Location", "locations"), ("Schedule", "schedules"), *(("Slot", _name(week)) for week in weeks)]
    body = {
        "transactionTime": told_at(now, clock.zone(request.organization.time_zone)),
        "request": here,
        "output": [{"type": kind, "url": f"{here}/{name}.ndjson"} for kind, name in files],
        "error": [],
    }
    return _for_everybody(orjson.dumps(body), JSON)


@asked_by(published, tells=LINES)
def file(request: Call, org: str, name: str) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        plan = plan_of(organization)
        match name:
            case "locations":
                lines = _locations(organization, plan)
            case "schedules":
                lines = [_schedule(organization, one) for one in _schedules(plan)]
            case _:
                lines = _slots(organization, plan, _monday(organization, plan, name, now), now)
    return _for_everybody(b"".join(orjson.dumps(line) + b"\n" for line in lines), NDJSON)


def _for_everybody(body: bytes, content_type: str) -> HttpResponse:
    """Proxies may keep it, and pages of others may read it: it is the same for all, and holds nobody's data."""
    response = HttpResponse(body, content_type=content_type)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _services(plan: AgendaPlan) -> list[ServicePlan]:
    """What the public page lets patients book."""
    return [service for service in plan.services.values() if bookable_on(service, CHANNEL)]


def _schedules(plan: AgendaPlan) -> list[SchedulePlan]:
    services = {service.id for service in _services(plan)}
    return [schedule for schedule in plan.schedules.values() if services & schedule.offers.keys()]


def _weeks(organization: Organization, plan: AgendaPlan, now: datetime) -> list[date]:
    """The Mondays of the weeks in which something may be booked."""
    services = _services(plan)
    today = clock.local_date(clock.epoch_of(now), clock.zone(organization.time_zone))
    monday = today - timedelta(days=today.weekday())
    farthest = today + timedelta(days=max((service.horizon_days for service in services), default=0))
    weeks = (monday + timedelta(weeks=number) for number in range(MOST_WEEKS if services else 0))
    return [week for week in weeks if week <= farthest]


def _name(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"slots-{year}-W{week:02d}"


def _monday(organization: Organization, plan: AgendaPlan, name: str, now: datetime) -> date:
    """Raises NotFound for a week that the manifest does not name."""
    weeks = {_name(week): week for week in _weeks(organization, plan, now)}
    if name not in weeks:
        raise NotFound
    return weeks[name]


def _locations(organization: Organization, plan: AgendaPlan) -> list[Resource]:
    wanted = {schedule.location_id for schedule in _schedules(plan)}
    found = organization.locations.filter(id__in=wanted, is_active=True).order_by("name")
    return [_location(organization, location) for location in found]


def _location(organization: Organization, location: Location) -> Resource:
    told = told_location(location)
    phone = location.phone or organization.phone
    numbers = [{"system": "phone", "value": phone}] if phone else []
    page = _page(organization, "", {"location": location.id})
    return {**told, "telecom": [*numbers, {"system": "url", "value": page}]}


def _schedule(organization: Organization, schedule: SchedulePlan) -> Resource:
    services = [offer.service for offer in schedule.offers.values() if bookable_on(offer.service, CHANNEL)]
    return {
        "resourceType": "Schedule",
        "id": str(schedule.id),
        "serviceType": [service_type(organization, service) for service in services],
        "actor": [reference("Location", schedule.location_id)],
        "comment": schedule.provider_name,
    }


def _slots(organization: Organization, plan: AgendaPlan, monday: date, now: datetime) -> list[Resource]:
    found: list[Slot] = []
    for service in _services(plan):
        search = Search(organization, plan, service, plan.schedules_offering(service.id), CHANNEL, now)
        found += search.slots(monday, monday + _DAYS)
    phones = _phones(organization, found)
    return [_slot(organization, slot, phones) for slot in sorted(found, key=lambda slot: slot.start)]


def _phones(organization: Organization, found: Sequence[Slot]) -> dict[UUID, str]:
    wanted = {slot.schedule.location_id for slot in found}
    rows: Iterable[Location] = organization.locations.filter(id__in=wanted)
    return {row.id: row.phone or organization.phone for row in rows}


def _slot(organization: Organization, slot: Slot, phones: dict[UUID, str]) -> Resource:
    schedule = slot.schedule
    query = {"location": schedule.location_id, "provider": schedule.provider_id, "from": slot.local_start.date()}
    link = _page(organization, f"services/{slot.service.id}/times/", query)
    extension: list[Resource] = [{"url": DEEP_LINK, "valueUrl": link}]
    if phone := phones.get(schedule.location_id):
        extension.append({"url": PHONE, "valueString": phone})
    return {**told_slot(organization, slot), "extension": extension}


def _page(organization: Organization, path: str, query: dict[str, object]) -> str:
    return f"{settings.BASE_URL}/{organization.slug}/{path}?{urlencode(query)}"
