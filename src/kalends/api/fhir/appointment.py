"""Appointment: who comes when. Looking is written down, as everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kalends.api.access import Call
from kalends.api.answers import told_at
from kalends.api.fhir.answers import Resource, reference, service_type
from kalends.api.fhir.asked import ID, Parameter, Question, id_of
from kalends.api.fhir.kinds import Found, Kind
from kalends.api.paging import page
from kalends.api.v1.booking.looking import ORDER, note_look
from kalends.booking import queries
from kalends.booking.models import Appointment, CancelledBy, Status
from kalends.foundation import clock
from kalends.foundation.errors import Invalid, NotFound
from kalends.organizations.permissions import Right

STATUS: dict[str, str] = {
    Status.PENDING: "pending",
    Status.BOOKED: "booked",
    Status.CONFIRMED: "booked",
    Status.ARRIVED: "arrived",
    Status.FULFILLED: "fulfilled",
    Status.NO_SHOW: "noshow",
    Status.CANCELLED: "cancelled",
}
PARAMETERS = [
    ID,
    Parameter("date", "date", "When it begins: ge, gt, le, lt, eq."),
    Parameter("status", "token", ", ".join(dict.fromkeys(STATUS.values())) + "."),
    Parameter("actor", "reference", "Practitioner/…, Location/… or Patient/…."),
    Parameter("practitioner", "reference", "Practitioner/…."),
    Parameter("location", "reference", "Location/…."),
    Parameter("patient", "reference", "Patient/…."),
    Parameter("service-type", "token", "The id of a service, as serviceType tells it."),
]
_COLUMNS = {"Practitioner": "schedule__provider_id", "Location": "schedule__location_id", "Patient": "contact_id"}
_REASONS = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_DAY = timedelta(days=1)


def _read(call: Call, id: str, now: datetime) -> Resource:
    found = _seen(call).filter(id=id_of(id)).first()
    if found is None:
        raise NotFound
    note_look(call.organization, [found.id], call.actor, now)
    return _told(call, found)


def _search(call: Call, question: Question, now: datetime) -> Found:
    rows = _begun_between(_seen(call), question)
    for name, column in (("_id", "id"), ("service-type", "service_id")):
        if (ids := question.ids(name)) is not None:
            rows = rows.filter(**{f"{column}__in": ids})
    if (states := question.tokens("status")) is not None:
        if not set(STATUS.values()).issuperset(states):
            shown = ", ".join(dict.fromkeys(STATUS.values()))
            raise Invalid.field("status", _("This should be one of %(values)s.") % {"values": shown})
        rows = rows.filter(status__in=[ours for ours, theirs in STATUS.items() if theirs in states])
    for name, kinds in (
        ("actor", ("Practitioner", "Location", "Patient")),
        ("practitioner", ("Practitioner",)),
        ("location", ("Location",)),
        ("patient", ("Patient",)),
    ):
        if (asked := question.references(name, *kinds)) is not None:
            wanted = Q()
            for kind in kinds:
                wanted |= Q(**{f"{_COLUMNS[kind]}__in": [id for one, id in asked if one == kind]})
            rows = rows.filter(wanted)
    found, following = page(rows, ORDER, question.paged)
    note_look(call.organization, [row.id for row in found], call.actor, now)
    return [_told(call, row) for row in found], following


def _seen(call: Call) -> QuerySet[Appointment]:
    rows = queries.for_actor(queries.appointments(call.organization), call.actor)
    return rows.select_related("schedule__provider", "schedule__location")


def _begun_between(rows: QuerySet[Appointment], question: Question) -> QuerySet[Appointment]:
    """By the instant; the local day, which an index knows, is at most one away from that of UTC."""
    first, end = question.between("date")
    if first is not None:
        moment = datetime.fromtimestamp(first, UTC)
        rows = rows.filter(starts_at__gte=moment, local_day__gte=moment.date() - _DAY)
    if end is not None:
        moment = datetime.fromtimestamp(end, UTC)
        rows = rows.filter(starts_at__lt=moment, local_day__lte=moment.date() + _DAY)
    return rows


def _told(call: Call, row: Appointment) -> Resource:
    zone = clock.zone(row.time_zone)
    told: Resource = {
        "resourceType": "Appointment",
        "id": str(row.id),
        "meta": {"versionId": str(row.version)},
        "status": STATUS[row.status],
        "serviceType": [service_type(call.organization, row.service)],
        "start": told_at(row.starts_at, zone),
        "end": told_at(row.ends_at, zone),
        "minutesDuration": int((row.ends_at - row.starts_at).total_seconds()) // 60,
        "created": told_at(row.booked_at, zone),
        "participant": _participants(call, row),
    }
    if row.reason:
        told["reasonCode"] = [{"text": row.reason}]
    if row.status == Status.CANCELLED:
        told["cancelationReason"] = _why_cancelled(row)
    return told


def _participants(call: Call, row: Appointment) -> list[Resource]:
    """The patient by name only for those who may see contacts; the id says nothing."""
    name = f"{row.contact.first_name} {row.contact.last_name}".strip()
    patient = reference("Patient", row.contact_id, name if call.actor.may(Right.CONTACT_READ) else "")
    provider, location = row.schedule.provider, row.schedule.location
    by_patient = row.cancelled_by == CancelledBy.PATIENT
    house = "needs-action" if row.status == Status.PENDING else "accepted"
    if row.status == Status.CANCELLED and not by_patient:
        house = "declined"
    return [
        {"actor": patient, "required": "required", "status": "declined" if by_patient else "accepted"},
        {"actor": reference("Practitioner", provider.id, provider.name), "required": "required", "status": house},
        {"actor": reference("Location", location.id, location.name), "required": "required", "status": "accepted"},
    ]


def _why_cancelled(row: Appointment) -> Resource:
    codes = {CancelledBy.PATIENT: "pat", CancelledBy.STAFF: "prov"}
    coding = {"system": _REASONS, "code": codes.get(CancelledBy(row.cancelled_by), "other")}
    return {"coding": [coding], **({"text": row.cancel_reason} if row.cancel_reason else {})}


KIND = Kind("Appointment", "Who comes when. Looking is written down.", PARAMETERS, _read, _search)
