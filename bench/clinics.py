"""Clinics for measuring: schedules of 30-minute visits, Monday to Friday 9-12 and 13-17, some share booked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

ZONE = ZoneInfo("Europe/Paris")
STARTS = [*range(540, 720, 30), *range(780, 1020, 30)]


@dataclass(frozen=True)
class Bench:
    slug: str
    organization_id: UUID
    service_id: UUID
    schedule_ids: list[UUID]


def make(slug: str, *, schedules: int, horizon_days: int) -> Bench:
    """By the product's own operations."""
    from kalends.agenda import operations as agenda
    from kalends.agenda import rules
    from kalends.foundation.actor import system
    from kalends.foundation.database import tenancy
    from kalends.organizations import operations as organizations
    from kalends.organizations.models import Organization

    by = system("bench")
    organization = Organization(
        slug=slug, name=slug, country="FR", time_zone=ZONE.key, languages=["fr"], is_published=True, currency="EUR"
    )
    with tenancy.acting(organization=organization, by=by) as now:
        organizations.make_organization(organization, by=by, now=now)
        agenda.open_channels(organization, by=by, now=now)
        location = organizations.make_location(
            organization, name="Centre", country="FR", time_zone=ZONE.key, by=by, now=now
        )
        service = agenda.make_service(
            organization,
            names={"fr": "Consultation"},
            duration=30,
            horizon_days=horizon_days,
            notice_minutes=0,
            max_active_per_person=100,
            by=by,
            now=now,
        )
        opening = [
            rules.OpeningRule(weekday, start, end)
            for weekday in range(1, 6)
            for start, end in ((540, 720), (780, 1020))
        ]
        ids = []
        for number in range(schedules):
            provider = organizations.make_provider(organization, name=f"Dr {number:03}", by=by, now=now)
            schedule = agenda.make_schedule(
                organization,
                provider=provider,
                location=location,
                name=f"Dr {number:03}",
                step_minutes=30,
                by=by,
                now=now,
            )
            agenda.set_opening(schedule, rules=opening, overrides=[], version=None, by=by, now=now)
            agenda.set_offerings(schedule, [{"service": service}], by=by, now=now)
            ids.append(schedule.id)
    return Bench(slug, organization.id, service.id, ids)


def book_share(
    owner: psycopg.Connection,
    bench: Bench,
    *,
    share: float,
    first: date,
    days: int,
    contacts: Sequence[UUID] = (),
    seed: float = 0.5,
) -> int:
    """Fill `share` of all times from `first` on with appointments and their places; returns how many.

    Of `contacts` by chance; without any, of one that is made.
    """
    constraints = _without_constraints(owner)
    owner.execute("SELECT setseed(%s)", [seed])
    starts = list(_starts(first, days))
    told = {
        "organization": bench.organization_id,
        "service": bench.service_id,
        "schedules": bench.schedule_ids,
        "contacts": list(contacts) or [_contact(owner, bench)],
        "starts": starts,
        "days": [start.date() for start in starts],
        "minutes": [start.hour * 60 + start.minute for start in starts],
        "zone": ZONE.key,
        "share": share,
    }
    count = owner.execute(_APPOINTMENTS, told).rowcount
    owner.execute(_PLACES, told)
    for statement in constraints:
        owner.execute(statement)
    owner.execute("VACUUM ANALYZE")
    return count


_APPOINTMENTS = """
INSERT INTO booking_appointment (organization_id, id, contact_id, schedule_id, service_id, starts_at, ends_at,
  time_zone, local_day, local_minute, fold, status, cancelled_by, cancel_reason, reason, source, language, currency,
  moves, sequence, version, link_seed, link_hash, booked_at, overlap_allowed, remark, is_overbooked,
  overbooking_reason)
SELECT %(organization)s, id, (%(contacts)s::uuid[])[1 + floor(random() * cardinality(%(contacts)s::uuid[]))::int],
  schedule, %(service)s, starts_at, starts_at + interval '30 minutes', %(zone)s, day, minute, 0, 'booked', '', '', '',
  'website', 'fr', 'EUR', 0, 0, 1, uuid_send(id), uuid_send(id) || uuid_send(id), now(), true, '', false, ''
FROM (
  SELECT gen_random_uuid() AS id, schedule, starts_at, day, minute
  FROM unnest(%(schedules)s::uuid[]) AS schedule,
    unnest(%(starts)s::timestamptz[], %(days)s::date[], %(minutes)s::int[]) AS times (starts_at, day, minute)
  WHERE random() < %(share)s
  OFFSET 0
) AS visits
"""
_PLACES = """
INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, holder_id)
SELECT visit.organization_id, gen_random_uuid(), visit.schedule_id, 1, visit.starts_at, visit.ends_at, visit.id
FROM booking_appointment visit
WHERE visit.organization_id = %(organization)s AND visit.starts_at = ANY(%(starts)s::timestamptz[])
  AND visit.schedule_id = ANY(%(schedules)s::uuid[])
"""


def _starts(first: date, days: int) -> Iterator[datetime]:
    for number in range(days):
        day = first + timedelta(days=number)
        if day.isoweekday() <= 5:
            for minute in STARTS:
                yield datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZONE)


def _contact(owner: psycopg.Connection, bench: Bench) -> UUID:
    from kalends.foundation.database.models import new_id

    contact = new_id()
    owner.execute(
        "INSERT INTO contacts_contact (organization_id, id, last_name, first_name, last_key, first_key, email, "
        "email_key, phone, phone_extension, address, postcode, town, remark, language, possible_duplicate, "
        "created_at) "
        "VALUES (%s, %s, 'Bench', '', 'bench', '', '', '', '', '', '', '', '', '', 'fr', false, now())",
        [bench.organization_id, contact],
    )
    return contact


def _without_constraints(owner: psycopg.Connection) -> list[str]:
    """Drop what costs for each row and can be had again at once; the statements that bring it back.

    Exclusion constraints and references take 0.3 ms a row, and an index of random ids grows by disorder.
    """
    constraints = owner.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = ANY('{agenda_occupancy,booking_appointment}'::regclass[]) AND contype IN ('f', 'x') "
        "ORDER BY contype, conname"
    ).fetchall()
    indexes = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY('{agenda_occupancy,booking_appointment}'::regclass[]) AND NOT indisunique "
        "AND NOT indisexclusion AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)"
    ).fetchall()
    for table, name, _definition in constraints:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        owner.execute(f"DROP INDEX {name}")
    brought = [definition for _name, definition in indexes]
    return brought + [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in constraints
    ]
