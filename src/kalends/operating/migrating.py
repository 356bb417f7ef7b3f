"""Bringing a database up to date, as its owner, and giving the application's role exactly its rights."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kalends.operating import earlier

if TYPE_CHECKING:
    from kalends.booking.models import Appointment
    from kalends.booking.operations.retiming import Retimed
    from kalends.operating.installation import Installation
    from kalends.organizations.models import Organization

SOURCES = Path(__file__).resolve().parents[1]
# New zone data make other instants of the same wall times (`booking.operations.retiming`).
MIGRATED_BY = ("django", "django-allauth", "procrastinate", "tzdata")


def migrate(*, owner_url: str, app_url: str) -> None:
    """Run all migrations in a process of its own, because this one may be settled on the application's role.

    Raises CannotRun for a database that stopped halfway through migrations which are no more.
    """
    earlier.take_over(owner_url)
    environment = {**os.environ, "DATABASE_URL": owner_url, "KALENDS_APP_ROLE": role_of(app_url)}
    environment.pop("DATABASE_OWNER_URL", None)
    subprocess.run([sys.executable, "-m", "kalends.operating.migrating"], env=environment, check=True)


def migrate_if_needed(installation: Installation) -> bool:
    """Migrate unless this very state of the migrations was applied to this very database; True when it ran."""
    marker = installation.made_folder() / "migrated"
    known = marker.read_text() if marker.exists() else ""
    if known == f"{_database_identity(installation.owner_url)} {_state()}":
        return False
    migrate(owner_url=installation.owner_url, app_url=installation.urls.app_url)
    marker.write_text(f"{_database_identity(installation.owner_url)} {_state()}")
    return True


def role_of(url: str) -> str:
    return str(conninfo_to_dict(url).get("user") or urlsplit(url).username or "")


def _database_identity(url: str) -> str:
    """Tells one database from another, also after a restore; and an empty one from a filled one."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT oid, to_regclass('public.django_migrations') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert row is not None
        if row[1] is None:
            return "empty"
        applied = connection.execute("SELECT count(*), max(applied) FROM django_migrations").fetchone()
    return f"{row[0]} {applied}"


def _state() -> str:
    digest = hashlib.sha256("".join(version(name) for name in MIGRATED_BY).encode())
    for path in sorted(SOURCES.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    digest.update((SOURCES / "foundation" / "database" / "privileges.py").read_bytes())
    digest.update((SOURCES / "foundation" / "text.py").read_bytes())  # by which contacts are found (`_refold`)
    return digest.hexdigest()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from kalends.foundation.database import privileges

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    privileges.grant_to(os.environ["KALENDS_APP_ROLE"])
    _retime()
    _refold()


def _refold() -> None:
    """Contacts are found as this version of the search looks for them."""
    from kalends.contacts.operations.refolding import BY, refold
    from kalends.foundation.database import tenancy
    from kalends.organizations.models import Organization

    for organization in Organization.objects.order_by("slug"):
        act = partial(refold, organization, None)
        while (last := tenancy.perform(act, organization=organization, by=BY)) is not None:
            act = partial(refold, organization, last)


def _retime() -> None:
    """Every visit to come is put at the instant of its wall time again; what somebody has to look at is printed."""
    from kalends.booking.operations.retiming import BY
    from kalends.foundation.database import tenancy
    from kalends.organizations.models import Organization

    for organization in Organization.objects.order_by("slug"):
        found = tenancy.perform(partial(_retimed, organization), organization=organization, by=BY)
        if found.visits:
            told = f"the rules of a time zone have changed; visits that keep their hour: {found.visits}"
            print(f"{organization.slug}: {told}.")
        for visit in found.clashes:
            print(f"  {_named(visit)} meets something else by now.")
        for visit in found.lost:
            print(f"  {_named(visit)} is at an hour that does not exist any more.")


def _retimed(organization: Organization, now: datetime) -> Retimed:
    from kalends.booking.operations.retiming import retime

    return retime(organization, now=now)


def _named(visit: Appointment) -> str:
    """Never by the patient: this is read over shoulders and kept in logs."""
    at = f"{visit.local_day} {visit.local_minute // 60:02}:{visit.local_minute % 60:02}"
    return f"The visit of {at} in the agenda {visit.schedule.name} ({visit.id})"


if __name__ == "__main__":
    main()
