"""Measure on a scratch database: `kalends bench [NAME...]`. The workloads are in the source tree's `bench/`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from kalends.operating import arguments
from kalends.operating.embedded import CannotRun

NAMES = ("availability", "booking", "contacts", "dragging", "memory", "pages", "reminders", "text_messages")
SOURCE_TREE = Path(__file__).resolve().parents[4]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; none: all")
    parser.add_argument("--json", action="store_true", help="one JSON object a bench instead of lines")
    parser.add_argument(
        "--rounds", type=arguments.whole(least=1, most=100_000), default=100, help="rounds of 64 clients on one time"
    )
    parser.add_argument(
        "--full", action="store_true", help="reminders: all 100,000 among 500 kills, not 20,000 among 60; many minutes"
    )


def run(options: argparse.Namespace) -> int:
    if not (SOURCE_TREE / "bench").is_dir():
        raise CannotRun("The benches come with the source tree: run this from a clone.")
    if unknown := set(options.names) - set(NAMES):
        raise CannotRun(f"No such bench: {', '.join(sorted(unknown))}. There are {', '.join(NAMES)}.")
    first, *others = options.names or NAMES
    if others:
        return _each_by_itself((first, *others), options)
    sys.path.insert(0, str(SOURCE_TREE))
    figures = import_module("bench.figures").Figures(first, quiet=options.json)
    import_module(f"bench.{first}").run(figures, options)
    if options.json:
        print(figures.as_json())
    return 0


def _each_by_itself(names: Sequence[str], options: argparse.Namespace) -> int:
    """A process a bench: each has a database of its own, and Django is set up for one. The first that fails ends it."""
    for name in names:
        asked = ["bench", name, "--rounds", str(options.rounds), *(["--json"] if options.json else [])]
        asked += ["--full"] if options.full else []
        if code := subprocess.run([sys.executable, "-m", "kalends.operating.cli", *asked], check=False).returncode:
            return code
    return 0
