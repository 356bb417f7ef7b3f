"""Bring the database up to date: `kalends migrate`."""

from __future__ import annotations

import argparse

from kalends.operating import migrating
from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        changed = migrating.migrate_if_needed(installation)
        print("The database is up to date." if changed else "The database was up to date already.")
    return 0
