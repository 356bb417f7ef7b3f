"""Who sits where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from kalends.agenda import rules
from kalends.organizations.models import Organization

# No place is longer (a visit of 24 h and two buffers of 8 h; longer blocks are cut), so a place that reaches
# into a period began at most this long before it.
LONGEST_PLACE = timedelta(hours=40)


def taken(
    organization: Organization, schedule_ids: Sequence[UUID], begin: int, end: int, now: datetime
) -> dict[UUID, list[rules.Busy]]:
    """The places taken between two instants, by schedule. What has expired takes none."""
    since, until = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
    rows = organization.occupancies.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        schedule_id__in=schedule_ids,
        starts_at__lt=until,
        starts_at__gte=since - LONGEST_PLACE,
        ends_at__gt=since,
    ).values_list("schedule_id", "starts_at", "ends_at", "seat")
    busy: defaultdict[UUID, list[rules.Busy]] = defaultdict(list)
    for schedule_id, starts_at, ends_at, seat in rows:
        busy[schedule_id].append((int(starts_at.timestamp()), int(ends_at.timestamp()), seat))
    return busy
