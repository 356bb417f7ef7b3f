"""Bringing a database up to date, as its owner, and giving the application's role exactly its rights."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict


def migrate(*, owner_url: str, app_url: str) -> None:
    """Run all migrations in a process of its own, because this one may be settled on the application's role."""
    environment = {**os.environ, "DATABASE_URL": owner_url, "KALENDS_APP_ROLE": role_of(app_url)}
    environment.pop("DATABASE_OWNER_URL", None)
    subprocess.run([sys.executable, "-m", "kalends.operating.migrating"], env=environment, check=True)


def role_of(url: str) -> str:
    return str(conninfo_to_dict(url).get("user") or urlsplit(url).username or "")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from kalends.foundation.database import privileges

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    privileges.grant_to(os.environ["KALENDS_APP_ROLE"])


if __name__ == "__main__":
    main()
