"""A visit as the worklists show it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kalends.audit import operations as audit
from kalends.booking.models import Appointment
from kalends.foundation import phone
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.shell import address


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    url: str
    date: date
    day: str
    hour: str
    name: str
    telephone: str
    service: str
    provider: str
    status: str
    reason: str


def row_of(organization: Organization, appointment: Appointment, language: str) -> Row:
    """Needs contact, service and schedule with its provider at hand."""
    contact = appointment.contact
    return Row(
        id=appointment.id,
        url=address(organization, "appointment", appointment_id=appointment.id),
        date=appointment.local_day,
        day=dates.day(appointment.local_day),
        hour=dates.minute(appointment.local_minute),
        name=f"{contact.last_name} {contact.first_name}".strip(),
        telephone=phone.written(contact.phone, country=organization.country) if contact.phone else "",
        service=appointment.service.name_in(language),
        provider=appointment.schedule.provider.name,
        status=str(appointment.status),
        reason=appointment.reason,
    )


def note_look(organization: Organization, shown: Collection[Appointment], *, by: Actor, now: datetime) -> None:
    """Note who was seen in a list."""
    audit.record_about(
        "appointment:list",
        organization_id=organization.id,
        kind="appointment",
        subject_id=None,
        by=by,
        now=now,
        after={"shown": [str(one.id) for one in shown]},
    )
