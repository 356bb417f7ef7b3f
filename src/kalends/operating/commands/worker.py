"""The worker alone: `kalends worker`."""

from __future__ import annotations

import argparse
import os
import sys

from kalends.operating.installation import joined


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    installation = joined()
    command = [sys.executable, "-m", "kalends.operating.working"]
    os.execve(command[0], command, installation.process_environment())
