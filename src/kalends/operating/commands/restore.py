"""Read a backup back into an empty database: `kalends restore DIR`. Outgoing deliveries are held afterwards."""

from __future__ import annotations

import argparse
from pathlib import Path

from kalends.config.environment import Environment
from kalends.operating import earlier, migrating
from kalends.operating.archiving import holding, manifest, restoring
from kalends.operating.embedded import CannotRun, open_data_folder
from kalends.operating.installation import SECRET_KEY, Installation, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="what kalends backup wrote")


def run(options: argparse.Namespace) -> int:
    environment = Environment.read()
    backup = manifest.Manifest.read(options.folder)
    key = (options.folder / manifest.KEY).read_text(encoding="utf-8")
    if environment.given_secret_key not in ("", key):
        raise CannotRun(
            "KALENDS_SECRET_KEY is not the key of this backup, so links in mails that were sent would no longer "
            f"work: set it to the text of {options.folder / manifest.KEY}, or leave it out."
        )
    with opened(environment) as installation:
        _restore(options.folder, backup, key, installation)
    print(
        f"Restored {sum(backup.contents.rows.values())} rows, as they were at {backup.made_at}. Nothing is sent until "
        "you run kalends release-deliveries. Look at everything first with kalends verify."
    )
    return 0


def _restore(folder: Path, backup: manifest.Manifest, key: str, installation: Installation) -> None:
    owner_url = installation.owner_url
    data = installation.environment.data
    installation.settle()
    from django.db.migrations.loader import MigrationLoader

    earlier.check(backup.contents.migrations)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations} | earlier.names()
    restoring.check_target(owner_url, backup, known_migrations=known)
    holding.hold(data)  # before there is anything that could leave
    if not installation.environment.given_secret_key:
        open_data_folder(data).write(SECRET_KEY, key)
    restoring.restore(folder, backup, owner_url=owner_url)
    migrating.migrate(owner_url=owner_url, app_url=installation.urls.app_url)
    from kalends.audit.sealing import seal_everything

    seal_everything()
