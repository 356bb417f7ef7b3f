"""Whether a clock was set: what it shows is compared with a count of seconds that nobody can set."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

TOLERATED = 300
"""Seconds. Time servers mend less than that all the time."""


def steady() -> float:
    """Seconds since this machine was started, also those for which it slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def boot() -> UUID:
    """Of which start `steady` counts; another one at each question where nobody knows."""
    with suppress(OSError, ValueError):
        return UUID(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
    return uuid4()


def jumped(*, shown: float, passed: float) -> int:
    """By how many seconds a clock was set that moved on by `shown` while `passed` went by; 0 if it was not."""
    difference = round(shown - passed)
    return difference if abs(difference) > TOLERATED else 0
