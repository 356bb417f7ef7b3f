"""Taking, keeping, moving and giving up places. The constraint `no_two_in_one_place` has the last word.

Every act that takes or moves waits its turn first (`locks.wait_turn` on the schedules concerned): without it
the exclusion constraint alone dead-locks under load.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kalends.agenda.queries.occupied import LONGEST_PLACE
from kalends.agenda.rules import Span
from kalends.foundation.database.models import new_id

_TAKE = """
INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, expires_at, holder_id)
SELECT %(organization)s, %(id)s, %(schedule)s, seat, %(begin)s, %(end)s, %(expires)s::timestamptz, %(holder)s
FROM generate_series(1, %(capacity)s) seat
WHERE NOT EXISTS (
  SELECT FROM agenda_occupancy taken
  WHERE taken.organization_id = %(organization)s AND taken.schedule_id = %(schedule)s AND taken.seat = seat.seat
    AND taken.starts_at < %(end)s AND taken.starts_at >= %(earliest)s AND taken.ends_at > %(begin)s
    AND (taken.expires_at IS NULL OR taken.expires_at > clock_timestamp())
)
ORDER BY seat LIMIT 1
ON CONFLICT DO NOTHING
"""
_FIRM_SEATS = """
SELECT count(DISTINCT seat) FROM agenda_occupancy
WHERE organization_id = %(organization)s AND schedule_id = %(schedule)s AND expires_at IS NULL AND seat <= %(capacity)s
  AND starts_at < %(end)s AND starts_at >= %(earliest)s AND ends_at > %(begin)s
"""
_CLEAR_EXPIRED = """
DELETE FROM agenda_occupancy
WHERE organization_id = %(organization)s AND schedule_id = %(schedule)s AND expires_at <= clock_timestamp()
  AND starts_at < %(end)s AND starts_at >= %(earliest)s AND ends_at > %(begin)s
"""
_MOVE = """
UPDATE agenda_occupancy place SET schedule_id = %(schedule)s, seat = free.seat, starts_at = %(begin)s, ends_at = %(end)s
FROM (
  SELECT seat FROM generate_series(1, %(capacity)s) seat
  WHERE NOT EXISTS (
    SELECT FROM agenda_occupancy taken
    WHERE taken.organization_id = %(organization)s AND taken.schedule_id = %(schedule)s AND taken.seat = seat.seat
      AND taken.starts_at < %(end)s AND taken.starts_at >= %(earliest)s AND taken.ends_at > %(begin)s
      AND taken.holder_id <> %(holder)s
      AND (taken.expires_at IS NULL OR taken.expires_at > clock_timestamp())
  )
  ORDER BY seat LIMIT 1
) free
WHERE place.organization_id = %(organization)s AND place.holder_id = %(holder)s
"""
_MAKE_FIRM = """
UPDATE agenda_occupancy SET expires_at = NULL, holder_id = %(holder)s
WHERE organization_id = %(organization)s AND holder_id = %(hold)s AND schedule_id = %(schedule)s
  AND starts_at = %(begin)s AND ends_at = %(end)s AND expires_at > clock_timestamp()
"""


def take(
    *,
    organization_id: UUID,
    schedule_id: UUID,
    span: Span,
    capacity: int,
    holder_id: UUID,
    expires_at: datetime | None = None,
) -> bool:
    """Sit `holder_id` on the lowest seat that is free for the whole of `span`; False when there is none."""
    values = _values(organization_id, schedule_id, span, capacity, holder_id, expires_at)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.rowcount == 0:
            # A constraint cannot look at the clock: what has expired may still stand in the way.
            cursor.execute(_CLEAR_EXPIRED, values)
            if cursor.rowcount:
                cursor.execute(_TAKE, values)
                return bool(cursor.rowcount)
            return False
        return True


def is_full(*, organization_id: UUID, schedule_id: UUID, span: Span, capacity: int) -> bool:
    """Every seat is firmly taken during `span`: whatever those do who are at it now, nothing will be free."""
    values = _values(organization_id, schedule_id, span, capacity, schedule_id, None)
    with connection.cursor() as cursor:
        cursor.execute(_FIRM_SEATS, values)
        return bool(cursor.fetchone()[0] >= capacity)


def move(*, organization_id: UUID, schedule_id: UUID, span: Span, capacity: int, holder_id: UUID) -> bool:
    """Put who sits somewhere into another place, in one UPDATE; False leaves everything as it was."""
    values = _values(organization_id, schedule_id, span, capacity, holder_id, None)
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR_EXPIRED, values)
        cursor.execute(_MOVE, values)
        return bool(cursor.rowcount)


def make_firm(*, organization_id: UUID, schedule_id: UUID, span: Span, hold_id: UUID, holder_id: UUID) -> bool:
    """Turn a live hold on exactly this place into `holder_id`'s; False when it has expired or is another place."""
    values = _values(organization_id, schedule_id, span, 1, holder_id, None) | {"hold": hold_id}
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_FIRM, values)
        return bool(cursor.rowcount)


def give_up(*, organization_id: UUID, holder_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM agenda_occupancy WHERE organization_id = %s AND holder_id = %s", [organization_id, holder_id]
        )


def _values(
    organization_id: UUID, schedule_id: UUID, span: Span, capacity: int, holder_id: UUID, expires: datetime | None
) -> dict[str, Any]:
    begin, end = (datetime.fromtimestamp(instant, UTC) for instant in span)
    return {
        "organization": organization_id,
        "id": new_id(),
        "schedule": schedule_id,
        "begin": begin,
        "end": end,
        "earliest": begin - LONGEST_PLACE,
        "capacity": capacity,
        "expires": expires,
        "holder": holder_id,
    }
