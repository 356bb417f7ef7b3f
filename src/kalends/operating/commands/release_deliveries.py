"""Let outgoing deliveries leave again after a restore: `kalends release-deliveries`."""

from __future__ import annotations

import argparse

from kalends.config.environment import Environment
from kalends.operating.archiving import holding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    released = holding.release(Environment.read().data)
    print("Deliveries leave again." if released else "Deliveries were not held.")
    return 0
