"""Visits of which many reminders fall due now: made by hand, planned by the product."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import psycopg

from bench import clinics
from bench.clinics import Bench

SCHEDULES = 60
DAYS_BEFORE = 60
PEOPLE = """
INSERT INTO contacts_contact (organization_id, id, last_name, first_name, last_key, first_key, email, email_key, phone,
  phone_extension, address, postcode, town, remark, language, possible_duplicate, created_at)
SELECT %(organization)s, id, 'Bench' || n, 'Anna', 'bench' || n, 'anna', 'p' || n || %(at)s, 'p' || n || %(at)s, '',
  '', '', '', '', '', 'fr', false, now()
FROM unnest(%(people)s::uuid[]) WITH ORDINALITY AS people (id, n)
"""
THEIR_VISITS = """
UPDATE booking_appointment visit SET contact_id = given.contact, booked_at = now() - interval '200 days'
FROM (
  SELECT id, (%(people)s::uuid[])[row_number() OVER (ORDER BY id)] AS contact
  FROM booking_appointment WHERE organization_id = %(organization)s
) given
WHERE visit.organization_id = %(organization)s AND visit.id = given.id
"""


def make(owner: psycopg.Connection, slug: str, *, days: int) -> tuple[Bench, int]:
    """Visits on each of so many days, each of somebody else, of all of which one reminder falls due now; how many."""
    from kalends.foundation.database.models import new_id

    bench = clinics.make(slug, schedules=SCHEDULES, horizon_days=90)
    made = clinics.book_share(owner, bench, share=1.0, first=date.today() + timedelta(days=1), days=days)
    people = [new_id() for _ in range(made)]
    told = {"organization": bench.organization_id, "people": people, "at": f"@{slug}.example"}
    owner.execute(PEOPLE, told)
    owner.execute(THEIR_VISITS, told)
    remind(bench, amount=DAYS_BEFORE, unit="days")
    owner.execute("VACUUM ANALYZE")
    return bench, made


def remind(bench: Bench, *, amount: int, unit: str) -> None:
    """By the product's own operation: so long before, by e-mail."""
    from kalends.foundation.actor import system
    from kalends.foundation.database import tenancy
    from kalends.notifications.reminders.operations import set_rules
    from kalends.organizations.models import Organization

    organization, by = Organization.objects.get(id=bench.organization_id), system("bench")
    rule = {"state": "on", "medium": "email", "amount": amount, "unit": unit}
    with tenancy.acting(organization=organization, by=by):
        providers = list(organization.providers.all())
    for provider in providers:
        with tenancy.acting(organization=organization, by=by) as now:
            set_rules(organization, provider, sent={1: rule}, by=by, now=now)


def states(owner: psycopg.Connection, organization_id: UUID) -> dict[str, int]:
    """How many deliveries there are in each state."""
    asked = "SELECT state, count(*) FROM delivery_delivery WHERE organization_id = %s GROUP BY 1"
    return dict(owner.execute(asked, [organization_id]).fetchall())


def queue_again(owner: psycopg.Connection, organization_id: UUID, *, at_most: int, kind: str = "reminder") -> int:
    """As if they had never left, and no others were there; how many."""
    told = {"kind": kind, "organization": organization_id, "most": at_most}
    owner.execute(
        "DELETE FROM delivery_delivery WHERE organization_id = %(organization)s AND id NOT IN "
        "(SELECT id FROM delivery_delivery WHERE organization_id = %(organization)s ORDER BY id LIMIT %(most)s)",
        told,
    )
    count = owner.execute(
        "UPDATE delivery_delivery SET state = 'queued', claimed_by = '', handing_over_at = NULL, settled_at = NULL, "
        "attempts = 0, reason = '', kind = %(kind)s, due_at = now() WHERE organization_id = %(organization)s",
        told,
    ).rowcount
    owner.execute("VACUUM ANALYZE delivery_delivery")
    return count
