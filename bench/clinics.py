"""Clinics for measuring: schedules of 30-minute visits, Monday to Friday 9-12 and 13-17, some share booked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

ZONE = ZoneInfo("Europe/Paris")
STARTS = [*range(540, 720, 30), *range(780, 1020, 30)]
PLACES = "no_two_in_one_place"
PEOPLE = "nobody_is_in_two_places"


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


def book_share(owner: psycopg.Connection, bench: Bench, *, share: float, first: date, days: int, seed: int = 1) -> int:
    """Fill `share` of all times from `first` on with appointments and their places, by COPY; returns how many."""
    chance = random.Random(seed)
    contact = _contact(owner, bench)
    constraints = _without_constraints(owner)
    slots = [
        (schedule, start)
        for schedule in bench.schedule_ids
        for start in _starts(first, days)
        if chance.random() < share
    ]
    _copy(owner, bench, contact, slots)
    for statement in constraints:
        owner.execute(statement)
    owner.execute("VACUUM ANALYZE")
    return len(slots)


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
        "reminder_consent, created_at) "
        "VALUES (%s, %s, 'Bench', '', 'bench', '', '', '', '', '', '', '', '', '', 'fr', false, false, now())",
        [bench.organization_id, contact],
    )
    return contact


def _without_constraints(owner: psycopg.Connection) -> list[str]:
    """Drop the two exclusion constraints, which cost 0.3 ms a row; the statements that bring them back."""
    statements = []
    for table, name in (("agenda_occupancy", PLACES), ("booking_appointment", PEOPLE)):
        row = owner.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]).fetchone()
        assert row is not None
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        statements.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {row[0]}")
    return statements


def _copy(owner: psycopg.Connection, bench: Bench, contact: UUID, slots: list[tuple[UUID, datetime]]) -> None:
    from kalends.foundation.database.models import new_id

    ids = [new_id() for _ in slots]
    with owner.cursor() as cursor:
        with cursor.copy(
            "COPY agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, holder_id) FROM STDIN"
        ) as copy:
            for holder, (schedule, start) in zip(ids, slots, strict=True):
                end = start + timedelta(minutes=30)
                copy.write_row(
                    (bench.organization_id, new_id(), schedule, 1, start.astimezone(UTC), end.astimezone(UTC), holder)
                )
        with cursor.copy(
            "COPY booking_appointment (organization_id, id, contact_id, schedule_id, service_id, starts_at, ends_at, "
            "time_zone, local_day, local_minute, fold, status, cancelled_by, cancel_reason, reason, source, language, "
            "currency, moves, sequence, version, link_seed, link_hash, booked_at, overlap_allowed, remark, "
            "is_overbooked, overbooking_reason) FROM STDIN"
        ) as copy:
            for holder, (schedule, start) in zip(ids, slots, strict=True):
                end = start + timedelta(minutes=30)
                copy.write_row(
                    (
                        bench.organization_id,
                        holder,
                        contact,
                        schedule,
                        bench.service_id,
                        start.astimezone(UTC),
                        end.astimezone(UTC),
                        ZONE.key,
                        start.date(),
                        start.hour * 60 + start.minute,
                        0,
                        "booked",
                        "",
                        "",
                        "",
                        "website",
                        "fr",
                        "EUR",
                        0,
                        0,
                        1,
                        holder.bytes,
                        holder.bytes + holder.bytes,
                        datetime.now(UTC),
                        True,
                        "",
                        False,
                        "",
                    )
                )
