"""Load demo data and print its sign-ins: `kalends demo`."""

from __future__ import annotations

import argparse

from kalends.operating import migrating
from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--size", choices=["small"], default="small", help="small: three clinics of three countries")
    parser.add_argument("--if-empty", action="store_true", help="load nothing where there are organizations already")


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        if installation.urls.owner_url:
            migrating.migrate_if_needed(installation)
        installation.settle()
        from kalends.operating.demo import loading, signins
        from kalends.organizations.models import Organization

        if not (options.if_empty and Organization.objects.exists()):
            loading.load()
        for line in signins.lines(loading.SMALL, base_url=installation.environment.base_url):
            print(line)
    return 0
