"""Appointments against their wall time and against their history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import LiteralString
from zoneinfo import ZoneInfo

from kalends.foundation.clock import UnknownZone, zone
from kalends.operating.verifying.findings import Fault, Looked, Owner, Slugs, count_of

ROWS: LiteralString = """
SELECT a.organization_id, a.id, a.starts_at, a.ends_at, a.time_zone, a.local_day, a.local_minute, a.fold,
       a.status IN ('pending', 'booked', 'confirmed') AND a.starts_at > now(), s.time_zone
FROM booking_appointment a
JOIN agenda_schedule s ON (s.organization_id, s.id) = (a.organization_id, a.schedule_id)
"""
WITHOUT_BEGINNING: LiteralString = """
SELECT a.organization_id, a.id FROM booking_appointment a
LEFT JOIN booking_historyentry h
  ON (h.organization_id, h.appointment_id) = (a.organization_id, a.id) AND h.what = 'booked' AND h.before IS NULL
GROUP BY 1, 2 HAVING count(h.id) <> 1
"""
# What was chosen and what was paid stand beside the place, in the lines that are about them.
# Ids grow with time, as acts on one appointment wait for each other; `at` is when an act began.
NOT_AS_LAST_TOLD: LiteralString = """
SELECT a.organization_id, a.id FROM booking_appointment a
JOIN LATERAL (
  (SELECT after FROM booking_historyentry h
   WHERE (h.organization_id, h.appointment_id) = (a.organization_id, a.id) ORDER BY h.id DESC LIMIT 1)
  UNION ALL
  (SELECT after FROM booking_historyentry h
   WHERE (h.organization_id, h.appointment_id) = (a.organization_id, a.id) ORDER BY h.at DESC, h.id DESC LIMIT 1)
) last ON true
GROUP BY a.organization_id, a.id
HAVING NOT coalesce(bool_or(last.after - '{chosen,payment,amount}'::text[] = jsonb_build_object(
  'day', to_char(a.local_day, 'YYYY-MM-DD'), 'minute', a.local_minute, 'fold', a.fold, 'zone', a.time_zone,
  'schedule', a.schedule_id::text, 'status', a.status)), false)
"""
BROKEN_HISTORY: LiteralString = """
SELECT DISTINCT h.organization_id, h.appointment_id FROM booking_historyentry h
WHERE h.before IS NOT NULL AND NOT EXISTS (
  SELECT FROM booking_historyentry e
  WHERE (e.organization_id, e.appointment_id) = (h.organization_id, h.appointment_id)
    AND e.id <> h.id AND e.after - '{chosen,payment,amount}'::text[] = h.before - '{payment,amount}'::text[])
"""
SAID = {
    WITHOUT_BEGINNING: "has no history that begins with its booking, or several",
    NOT_AS_LAST_TOLD: "is not as the last line of its history says",
    BROKEN_HISTORY: "has a line in its history that follows on no other",
}


def check(owner: Owner, names: Slugs) -> Looked:
    faults = [
        Fault(names[organization], f"appointment {row_id}", sentence)
        for question, sentence in SAID.items()
        for organization, row_id in owner.execute(question).fetchall()
    ]
    faults += _clocks(owner, names)
    return Looked("appointments", count_of(owner, "booking_appointment"), "appointments", tuple(sorted(faults)))


def _clocks(owner: Owner, names: Slugs) -> Iterator[Fault]:
    with owner.cursor(name="verify_clocks") as cursor:
        cursor.itersize = 5000
        cursor.execute(ROWS)
        for row in cursor:
            if sentence := _wrong_clock(*row[2:]):
                yield Fault(names[row[0]], f"appointment {row[1]}", sentence)


def _wrong_clock(
    starts_at: datetime,
    ends_at: datetime,
    zone_key: str,
    day: date,
    minute: int,
    fold: int,
    is_coming: bool,
    zone_of_schedule: str,
) -> str:
    """Worked out with the plain library, not with the module that wrote it."""
    try:
        clocks = ZoneInfo(zone(zone_key).key)
    except UnknownZone:
        return f"has a time zone that does not exist: {zone_key}"
    shown = (datetime.combine(day, time()) + timedelta(minutes=minute)).replace(tzinfo=clocks, fold=fold)
    instant = shown.astimezone(UTC)
    back = instant.astimezone(clocks)
    if instant != starts_at or back.replace(tzinfo=None) != shown.replace(tzinfo=None) or back.fold != fold:
        return f"starts at {starts_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, which is not its wall time"
    if ends_at <= starts_at:
        return "ends before it starts"
    if is_coming and zone_key != zone_of_schedule:
        return f"is still to come, in the zone {zone_key}, and its schedule is in {zone_of_schedule}"
    return ""
