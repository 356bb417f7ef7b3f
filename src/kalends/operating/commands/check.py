"""Look whether this installation could start: `kalends check`."""

from __future__ import annotations

import argparse

from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        installation.settle()
        from django.core.management import call_command

        call_command("check")
    return 0
