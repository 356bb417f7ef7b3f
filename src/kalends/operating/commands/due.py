"""Do what is due, now or at another instant: `kalends due [--at ISO] [--dry-run]`. The worker does it by itself."""

from __future__ import annotations

import argparse

from kalends.operating import arguments
from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", type=arguments.instant, metavar="ISO", help="2027-03-28T10:00:00+02:00; default: now")
    parser.add_argument("--dry-run", action="store_true", help="list it and change nothing")


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        installation.settle()
        from kalends.operating import due

        lines = due.listed(options.at) if options.dry_run else due.done(options.at)
        for line in lines:
            print(line, flush=True)
    return 0
