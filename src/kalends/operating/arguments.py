"""What stands on the command line, read so that a wrong value is refused in a sentence that names it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address


def whole(*, least: int, most: int) -> Callable[[str], int]:
    """A number between two others, both included."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return read


port = whole(least=1, most=65535)


def address(text: str) -> str:
    """Of this machine, to listen on."""
    try:
        return str(ip_address(text))
    except ValueError:
        sentence = f"{text!r} is not an address of this machine in figures, such as 127.0.0.1, 0.0.0.0 or ::"
        raise argparse.ArgumentTypeError(sentence) from None


def instant(text: str) -> datetime:
    """With its offset, so that it says the same everywhere."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no instant: write it with its offset, 2027-03-28T10:00:00+02:00")
