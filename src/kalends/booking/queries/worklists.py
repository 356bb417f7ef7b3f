"""What waits for somebody of the practice: requests to answer, past visits of which nothing was noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from kalends.booking import rules
from kalends.booking.models import Appointment, Status
from kalends.booking.queries.appointments import appointments, for_actor
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization

# What is counted for a badge stops here: nobody acts on the difference between 100 and 3000.
MOST_COUNTED = 100
A_DAY = timedelta(days=1)
_SEEN_BY = """(NOT %(own_only)s::boolean OR visit.schedule_id IN (
    SELECT id FROM agenda_schedule WHERE organization_id = %(organization)s AND provider_id = %(provider)s::uuid))"""
# Written out, so that PostgreSQL sees that the index of open visits by day holds them all.
_WITHOUT_OUTCOME = ", ".join(f"'{status}'" for status in sorted(rules.WITHOUT_OUTCOME))
# The upper bound of the day is redundant, for the index: nowhere is it the day after tomorrow yet.
_TO_DO = f"""
SELECT
  (SELECT count(*) FROM (
    SELECT FROM booking_appointment visit
    WHERE visit.organization_id = %(organization)s AND visit.status = 'pending' AND visit.approve_by > %(now)s
      AND {_SEEN_BY}
    LIMIT %(most)s::int) requests),
  (SELECT count(*) FROM (
    SELECT FROM booking_appointment visit
    WHERE visit.organization_id = %(organization)s AND visit.status IN ({_WITHOUT_OUTCOME})
      AND visit.ends_at <= %(now)s AND visit.local_day <= %(tomorrow)s AND {_SEEN_BY}
    LIMIT %(most)s::int) outcomes),
  (SELECT count(*) FROM booking_waitlistentry waiting
   WHERE waiting.organization_id = %(organization)s AND waiting.status = 'waiting'
     AND waiting.valid_until >= %(today)s),
  (SELECT count(*) FROM (
    SELECT FROM delivery_delivery sent
    WHERE NOT %(own_only)s::boolean AND sent.organization_id = %(organization)s AND sent.needs_somebody
    LIMIT %(most)s::int) sent),
  coalesce((SELECT test_mode FROM delivery_deliverysettings WHERE organization_id = %(organization)s), false)
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class ToDo:
    """How many of each; of all but the waiting list at most `MOST_COUNTED`."""

    requests: int
    outcomes: int
    waiting: int
    messages: int
    """That need a person: their fate is not known, or they cannot be written."""
    testing: bool
    """Test mode is on: nobody gets what is sent."""


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
    # Redundant, for the index by day: nowhere is it the day after tomorrow yet.
    found = found.filter(local_day__lte=now.date() + A_DAY)
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


def to_do(organization: Organization, by: Actor, *, today: date, now: datetime) -> ToDo:
    """All counts, for the menu of every page, in one statement; only what `by` may see.

    `today` is a date of the organization.
    """
    own_only = by.role == "provider"
    values = {
        "organization": organization.id,
        "provider": by.provider_id if own_only else None,
        "own_only": own_only,
        "now": now,
        "tomorrow": now.date() + A_DAY,
        "today": today,
        "most": MOST_COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TO_DO, values)
        return ToDo(*cursor.fetchone())
