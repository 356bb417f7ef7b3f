"""Taking, keeping, moving and giving up places. The constraint `no_two_in_one_place` has the last word.

What a visit needs besides (`needs`: rooms and devices) comes and goes with its place, all or nothing.

Every act that takes or moves waits its turn first (`locks.wait_turn` on the schedules concerned): without it
the exclusion constraint alone dead-locks under load.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from kalends.agenda.operations import belongings
from kalends.agenda.queries.occupied import LONGEST_PLACE
from kalends.agenda.rules import Needs, Span
from kalends.foundation.database.asking import ask, ask_by_name
from kalends.foundation.database.models import new_id

_TAKE = """
INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, expires_at, holder_id)
SELECT %(organization)s, %(id)s, %(schedule)s, seat, %(begin)s, %(end)s, %(expires)s::timestamptz, %(holder)s
FROM generate_series(%(first)s::int, %(capacity)s::int) seat
WHERE NOT EXISTS (
  SELECT FROM agenda_occupancy taken
  WHERE taken.organization_id = %(organization)s AND taken.schedule_id = %(schedule)s AND taken.seat = seat.seat
    AND taken.starts_at < %(end)s AND taken.starts_at >= %(earliest)s AND taken.ends_at > %(begin)s
    AND (taken.expires_at IS NULL OR taken.expires_at > clock_timestamp())
)
ORDER BY seat LIMIT 1
ON CONFLICT DO NOTHING
"""
# PostgreSQL takes a series for a thousand seats, and plans anew for each booking; most schedules have one.
_TAKE_THE_ONE = _TAKE.replace(
    "FROM generate_series(%(first)s::int, %(capacity)s::int) seat", "FROM (SELECT %(first)s::int) seat(seat)"
)
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
WITH moved AS (
UPDATE agenda_occupancy place SET schedule_id = %(schedule)s, seat = free.seat,
  starts_at = %(begin)s, ends_at = %(end)s, expires_at = %(expires)s::timestamptz
FROM (
  SELECT seat FROM generate_series(%(first)s::int, %(capacity)s::int) seat
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
RETURNING 1
), left_behind AS (
DELETE FROM agenda_resourceoccupancy
WHERE organization_id = %(organization)s AND holder_id = %(holder)s AND EXISTS (SELECT FROM moved)
)
SELECT count(*) FROM moved
"""
_SPAN = """
SELECT schedule_id, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint FROM agenda_occupancy
WHERE organization_id = $1 AND holder_id = $2
"""
_GIVE_UP = """
WITH belonging AS (
  DELETE FROM agenda_resourceoccupancy WHERE organization_id = %(organization)s AND holder_id = %(holder)s
)
DELETE FROM agenda_occupancy WHERE organization_id = %(organization)s AND holder_id = %(holder)s
"""
# On the same seat; whoever sits there after it stands in the way.
_STRETCH = """
UPDATE agenda_occupancy place SET ends_at = place.ends_at + %(by)s::interval
WHERE place.organization_id = %(organization)s AND place.schedule_id = %(schedule)s AND place.holder_id = %(holder)s
  AND NOT EXISTS (
    SELECT FROM agenda_occupancy taken
    WHERE taken.organization_id = %(organization)s AND taken.schedule_id = %(schedule)s AND taken.seat = place.seat
      AND taken.starts_at < place.ends_at + %(by)s::interval AND taken.starts_at >= place.starts_at
      AND taken.holder_id <> %(holder)s
  )
"""
_MAKE_FIRM = """
UPDATE agenda_occupancy SET expires_at = %(expires)s::timestamptz, holder_id = %(holder)s
WHERE organization_id = %(organization)s AND holder_id = %(hold)s AND schedule_id = %(schedule)s
  AND starts_at = %(begin)s AND ends_at = %(end)s AND expires_at > clock_timestamp()
"""
_KEEP = """
UPDATE agenda_occupancy SET expires_at = NULL
WHERE organization_id = $1 AND holder_id = $2 AND (expires_at IS NULL OR expires_at > clock_timestamp())
"""
_EXCHANGE = """
WITH belonging AS (
  UPDATE agenda_resourceoccupancy
  SET holder_id = CASE WHEN holder_id = %(first)s THEN %(second)s::uuid ELSE %(first)s::uuid END
  WHERE organization_id = %(organization)s AND holder_id IN (%(first)s, %(second)s)
)
UPDATE agenda_occupancy SET holder_id = CASE WHEN holder_id = %(first)s THEN %(second)s::uuid ELSE %(first)s::uuid END
WHERE organization_id = %(organization)s AND holder_id IN (%(first)s, %(second)s)
"""


def take(
    *,
    organization_id: UUID,
    schedule_id: UUID,
    span: Span,
    capacity: int,
    holder_id: UUID,
    expires_at: datetime | None = None,
    extra: int = 0,
    needs: Needs = (),
) -> bool:
    """Sit `holder_id` on the lowest seat that is free for the whole of `span`; False when there is none.

    With `extra` on one of so many seats above the capacity: deliberate overbooking.
    """
    values = _values(organization_id, schedule_id, span, capacity, holder_id, expires_at, extra)
    return _with_needs(lambda: _take(values), values, needs)


def _take(values: dict[str, Any]) -> bool:
    statement = _TAKE_THE_ONE if values["first"] == values["capacity"] else _TAKE
    if ask_by_name(statement, values).affected:
        return True
    # A constraint cannot look at the clock: what has expired may still stand in the way.
    return bool(ask_by_name(_CLEAR_EXPIRED, values).affected and ask_by_name(statement, values).affected)


def is_full(*, organization_id: UUID, schedule_id: UUID, span: Span, capacity: int) -> bool:
    """Every seat is firmly taken during `span`: whatever those do who are at it now, nothing will be free."""
    values = _values(organization_id, schedule_id, span, capacity, schedule_id, None)
    ((taken,),) = ask_by_name(_FIRM_SEATS, values).rows
    return bool(taken >= capacity)


def move(
    *,
    organization_id: UUID,
    schedule_id: UUID,
    span: Span,
    capacity: int,
    holder_id: UUID,
    expires_at: datetime | None = None,
    extra: int = 0,
    needs: Needs = (),
) -> bool:
    """Put who sits somewhere into another place, in one UPDATE; False leaves everything as it was."""
    values = _values(organization_id, schedule_id, span, capacity, holder_id, expires_at, extra)
    return _with_needs(lambda: _move(values), values, needs)


def _move(values: dict[str, Any]) -> bool:
    ask_by_name(_CLEAR_EXPIRED, values)
    ((moved,),) = ask_by_name(_MOVE, values).rows
    return bool(moved)


def stretch(*, organization_id: UUID, schedule_id: UUID, holder_id: UUID, by: timedelta) -> bool:
    """Let who sits somewhere stay longer (or shorter) on the same seat, with all that belongs to the visit.

    False leaves everything as it was.
    """
    begin, end = span_of(organization_id=organization_id, holder_id=holder_id)
    span = begin, end + max(0, int(by.total_seconds()))
    values = _values(organization_id, schedule_id, span, 1, holder_id, None) | {"by": by}
    try:
        with transaction.atomic():
            ask_by_name(_CLEAR_EXPIRED, values)
            if not ask_by_name(_STRETCH, values).affected:
                return False
            belongings.follow(organization_id, holder_id)
    except belongings.NotAll:
        return False
    return True


def span_of(*, organization_id: UUID, holder_id: UUID) -> Span:
    """Where `holder_id` sits, buffers included. Raises ValueError for who sits nowhere, or in several pieces."""
    ((_schedule_id, begin, end),) = ask(_SPAN, [organization_id, holder_id]).rows
    return begin, end


def make_firm(
    *,
    organization_id: UUID,
    schedule_id: UUID,
    span: Span,
    hold_id: UUID,
    holder_id: UUID,
    expires_at: datetime | None = None,
    needs: Needs = (),
) -> bool:
    """Turn a live hold on exactly this place into `holder_id`'s; False when it has expired or is another place.

    `expires_at` is for a request, which is firm only until then.
    """
    values = _values(organization_id, schedule_id, span, 1, holder_id, expires_at) | {"hold": hold_id}
    return _with_needs(lambda: _make_firm(values, has_needs=bool(needs)), values, needs)


def _make_firm(values: dict[str, Any], *, has_needs: bool) -> bool:
    """What belonged to the hold is free again for what is taken afresh, should needs have changed meanwhile."""
    firm = bool(ask_by_name(_MAKE_FIRM, values).affected)
    if firm and has_needs:
        belongings.give_back(values["organization"], values["hold"])
    return firm


def supply(*, organization_id: UUID, holder_id: UUID, needs: Needs) -> bool:
    """Give who sits somewhere what the visit needs now, and nothing of what it had; False leaves it as it was."""
    ((schedule_id, begin, end),) = ask(_SPAN, [organization_id, holder_id]).rows
    values = _values(organization_id, schedule_id, (begin, end), 1, holder_id, None)

    def leave() -> bool:
        belongings.give_back(organization_id, holder_id)
        return True

    return _with_needs(leave, values, needs)


def keep(*, organization_id: UUID, holder_id: UUID) -> bool:
    """Make the place of a request firm, and what belongs to it, if it has not expired."""
    kept = bool(ask(_KEEP, [organization_id, holder_id]).affected)
    if kept:
        belongings.follow(organization_id, holder_id)
    return kept


def exchange(*, organization_id: UUID, first_id: UUID, second_id: UUID) -> None:
    """Let two holders change places, and what belongs to these, in one statement: nobody can come between."""
    ask_by_name(_EXCHANGE, {"organization": organization_id, "first": first_id, "second": second_id})


def give_up(*, organization_id: UUID, holder_id: UUID) -> None:
    ask_by_name(_GIVE_UP, {"organization": organization_id, "holder": holder_id})


def _with_needs(sit: Callable[[], bool], values: dict[str, Any], needs: Needs) -> bool:
    """Sit, and take what is needed there; a visit that needs nothing costs nothing."""
    if not needs:
        return sit()
    try:
        with transaction.atomic():
            if not sit():
                return False
            belongings.take(values, needs)
    except belongings.NotAll:
        return False
    return True


def _values(
    organization_id: UUID,
    schedule_id: UUID,
    span: Span,
    capacity: int,
    holder_id: UUID,
    expires: datetime | None,
    extra: int = 0,
) -> dict[str, Any]:
    begin, end = (datetime.fromtimestamp(instant, UTC) for instant in span)
    return {
        "organization": organization_id,
        "id": new_id(),
        "schedule": schedule_id,
        "begin": begin,
        "end": end,
        "earliest": begin - LONGEST_PLACE,
        "first": capacity + 1 if extra else 1,
        "capacity": capacity + extra,
        "expires": expires,
        "holder": holder_id,
    }
