"""Fail when the models say something that no migration does."""

from __future__ import annotations

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
    import django
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    django.setup()
    loader = MigrationLoader(None)
    if conflicts := loader.detect_conflicts():
        print(f"Two migrations follow the same one: {conflicts}")
        return 1
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    for label, migrations in changes.items():
        for migration in migrations:
            for operation in migration.operations:
                print(f"{label}: no migration for: {operation.describe()}")
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main())
