"""What waits for somebody of the practice: requests to answer, past visits of which nothing was noted."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from kalends.booking import rules
from kalends.booking.models import Appointment, Status
from kalends.booking.queries.appointments import appointments, for_actor
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization


def without_outcome(
    organization: Organization,
    by: Actor,
    *,
    now: datetime,
    provider_id: UUID | None = None,
    day: date | None = None,
) -> QuerySet[Appointment]:
    """Visits that are over and of which nobody said what became of them, the latest first.

    Only what `by` may see; of one practitioner, of one local date, where asked. Nothing is noted by itself.
    """
    found = organization.appointments.filter(status__in=sorted(rules.WITHOUT_OUTCOME), ends_at__lte=now)
    # Redundant, for the index by day.
    found = found.filter(local_day__lte=rules.latest_day(now))
    if provider_id is not None:
        found = found.filter(schedule__provider_id=provider_id)
    if day is not None:
        found = found.filter(local_day=day)
    found = found.select_related("contact", "service", "schedule__provider")
    return for_actor(found, by).order_by("-local_day", "starts_at", "id")


def requests(organization: Organization, by: Actor, *, now: datetime) -> QuerySet[Appointment]:
    """Requests that wait for an answer, those that expire first foremost. Only what `by` may see."""
    found = appointments(organization, status=Status.PENDING).filter(approve_by__gt=now)
    return for_actor(found, by).select_related("schedule__provider").order_by("approve_by", "id")


def lapsed_requests(organization: Organization, *, now: datetime) -> QuerySet[Appointment]:
    """Requests that nobody answered in time, and of which that has not been noted yet."""
    return organization.appointments.filter(status=Status.PENDING, approve_by__lte=now).order_by("approve_by", "id")
