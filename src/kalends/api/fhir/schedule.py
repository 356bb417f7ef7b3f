"""Schedule: an agenda, of one practitioner at one location."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.api.access import Call
from kalends.api.fhir.answers import Resource, reference, service_type
from kalends.api.fhir.asked import ID, Parameter, Question, id_of
from kalends.api.fhir.kinds import Found, Kind
from kalends.api.paging import page
from kalends.api.v1.agenda.schedules import seen_by
from kalends.foundation.errors import Invalid, NotFound

TIME_ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
PARAMETERS = [
    ID,
    Parameter("active", "token", "true or false."),
    Parameter("actor", "reference", "Practitioner/… or Location/…."),
    Parameter("service-type", "token", "A service that is offered there."),
]


def _read(call: Call, id: str, now: datetime) -> Resource:
    found = _seen(call).filter(id=id_of(id)).first()
    if found is None:
        raise NotFound
    return _told(found)


def _search(call: Call, question: Question, now: datetime) -> Found:
    rows = _seen(call)
    if (ids := question.ids()) is not None:
        rows = rows.filter(id__in=ids)
    if (services := question.ids("service-type")) is not None:
        rows = rows.filter(id__in=call.organization.offerings.filter(service_id__in=services).values("schedule_id"))
    if (states := question.tokens("active")) is not None:
        if not {"true", "false"}.issuperset(states):
            raise Invalid.field("active", _("This should be true or false."))
        rows = rows.filter(is_active__in=[state == "true" for state in states])
    if (actors := question.references("actor", "Practitioner", "Location")) is not None:
        of = {kind: [id for one, id in actors if one == kind] for kind in ("Practitioner", "Location")}
        rows = rows.filter(Q(provider_id__in=of["Practitioner"]) | Q(location_id__in=of["Location"]))
    found, following = page(rows, ("name",), question.paged)
    return [_told(schedule) for schedule in found], following


def _seen(call: Call) -> QuerySet[Schedule]:
    shown = seen_by(call.organization, call.actor).select_related("organization", "provider", "location")
    return shown.prefetch_related("offerings__service")


def _told(schedule: Schedule) -> Resource:
    told: Resource = {
        "resourceType": "Schedule",
        "id": str(schedule.id),
        "meta": {"versionId": str(schedule.version)},
        "extension": [{"url": TIME_ZONE, "valueCode": schedule.time_zone}],
        "active": schedule.is_active,
        "actor": [
            reference("Practitioner", schedule.provider_id, schedule.provider.name),
            reference("Location", schedule.location_id, schedule.location.name),
        ],
    }
    services = sorted((offering.service for offering in schedule.offerings.all()), key=lambda one: one.id)
    if services:
        told["serviceType"] = [service_type(schedule.organization, service) for service in services]
    if schedule.provider.speciality:
        told["specialty"] = [{"text": schedule.provider.speciality}]
    return told


KIND = Kind("Schedule", "An agenda, of one practitioner at one location.", PARAMETERS, _read, _search)
