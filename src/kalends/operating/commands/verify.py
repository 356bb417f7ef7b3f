"""Recompute every promise over all data: `kalends verify`. Exit 1 with the rows that break one."""

from __future__ import annotations

import argparse

from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        owner_url = installation.owner_url
        installation.settle()
        from kalends.operating.verifying.everything import verify

        broken = 0
        for looked in verify(owner_url=owner_url, app_url=installation.urls.app_url):
            print(looked, flush=True)
            broken += len(looked.faults)
    print(f"{broken} promises are broken." if broken else "Every promise holds.")
    return 1 if broken else 0
