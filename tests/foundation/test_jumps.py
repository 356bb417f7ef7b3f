"""What counts as a clock that was set (REM-14)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest

from kalends.foundation import jumps

HOUR = 3600


@pytest.mark.parametrize(
    ("shown", "passed", "by"),
    [
        (1, 1, 0),
        (300, 0, 0),
        (301, 0, 301),
        (-300, 0, 0),
        (-301, 0, -301),
        (HOUR, HOUR, 0),
        (HOUR, 0, HOUR),
        (HOUR, 2 * HOUR, -HOUR),
    ],
    ids=["no", "5 min", "more", "5 min back", "more back", "slept or frozen", "set, or held by its host", "set back"],
)
def test_what_is_a_jump(shown: float, passed: float, by: int) -> None:
    assert jumps.jumped(shown=shown, passed=passed) == by


def test_sleep_is_counted() -> None:
    """In a namespace whose machine has slept for an hour: unlike the monotonic clock, the count has it."""
    slept = [shutil.which("unshare") or "", "--time", "--boottime", str(HOUR), "--fork", sys.executable, "-c"]
    asks = "import time; from kalends.foundation import jumps; print(jumps.steady() - time.monotonic())"
    told = subprocess.run([*slept, asks], capture_output=True, text=True, check=False) if slept[0] else None
    if told is None or told.returncode:
        pytest.skip("This machine lets nobody make a namespace of its own clocks.")
    assert round(float(told.stdout) - (jumps.steady() - time.monotonic())) == HOUR
