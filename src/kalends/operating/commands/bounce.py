"""Take one mail that came back, from standard input: `kalends bounce [--to ADDRESS]`, for the pipe of a mail server.

Exit 0: it was read, whatever it said; 75: not now, so the server keeps it and tries again (sysexits, EX_TEMPFAIL).
"""

from __future__ import annotations

import argparse
import sys

from kalends.operating.installation import joined

NOT_NOW = 75


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", default="", metavar="ADDRESS", help="the address it was brought to; else its headers")


def run(options: argparse.Namespace) -> int:
    try:
        joined().settle()
        return taken(options.to)
    except Exception as fault:
        print(f"Not now ({type(fault).__name__}).", file=sys.stderr)
        return NOT_NOW


def taken(sent_to: str) -> int:
    """Take what stands on standard input; says in a word what became of it."""
    from kalends.delivery.bounces.taking import take

    print(take(sys.stdin.buffer.read(), sent_to=sent_to).value)
    return 0
