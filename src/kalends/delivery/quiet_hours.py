"""When nothing may come that can wait. Pure. Instants are seconds since 1970 in UTC, hours minutes after midnight."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kalends.foundation import clock


class Hours(NamedTuple):
    """From `begins` until `ends` of each day; where it ends earlier than it begins, of the next day."""

    begins: int
    ends: int


def quiet_until(hours: Hours | None, zone: ZoneInfo, now: int) -> int | None:
    """When the quiet hours end that it is now; None outside of them.

    What the clocks skip is reached when they have jumped. Of an hour that they show twice the first begins the quiet
    and the second ends it: it is never shorter than it looks.
    """
    if hours is None:
        return None
    today = clock.local_date(now, zone)
    for day in (today - timedelta(days=1), today):
        begins = clock.reached(day, hours.begins * 60, zone)
        ends = _last(day if hours.begins < hours.ends else day + timedelta(days=1), hours.ends, zone)
        if begins <= now < ends:
            return ends
    return None


def _last(day: date, minute: int, zone: ZoneInfo) -> int:
    found = clock.instants_of(day, minute, zone)
    return found[-1] if found else clock.reached(day, minute * 60, zone)
