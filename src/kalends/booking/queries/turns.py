"""The numbers behind the choice of a practitioner, where any will do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from kalends.agenda.queries.plans import SchedulePlan
from kalends.agenda.rules.turns import WINDOW_DAYS, Share, days_counted, in_turn
from kalends.foundation.clock import epoch_of
from kalends.foundation.database.models import made_at
from kalends.organizations.models import Organization

# A visit that was booked within the window begins within it or later, which the index knows.
_GIVEN = """
SELECT schedule_id, count(*), extract(epoch FROM max(booked_at))::bigint FROM booking_appointment
WHERE organization_id = %s AND schedule_id = ANY(%s) AND starts_at >= %s AND booked_at >= %s AND status <> 'cancelled'
GROUP BY schedule_id
"""


def turns(organization: Organization, schedules: Collection[SchedulePlan], *, now: datetime) -> list[Share]:
    """Whose turn it is among `schedules`, the first of all first. One statement."""
    since = now - timedelta(days=WINDOW_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, [organization.id, [one.id for one in schedules], since, since])
        given: dict[UUID, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    shares = []
    for one in schedules:
        booked, last = given.get(one.id, (0, None))
        days = days_counted(made_at(one.id), epoch_of(now))
        shares.append(Share(one.id, one.weight, one.priority, booked, days, last))
    return in_turn(shares)
