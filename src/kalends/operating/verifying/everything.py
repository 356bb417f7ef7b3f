"""All checks, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import IsolationLevel

from kalends.operating.verifying import appointments, findings, free_times, places, tenants, trails
from kalends.operating.verifying.findings import Looked
from kalends.organizations.models import Organization


def verify(*, owner_url: str, app_url: str) -> Iterator[Looked]:
    """Each check as soon as it is done. This process is settled on the application's role."""
    organizations = list(Organization.objects.order_by("slug"))
    with psycopg.connect(owner_url, options="-c timezone=UTC -c statement_timeout=0") as owner:
        owner.isolation_level = IsolationLevel.REPEATABLE_READ
        owner.read_only = True
        names = findings.slugs(owner)
        yield tenants.check(owner, app_url=app_url)
        yield places.check(owner, names)
        yield appointments.check(owner, names)
        yield trails.check_deliveries(owner, names)
    yield free_times.check(organizations)
    yield trails.check_audit(organizations)
