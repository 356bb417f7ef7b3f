"""Looking at appointments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from kalends.agenda.models import Schedule
from kalends.agenda.queries.plans import SchedulePlan, plan_of
from kalends.booking import links
from kalends.booking.models import ACTIVE, Appointment, HistoryEntry, Status
from kalends.foundation import secrets
from kalends.foundation.actor import Actor, patient
from kalends.foundation.clock import epoch_of
from kalends.foundation.database import tenancy
from kalends.foundation.database.reading import read
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization

LINK_LIVES = timedelta(days=30)
A_YEAR = timedelta(days=365)
_SEEN_BEFORE = """
SELECT visit.contact_id,
  (array_agg(visit.local_day ORDER BY visit.starts_at DESC) FILTER (WHERE visit.status <> ALL (%(absent)s::text[])))[1],
  (array_agg(who.name ORDER BY visit.starts_at DESC) FILTER (WHERE visit.status <> ALL (%(absent)s::text[])))[1],
  count(*) FILTER (WHERE visit.status = 'no_show' AND visit.starts_at >= %(a_year_ago)s)
FROM booking_appointment visit
JOIN agenda_schedule agenda ON agenda.organization_id = visit.organization_id AND agenda.id = visit.schedule_id
JOIN organizations_provider who ON who.organization_id = agenda.organization_id AND who.id = agenda.provider_id
WHERE visit.organization_id = %(organization)s AND visit.contact_id = ANY (%(contacts)s::uuid[])
  AND visit.starts_at <= %(now)s
GROUP BY visit.contact_id
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of somebody's past visits. `last_day` is local to the place; none: never came."""

    last_day: date | None = None
    last_by: str = ""
    no_shows: int = 0
    """Within a year."""


def appointment_by_link(token: str, *, now: datetime | None = None) -> tuple[Organization, UUID] | None:
    """Whose private link this is: the organization, and the appointment's id. Opens its own transaction.

    None, without saying why: unknown, revoked, 30 days after the visit, 30 days after it was cancelled.
    `now` is the database's clock unless given.
    """
    secret = secrets.read(token)
    organization = organizations.by_id(secret.organization_id) if secret else None
    if secret is None or organization is None:
        return None
    with tenancy.acting(organization=organization, by=patient()) as clock:
        appointment = organization.appointments.filter(link_hash=secret.hash, link_revoked_at=None).first()
        if appointment is None or (now or clock) > _ends(appointment) + LINK_LIVES:
            return None
    return organization, appointment.id


def link_secret(appointment: Appointment) -> str:
    """What stands in the private link of an appointment; derived, never stored."""
    return str(secrets.derived(appointment.organization_id, bytes(appointment.link_seed), purpose=links.APPOINTMENT))


def day_list(
    organization: Organization, *, day: date, schedule_ids: Collection[UUID] | None = None
) -> list[Appointment]:
    """The appointments of a local date, by time, in every state; contact, service, schedule come along."""
    found = appointments(organization, first_day=day, last_day=day)
    if schedule_ids is not None:
        found = found.filter(schedule_id__in=list(schedule_ids))
    return list(found)


def appointments(
    organization: Organization,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    schedule_id: UUID | None = None,
    provider_id: UUID | None = None,
    location_id: UUID | None = None,
    contact_id: UUID | None = None,
    status: str | None = None,
    source: str | None = None,
    is_overbooked: bool | None = None,
) -> QuerySet[Appointment]:
    """Appointments by time. Days are local dates of the visits, both included; None asks for all."""
    asked: dict[str, Any] = {
        "local_day__gte": first_day,
        "local_day__lte": last_day,
        "schedule_id": schedule_id,
        "schedule__provider_id": provider_id,
        "schedule__location_id": location_id,
        "contact_id": contact_id,
        "status": status,
        "source": source,
        "is_overbooked": is_overbooked,
    }
    found = organization.appointments.select_related("contact", "service", "schedule")
    return found.filter(**{name: value for name, value in asked.items() if value is not None}).order_by(
        "starts_at", "id"
    )


def for_actor(found: QuerySet[Appointment], by: Actor) -> QuerySet[Appointment]:
    """What `by` may see of them: a practitioner's own agendas, if that is their role."""
    if by.role != "provider":
        return found
    return found.filter(schedule__provider_id=by.provider_id) if by.provider_id else found.none()


def seen_before(organization: Organization, contact_ids: Collection[UUID], now: datetime) -> dict[UUID, Seen]:
    """Of each contact: when and by whom they were last seen, how often they did not come. One statement for all.

    A past visit that nobody noted anything about counts as one that took place: nobody is branded by silence.
    """
    asked: dict[str, Any] = {
        "organization": organization.id,
        "contacts": list(contact_ids),
        "now": now,
        "a_year_ago": now - A_YEAR,
        "absent": [Status.CANCELLED, Status.NO_SHOW, Status.PENDING],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEEN_BEFORE, asked)
        found = {row[0]: Seen(row[1], row[2] or "", row[3]) for row in cursor.fetchall()}
    return {contact_id: found.get(contact_id, Seen()) for contact_id in contact_ids}


def history_of(appointment: Appointment, *, most: int | None = None) -> list[HistoryEntry]:
    """What happened to an appointment, oldest first; with `most` the last so many."""
    condition = "own.organization_id = $1 AND own.appointment_id = $2 ORDER BY own.at DESC, own.id DESC LIMIT $3"
    return read(HistoryEntry, condition, [appointment.organization_id, appointment.id, most])[::-1]


def outside_hours(schedule: Schedule, *, now: datetime | None = None) -> list[Appointment]:
    """Appointments still to come that the opening hours no longer cover, by time. Nobody is dropped by an edit.

    `now` is the open transaction's clock unless given.
    """
    coming = schedule.appointments.filter(status__in=ACTIVE, starts_at__gt=now or tenancy.current().now)
    found = coming.select_related("contact", "service", "schedule").order_by("starts_at", "id")
    plan = plan_of(schedule.organization).schedules.get(schedule.id)
    return [appointment for appointment in found if plan is None or not _is_covered(appointment, plan)]


def _is_covered(appointment: Appointment, plan: SchedulePlan) -> bool:
    begin, end = epoch_of(appointment.starts_at), epoch_of(appointment.ends_at)
    spans = plan.open_spans(appointment.local_day, appointment.service_id)
    return any(opens <= begin and end <= closes for opens, closes in spans)


def _ends(appointment: Appointment) -> datetime:
    """When it was over: the visit, or the day it was cancelled before."""
    if appointment.status == Status.CANCELLED:
        cancelled = appointment.history.filter(what__in=("cancelled", "refused", "expired")).order_by("-at").first()
        if cancelled is not None:
            return min(appointment.ends_at, cancelled.at)
    return appointment.ends_at
