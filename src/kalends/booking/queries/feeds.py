"""What a calendar program reads of one agenda."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from kalends.agenda.models import Block
from kalends.booking import links
from kalends.booking.models import Appointment, Feed, HistoryEntry, Status
from kalends.foundation import clock, secrets
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization

PAST = timedelta(days=30)
AHEAD = timedelta(days=365)

# One number for all that is in the window: whatever is added, changed or taken away changes it.
_STATE = """
SELECT
  (SELECT bit_xor(hashtextextended(a.id::text || a.version || CASE WHEN %(names)s::boolean
            THEN c.first_name || ' ' || c.last_name ELSE '' END, 0))
   FROM booking_appointment a
   JOIN contacts_contact c ON c.organization_id = a.organization_id AND c.id = a.contact_id
   WHERE a.organization_id = %(organization)s AND a.schedule_id = %(schedule)s
     AND a.starts_at >= %(begin)s AND a.starts_at < %(end)s AND a.status <> 'cancelled'),
  (SELECT bit_xor(hashtextextended(b.id::text || b.starts_at || b.ends_at || b.reason, 0))
   FROM agenda_block b
   WHERE b.organization_id = %(organization)s AND b.schedule_id = %(schedule)s
     AND b.starts_at >= %(begin)s AND b.starts_at < %(end)s AND b.subscription_id IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Window:
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """The visits with contact and the moment each was changed last, and the blocks."""

    visits: list[tuple[Appointment, datetime]]
    blocks: list[Block]


def feed_secret(feed: Feed) -> str:
    """What stands in the address; derived, never stored."""
    return str(secrets.derived(feed.organization_id, bytes(feed.seed), purpose=links.FEED))


def named(text: str) -> tuple[Organization, secrets.Secret] | None:
    """The organization that a secret names; None when it names none."""
    secret = secrets.read(text)
    organization = organizations.by_id(secret.organization_id) if secret else None
    return (organization, secret) if secret and organization else None


def feed_of(organization: Organization, secret: secrets.Secret) -> Feed | None:
    """The feed, also one that was stopped."""
    return (
        organization.feeds.select_related("schedule__location", "schedule__provider")
        .filter(secret_hash=secret.hash)
        .first()
    )


def is_over(feed: Feed) -> bool:
    """Stopped, or the agenda or its practitioner is gone (ICS-09)."""
    schedule = feed.schedule
    return feed.revoked_at is not None or not schedule.is_active or not schedule.provider.is_active


def window(feed: Feed, now: datetime) -> Window:
    """Whole days of the agenda's place, so that it moves once a day only."""
    zone = clock.zone(feed.schedule.time_zone)
    today = clock.local_date(clock.epoch_of(now), zone)
    begin, _end = clock.day_bounds(today - PAST, zone)
    _begin, end = clock.day_bounds(today + AHEAD, zone)
    return Window(datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC))


def state_of(feed: Feed, within: Window) -> str:
    """Changes exactly when what the calendar shows does; far cheaper than to show it (ICS-08)."""
    values: dict[str, Any] = {
        "organization": feed.organization_id,
        "schedule": feed.schedule_id,
        "begin": within.begin,
        "end": within.end,
        "names": feed.shows_names,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATE, values)
        numbers = cursor.fetchone()
    location = feed.schedule.location
    parts = (*numbers, feed.shows_names, within.begin, feed.schedule.name, location.name, location.address)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def read(feed: Feed, within: Window) -> Read:
    organization = feed.organization
    visits = list(
        organization.appointments.select_related("contact")
        .filter(schedule_id=feed.schedule_id, starts_at__gte=within.begin, starts_at__lt=within.end)
        .exclude(status=Status.CANCELLED)
        .order_by("starts_at", "id")
    )
    changed = dict(
        HistoryEntry.all_rows.filter(organization_id=organization.id, appointment_id__in=[visit.id for visit in visits])
        .values("appointment_id")
        .annotate(last=Max("at"))
        .values_list("appointment_id", "last")
    )
    blocks = organization.blocks.filter(
        schedule_id=feed.schedule_id,
        starts_at__gte=within.begin,
        starts_at__lt=within.end,
        subscription_id__isnull=True,
    )
    return Read(
        [(visit, changed.get(visit.id, visit.booked_at)) for visit in visits], list(blocks.order_by("starts_at"))
    )
