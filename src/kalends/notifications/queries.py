"""What waits for members: acts that are owed, and notices to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from kalends.booking import rules
from kalends.foundation.actor import Actor
from kalends.foundation.database.asking import ask_by_name
from kalends.notifications.models import Notice
from kalends.organizations.models import Organization

# What is counted for a badge stops here: nobody acts on the difference between 100 and 3000.
MOST_COUNTED = 100
_SEEN_BY = """(NOT %(own_only)s::boolean OR visit.schedule_id IN (
    SELECT id FROM agenda_schedule WHERE organization_id = %(organization)s AND provider_id = %(provider)s::uuid))"""
# Written out, so that PostgreSQL sees that the index of open visits by day holds them all.
_WITHOUT_OUTCOME = ", ".join(f"'{status}'" for status in sorted(rules.WITHOUT_OUTCOME))
# The upper bound of the day is redundant, for the index. How many are counted at most is written out too: without it
# PostgreSQL plans anew for each page, which takes ten times what counting does.
_TO_DO = f"""
SELECT
  (SELECT count(*) FROM (
    SELECT FROM booking_appointment visit
    WHERE visit.organization_id = %(organization)s AND visit.status = 'pending' AND visit.approve_by > %(now)s
      AND {_SEEN_BY}
    LIMIT {MOST_COUNTED}) requests),
  (SELECT count(*) FROM (
    SELECT FROM booking_appointment visit
    WHERE visit.organization_id = %(organization)s AND visit.status IN ({_WITHOUT_OUTCOME})
      AND visit.ends_at <= %(now)s AND visit.local_day <= %(latest)s AND {_SEEN_BY}
    LIMIT {MOST_COUNTED}) outcomes),
  (SELECT count(*) FROM booking_waitlistentry waiting
   WHERE waiting.organization_id = %(organization)s AND waiting.status = 'waiting'
     AND waiting.valid_until >= %(today)s),
  (SELECT count(*) FROM (
    SELECT FROM delivery_delivery sent
    WHERE NOT %(own_only)s::boolean AND sent.organization_id = %(organization)s AND sent.needs_somebody
    LIMIT {MOST_COUNTED}) sent),
  (SELECT count(*) FROM (
    SELECT FROM delivery_optout said
    WHERE NOT %(own_only)s::boolean AND said.organization_id = %(organization)s AND said.is_stranger
      AND said.ended_at IS NULL AND said.looked_after_at IS NULL
    LIMIT {MOST_COUNTED}) strangers),
  coalesce((SELECT test_mode FROM delivery_deliverysettings WHERE organization_id = %(organization)s), false),
  (SELECT count(*) FROM (
    SELECT FROM notifications_notice notice
    WHERE notice.organization_id = %(organization)s AND notice.read_at IS NULL AND notice.membership_id IN (
      SELECT id FROM organizations_membership WHERE organization_id = %(organization)s AND person_id = %(person)s::uuid)
    LIMIT {MOST_COUNTED}) notices)
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class ToDo:
    """How many of each; of all but the waiting list at most `MOST_COUNTED`."""

    requests: int
    outcomes: int
    waiting: int
    messages: int
    """That need a person: their fate is not known, or they cannot be written."""
    strangers: int
    """Addresses that belong to somebody else than we meant."""
    testing: bool
    """Test mode is on: nobody gets what is sent."""
    unread: int
    """Notices to whoever asks."""


def notices_of(organization: Organization, by: Actor) -> QuerySet[Notice]:
    """The notices of whoever asks, the latest first: nobody sees another's. Inside `tenancy.acting`."""
    if by.person_id is None:
        return organization.notices.none()
    own = organization.memberships.filter(person_id=by.person_id).values("id")
    return organization.notices.filter(membership_id__in=own).order_by("-written_at", "-id")


def unread_count(organization: Organization, by: Actor) -> int:
    """At most `MOST_COUNTED`."""
    return notices_of(organization, by).filter(read_at=None)[:MOST_COUNTED].count()


def to_do(organization: Organization, by: Actor, *, today: date, now: datetime) -> ToDo:
    """All counts, for the menu of every page, in one statement; only what `by` may see.

    `today` is a date of the organization.
    """
    own_only = by.role == "provider"
    values = {
        "organization": organization.id,
        "provider": by.provider_id if own_only else None,
        "own_only": own_only,
        "person": by.person_id,
        "now": now,
        "latest": rules.latest_day(now),
        "today": today,
    }
    return ToDo(*ask_by_name(_TO_DO, values).rows[0])
