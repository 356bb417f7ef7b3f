"""What an agenda draws of the visits of some schedules: light rows, read in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID

from kalends.foundation.database.asking import ask, ask_by_name
from kalends.organizations.models import Organization

# No visit is longer, so one that reaches into a period began at most this long before it.
LONGEST_VISIT = timedelta(hours=24)

# By hand, with instants as numbers: a week of many agendas is hundreds of rows for each look, and an instance of
# the model with its contact costs thirty times as much as a tuple. Ids come as text: rows are compared with those of
# the last look (web/staff/agenda/reading.py), and a UUID is looked at by Python each time.
_DRAWN = """
SELECT visit.id::text, visit.schedule_id::text, visit.service_id::text,
       extract(epoch FROM visit.starts_at)::bigint, extract(epoch FROM visit.ends_at)::bigint,
       visit.status, who.last_name, who.first_name, visit.is_overbooked,
       extract(epoch FROM visit.status_since)::bigint
FROM booking_appointment visit
JOIN contacts_contact who ON who.organization_id = visit.organization_id AND who.id = visit.contact_id
WHERE visit.organization_id = $1 AND visit.schedule_id = ANY($2) AND visit.starts_at < $3 AND visit.starts_at >= $4
  AND visit.ends_at > $5
ORDER BY visit.starts_at, visit.id
"""


# What takes time and is no visit, and why days are closed, in one statement. Days are counted from 1970.
_BESIDE = """
SELECT 'held', schedule_id, service_id, extract(epoch FROM starts_at)::bigint, 0,
       extract(epoch FROM expires_at)::bigint, ''
FROM booking_hold
WHERE organization_id = %(organization)s AND schedule_id = ANY(%(schedules)s) AND expires_at > %(now)s
UNION ALL
SELECT CASE WHEN is_pre_reservation THEN 'reserved' ELSE 'blocked' END, schedule_id, NULL,
       extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint, 0, reason
FROM agenda_block
WHERE organization_id = %(organization)s AND schedule_id = ANY(%(schedules)s) AND starts_at < %(until)s
  AND ends_at > %(since)s
UNION ALL
SELECT 'offer', offer.schedule_id, offer.service_id, extract(epoch FROM offer.starts_at)::bigint,
       extract(epoch FROM offer.ends_at)::bigint, extract(epoch FROM offer.expires_at)::bigint,
       trim(who.last_name || ' ' || who.first_name)
FROM booking_offer offer
JOIN booking_waitlistentry entry ON entry.organization_id = offer.organization_id AND entry.id = offer.entry_id
JOIN contacts_contact who ON who.organization_id = entry.organization_id AND who.id = entry.contact_id
WHERE offer.organization_id = %(organization)s AND offer.schedule_id = ANY(%(schedules)s)
  AND offer.starts_at < %(until)s AND offer.starts_at >= %(since)s AND offer.status = 'open'
  AND offer.expires_at > %(now)s
UNION ALL
SELECT 'closure', schedule_id, NULL, from_day - DATE '1970-01-01', to_day - DATE '1970-01-01', 0, reason
FROM agenda_closure
WHERE organization_id = %(organization)s AND from_day <= %(last)s AND to_day >= %(first)s AND reason <> ''
"""


class Beside(NamedTuple):
    """`kind`: held (its service says for how long), reserved, blocked, offer: instants in seconds, `until` it expires.

    Or closure: `begins` and `ends` count days from 1970, both included, and `schedule_id` None means all agendas.
    """

    kind: str
    schedule_id: UUID | None
    service_id: UUID | None
    begins: int
    ends: int
    until: int
    name: str


Row = tuple[Any, ...]
"""A `Drawn` with its ids as text."""


class Drawn(NamedTuple):
    """A visit as far as an agenda shows it; instants in seconds. `since`: when its state changed, if it did."""

    id: UUID
    schedule_id: UUID
    service_id: UUID
    begins: int
    ends: int
    status: str
    last_name: str
    first_name: str
    is_overbooked: bool
    since: int | None

    @classmethod
    def of(cls, row: Row) -> Self:
        visit, schedule, service, *others = row
        return cls(UUID(visit), UUID(schedule), UUID(service), *others)

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


def drawn(organization: Organization, schedule_ids: Sequence[UUID], begin: int, end: int) -> list[Drawn]:
    """The visits that touch the time between two instants, in every state, by time."""
    return [Drawn.of(row) for row in drawn_rows(organization, schedule_ids, begin, end)]


def drawn_rows(organization: Organization, schedule_ids: Sequence[UUID], begin: int, end: int) -> list[Row]:
    """The same, as they come."""
    since, until = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
    return ask(_DRAWN, [organization.id, list(schedule_ids), until, since - LONGEST_VISIT, since]).rows


def beside(
    organization: Organization, schedule_ids: Sequence[UUID], begin: int, end: int, now: datetime
) -> list[Beside]:
    """What else stands between two instants: held, offered, blocked and reserved times, and reasons of closures."""
    since, until = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
    values: dict[str, Any] = {
        "organization": organization.id,
        "schedules": list(schedule_ids),
        "since": since,
        "until": until,
        "now": now,
        # A day more on both sides, for zones east and west of UTC.
        "first": since.date() - timedelta(days=1),
        "last": until.date() + timedelta(days=1),
    }
    return [Beside(*row) for row in ask_by_name(_BESIDE, values).rows]
