"""Who sits where: nobody on anybody, everybody who comes on exactly one place, nothing else.

Each question is one statement over all organizations; its rows are (organization, id).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString

from kalends.operating.verifying.findings import Fault, Looked, Owner, Slugs, count_of

OVERLAP: LiteralString = """
SELECT organization_id, id FROM (
  SELECT organization_id, id, starts_at, max(ends_at) OVER (
    PARTITION BY organization_id, schedule_id, seat ORDER BY starts_at, id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS taken_until
  FROM agenda_occupancy) place
WHERE starts_at < taken_until
"""
WITHOUT_HOLDER: LiteralString = """
SELECT place.organization_id, place.id FROM agenda_occupancy place
LEFT JOIN booking_appointment a ON (a.organization_id, a.id) = (place.organization_id, place.holder_id)
LEFT JOIN agenda_block b ON (b.organization_id, b.id) = (place.organization_id, place.holder_id)
LEFT JOIN booking_hold h ON (h.organization_id, h.id) = (place.organization_id, place.holder_id)
LEFT JOIN booking_offer o ON (o.organization_id, o.id) = (place.organization_id, place.holder_id)
WHERE (place.expires_at IS NULL OR place.expires_at > now())
  AND a.id IS NULL AND b.id IS NULL AND h.id IS NULL AND o.id IS NULL
"""
NOT_AS_ITS_HOLDER: LiteralString = """
SELECT place.organization_id, place.id FROM agenda_occupancy place
JOIN agenda_block b ON (b.organization_id, b.id) = (place.organization_id, place.holder_id)
WHERE place.schedule_id <> b.schedule_id OR place.starts_at < b.starts_at OR place.ends_at > b.ends_at
   OR place.expires_at IS NOT NULL
UNION ALL
SELECT place.organization_id, place.id FROM agenda_occupancy place
JOIN booking_hold h ON (h.organization_id, h.id) = (place.organization_id, place.holder_id)
WHERE place.schedule_id <> h.schedule_id OR NOT (place.starts_at <= h.starts_at AND h.starts_at < place.ends_at)
   OR place.expires_at IS NULL
"""
# The highest number of seats that a schedule ever had is in the audit: fewer seats move nobody away.
TOO_HIGH_A_SEAT: LiteralString = """
SELECT place.organization_id, place.id FROM agenda_occupancy place
JOIN agenda_schedule s ON (s.organization_id, s.id) = (place.organization_id, place.schedule_id)
LEFT JOIN (
  SELECT organization_id, subject_id, max((before ->> 'capacity')::int) AS seats,
         max((before ->> 'overbooking_limit')::int) AS more
  FROM audit_entry WHERE act = 'schedule:edit' GROUP BY 1, 2
) earlier ON (earlier.organization_id, earlier.subject_id) = (s.organization_id, s.id)
WHERE place.seat > greatest(s.capacity, earlier.seats) + greatest(s.overbooking_limit, earlier.more)
"""
# A request that has expired has lost its place before anybody notes it.
NOT_ONE_PLACE: LiteralString = """
SELECT a.organization_id, a.id FROM booking_appointment a
LEFT JOIN agenda_occupancy place ON (place.organization_id, place.holder_id) = (a.organization_id, a.id)
WHERE a.status <> 'cancelled' AND NOT (a.status = 'pending' AND a.approve_by <= now())
GROUP BY 1, 2 HAVING count(place.id) <> 1
"""
CANCELLED_WITH_PLACE: LiteralString = """
SELECT DISTINCT a.organization_id, a.id FROM booking_appointment a
JOIN agenda_occupancy place ON (place.organization_id, place.holder_id) = (a.organization_id, a.id)
WHERE a.status = 'cancelled'
"""
# Buffers that were edited later belong to later bookings only; a minute of grace, as acts overlap.
NOT_ITS_PLACE: LiteralString = """
WITH edited AS (
  SELECT organization_id, subject_id, max(at) + interval '1 minute' AS at FROM audit_entry
  WHERE act = 'offerings:set' OR (act = 'service:edit' AND (after ? 'buffer_before' OR after ? 'buffer_after'))
  GROUP BY 1, 2
), placed AS (
  SELECT organization_id, appointment_id, max(at) AS at FROM booking_historyentry
  WHERE what IN ('booked', 'moved', 'approved', 'undone') GROUP BY 1, 2
)
SELECT a.organization_id, a.id FROM booking_appointment a
JOIN agenda_occupancy place ON (place.organization_id, place.holder_id) = (a.organization_id, a.id)
JOIN agenda_service s ON (s.organization_id, s.id) = (a.organization_id, a.service_id)
LEFT JOIN agenda_offering o
  ON (o.organization_id, o.schedule_id, o.service_id) = (a.organization_id, a.schedule_id, a.service_id)
LEFT JOIN placed ON (placed.organization_id, placed.appointment_id) = (a.organization_id, a.id)
LEFT JOIN edited es ON (es.organization_id, es.subject_id) = (a.organization_id, a.service_id)
LEFT JOIN edited eo ON (eo.organization_id, eo.subject_id) = (a.organization_id, a.schedule_id)
WHERE a.status <> 'cancelled' AND (
  place.schedule_id <> a.schedule_id
  OR place.starts_at > a.starts_at OR place.ends_at < a.ends_at
  OR (place.expires_at IS NOT NULL AND a.status <> 'pending')
  OR (
    (place.starts_at <> a.starts_at - make_interval(mins => coalesce(o.buffer_before, s.buffer_before))
     OR place.ends_at <> a.ends_at + make_interval(mins => coalesce(o.buffer_after, s.buffer_after)))
    AND coalesce(placed.at > es.at, true) AND coalesce(placed.at > eo.at, true)
  ))
"""
OFFER_NOT_ONE_PLACE: LiteralString = """
SELECT o.organization_id, o.id FROM booking_offer o
LEFT JOIN agenda_occupancy place ON (place.organization_id, place.holder_id) = (o.organization_id, o.id)
  AND place.schedule_id = o.schedule_id AND place.starts_at <= o.starts_at AND place.ends_at >= o.ends_at
  AND place.expires_at = o.expires_at
WHERE o.status = 'open' AND o.expires_at > now() GROUP BY 1, 2 HAVING count(place.id) <> 1
"""
# What an open offer keeps after its end is free for everybody; a settled one must keep nothing at all.
OFFER_KEEPS_ITS_PLACE: LiteralString = """
SELECT DISTINCT o.organization_id, o.id FROM booking_offer o
JOIN agenda_occupancy place ON (place.organization_id, place.holder_id) = (o.organization_id, o.id)
WHERE o.status <> 'open' OR (o.expires_at <= now() AND (place.expires_at IS NULL OR place.expires_at > now()))
"""
BLOCK_WITHOUT_PLACE: LiteralString = """
SELECT b.organization_id, b.id FROM agenda_block b
WHERE NOT EXISTS (SELECT FROM agenda_occupancy place
                  WHERE (place.organization_id, place.holder_id) = (b.organization_id, b.id))
"""
RESOURCE_TWICE: LiteralString = """
SELECT organization_id, id FROM (
  SELECT organization_id, id, starts_at, max(ends_at) OVER (
    PARTITION BY organization_id, resource_id ORDER BY starts_at, id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS taken_until
  FROM agenda_resourceoccupancy) belonging
WHERE starts_at < taken_until
"""
# A resource goes with a place of the same holder and the same time, or stands in a block of its own.
RESOURCE_WITHOUT_PLACE: LiteralString = """
SELECT belonging.organization_id, belonging.id FROM agenda_resourceoccupancy belonging
LEFT JOIN agenda_occupancy place
  ON (place.organization_id, place.holder_id) = (belonging.organization_id, belonging.holder_id)
LEFT JOIN agenda_resourceblock b
  ON (b.organization_id, b.id, b.resource_id)
     = (belonging.organization_id, belonging.holder_id, belonging.resource_id)
WHERE (belonging.expires_at IS NULL OR belonging.expires_at > now())
  AND CASE WHEN b.id IS NOT NULL THEN belonging.starts_at < b.starts_at OR belonging.ends_at > b.ends_at
      ELSE place.id IS NULL OR (place.starts_at, place.ends_at) <> (belonging.starts_at, belonging.ends_at)
        OR place.expires_at IS DISTINCT FROM belonging.expires_at END
"""
WITHOUT_WHAT_IT_NEEDS: LiteralString = """
SELECT a.organization_id, a.id FROM booking_appointment a
JOIN agenda_requirement need ON (need.organization_id, need.service_id) = (a.organization_id, a.service_id)
LEFT JOIN LATERAL (
  SELECT belonging.id FROM agenda_resourceoccupancy belonging
  JOIN agenda_requirementchoice choice
    ON (choice.organization_id, choice.requirement_id, choice.resource_id)
       = (need.organization_id, need.id, belonging.resource_id)
  WHERE (belonging.organization_id, belonging.holder_id) = (a.organization_id, a.id) LIMIT 1
) met ON true
WHERE a.status IN ('pending', 'booked', 'confirmed', 'arrived') AND a.starts_at > now() AND NOT a.is_overbooked
  AND NOT (a.status = 'pending' AND a.approve_by <= now())
GROUP BY 1, 2
HAVING count(met.id) <> count(*) OR count(*) <> (
  SELECT count(*) FROM agenda_resourceoccupancy belonging
  WHERE (belonging.organization_id, belonging.holder_id) = (a.organization_id, a.id))
"""
TWO_PLACES_AT_ONCE: LiteralString = """
SELECT organization_id, id FROM (
  SELECT organization_id, id, starts_at, max(ends_at) OVER (
    PARTITION BY organization_id, contact_id ORDER BY starts_at, id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
  FROM booking_appointment
  WHERE status IN ('pending', 'booked', 'confirmed', 'arrived') AND NOT overlap_allowed) visit
WHERE starts_at < busy_until
"""

QUESTIONS: Mapping[LiteralString, tuple[str, str]] = {
    OVERLAP: ("place", "overlaps with another on the same seat"),
    WITHOUT_HOLDER: ("place", "is held by nobody"),
    NOT_AS_ITS_HOLDER: ("place", "is not where the block or hold is that holds it"),
    TOO_HIGH_A_SEAT: ("place", "is on a seat that its schedule never had"),
    NOT_ONE_PLACE: ("appointment", "does not have exactly one place"),
    CANCELLED_WITH_PLACE: ("appointment", "is cancelled and still takes a place"),
    NOT_ITS_PLACE: ("appointment", "has a place that is not its own time with its buffers"),
    OFFER_NOT_ONE_PLACE: ("offer", "is open and does not have exactly one place of its own"),
    OFFER_KEEPS_ITS_PLACE: ("offer", "is over and still takes a place"),
    BLOCK_WITHOUT_PLACE: ("block", "takes no place"),
    RESOURCE_TWICE: ("resource taken", "overlaps with another visit in the same room or at the same device"),
    RESOURCE_WITHOUT_PLACE: ("resource taken", "goes with no place of the same time, and with no block"),
    WITHOUT_WHAT_IT_NEEDS: ("appointment", "does not have the rooms and devices that its service needs"),
    TWO_PLACES_AT_ONCE: ("appointment", "has its patient in two places at once"),
}


def check(owner: Owner, names: Slugs) -> Looked:
    faults = [
        Fault(names[organization], f"{kind} {row_id}", sentence)
        for question, (kind, sentence) in QUESTIONS.items()
        for organization, row_id in owner.execute(question).fetchall()
    ]
    return Looked("places", count_of(owner, "agenda_occupancy"), "places", tuple(sorted(faults)))
