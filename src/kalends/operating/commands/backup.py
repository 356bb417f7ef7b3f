"""Write the whole system into a folder: `kalends backup DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from kalends.operating.archiving.backing_up import back_up
from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="a new or empty folder; keep it as secret as the system"
    )


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        owner_url = installation.owner_url
        installation.settle()
        from kalends.audit.sealing import seal_everything

        seal_everything()
        made = back_up(options.folder, owner_url=owner_url, secret_key=installation.secret_key)
    rows = sum(made.contents.rows.values())
    print(f"{options.folder} holds {rows} rows of {len(made.contents.rows)} tables, and the secret key.")
    return 0
