"""Let outgoing deliveries leave again after a restore, and reminders after the clock was set: `kalends
release-deliveries`."""

from __future__ import annotations

import argparse

from kalends.config.environment import Environment
from kalends.operating.archiving import holding
from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    environment = Environment.read()
    released = holding.release(environment.data)
    with opened(environment) as installation:
        installation.settle()
        from kalends.delivery.operations import trust_clock_everywhere
        from kalends.foundation.actor import system
        from kalends.foundation.database import tenancy

        by = system("release-deliveries")
        with tenancy.acting(organization=None, by=by) as now:
            trusted = trust_clock_everywhere(by=by, now=now)
    if trusted:
        print("The clock is trusted again: reminders and offers go on.")
    print("Deliveries leave again." if released else "Deliveries were not held.")
    return 0
