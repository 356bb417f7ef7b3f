"""REM-16 at its size: a reminder is set from 24 to 48 hours with 5,000 visits to come. Nobody is reminded twice, and
those between are once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from bench import due
from bench.clinics import Bench
from bench.figures import Figures

VISITS, DAYS = 5_000, 10  # at least six of them working days of 840 visits, each of somebody else
AMONG_THEM = timedelta(hours=20)


def run(figures: Figures, owner: psycopg.Connection) -> None:
    bench, visits = due.make(owner, "reminders-changed", days=DAYS)
    assert visits >= VISITS
    asked = "SELECT id, starts_at FROM booking_appointment WHERE organization_id = %s"
    begins: dict[UUID, datetime] = dict(owner.execute(asked, [bench.organization_id]).fetchall())
    at, before = min(begins.values()) - AMONG_THEM, 0
    for hours in (24, 48):
        due.remind(bench, amount=hours, unit="hours")
        within = [id for id, start in begins.items() if start <= at + timedelta(hours=hours)]
        planned = [_planned(bench, at) for _look in range(3)]
        assert planned == [len(within) - before, 0, 0]
        assert _reminded(owner, bench) == Counter(within)
        figures.add(f"changed, {visits} visits to come: reminded once at {hours} hours", planned[0], "messages")
        before = len(within)


def _planned(bench: Bench, at: datetime) -> int:
    from kalends.foundation.actor import system
    from kalends.foundation.database import tenancy
    from kalends.notifications.reminders import planning
    from kalends.organizations.models import Organization

    organization = Organization.objects.get(id=bench.organization_id)
    with tenancy.acting(organization=organization, by=system("bench")):
        return planning.plan(organization, now=at)


def _reminded(owner: psycopg.Connection, bench: Bench) -> Counter[UUID]:
    """How often each visit was, by what is queued."""
    asked = "SELECT facts -> 'visits' FROM delivery_delivery WHERE organization_id = %s AND kind = 'reminder'"
    told = owner.execute(asked, [bench.organization_id]).fetchall()
    return Counter(UUID(visit["id"]) for (visits,) in told for visit in visits)
