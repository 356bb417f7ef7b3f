"""Who sits where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kalends.agenda import rules
from kalends.foundation.database.asking import ask
from kalends.organizations.models import Organization

# No place is longer (a visit of 24 h and two buffers of 8 h; longer blocks are cut), so a place that reaches
# into a period began at most this long before it.
LONGEST_PLACE = timedelta(hours=40)

# By hand: asked with every question for free times, sometimes for thousands of rows. Instants come as numbers of
# seconds, which no zone has a part in, because reading them as dates takes ten times as long; ids as text, because a
# UUID is looked at by Python each time it is compared.
_TAKEN = """
SELECT schedule_id::text, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint, seat
FROM agenda_occupancy
WHERE organization_id = $1 AND schedule_id = ANY($2) AND starts_at < $3 AND starts_at >= $4 AND ends_at > $5
  AND (expires_at IS NULL OR expires_at > $6)
"""


_TAKEN_RESOURCES = """
SELECT resource_id::text, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint
FROM agenda_resourceoccupancy
WHERE organization_id = $1 AND resource_id = ANY($2) AND starts_at < $3 AND starts_at >= $4 AND ends_at > $5
  AND (expires_at IS NULL OR expires_at > $6)
"""


def taken(
    organization: Organization, schedule_ids: Sequence[UUID], begin: int, end: int, now: datetime
) -> dict[UUID, list[rules.Busy]]:
    """The places taken between two instants, by schedule. What has expired takes none."""
    since, until = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
    rows = ask(_TAKEN, [organization.id, list(schedule_ids), until, since - LONGEST_PLACE, since, now]).rows
    busy: defaultdict[str, list[rules.Busy]] = defaultdict(list)
    for schedule_id, start, finish, seat in rows:
        busy[schedule_id].append((start, finish, seat))
    return {UUID(schedule_id): places for schedule_id, places in busy.items()}


def taken_resources(
    organization: Organization, resource_ids: Sequence[UUID], begin: int, end: int, now: datetime
) -> dict[UUID, list[rules.Span]]:
    """When rooms and devices are taken between two instants, by resource. What has expired takes none."""
    since, until = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
    rows = ask(_TAKEN_RESOURCES, [organization.id, list(resource_ids), until, since - LONGEST_PLACE, since, now]).rows
    busy: defaultdict[str, list[rules.Span]] = defaultdict(list)
    for resource_id, start, finish in rows:
        busy[resource_id].append((start, finish))
    return {UUID(resource_id): spans for resource_id, spans in busy.items()}
