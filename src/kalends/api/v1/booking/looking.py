"""Looking at appointments: at one, in which order at many, and that it is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.api.v1.booking.told import told_to_staff
from kalends.audit import operations as audit
from kalends.booking import queries
from kalends.foundation.actor import Actor
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Organization
from kalends.payments.queries import payment_of

ORDER = ("local_day", "starts_at", "id")


def note_look(organization: Organization, ids: list[UUID], by: Actor, now: datetime) -> None:
    audit.record_about(
        "appointment:list",
        organization_id=organization.id,
        kind="appointment",
        subject_id=None,
        by=by,
        now=now,
        after={"shown": [str(shown) for shown in ids]},
    )


def find(organization: Organization, appointment_id: UUID, by: Actor) -> None:
    """Raises NotFound for what `by` may not see."""
    if not queries.for_actor(organization.appointments.filter(id=appointment_id), by).exists():
        raise NotFound


def told(organization: Organization, appointment_id: UUID, by: Actor) -> dict[str, Any]:
    """As it is after an act of the staff."""
    found = organization.appointments.select_related("contact", "schedule").get(id=appointment_id)
    return told_to_staff(found, by, payment_of(organization, appointment_id))
