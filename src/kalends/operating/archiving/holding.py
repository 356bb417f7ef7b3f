"""Outgoing deliveries may be held: a restored copy must remind nobody until somebody says so.

The mark lies in the data folder, so it holds for the workers that share it.
"""

from __future__ import annotations

from pathlib import Path

from kalends.delivery.rules import HELD
from kalends.operating.embedded import open_data_folder

TEXT = "Nothing leaves while this file is here: it was restored from a backup. Run kalends release-deliveries.\n"


def hold(data: Path) -> None:
    """From now on nothing leaves."""
    open_data_folder(data).write(HELD, TEXT)


def is_held(data: Path) -> bool:
    return (data / HELD).exists()


def release(data: Path) -> bool:
    """Let deliveries leave again; False if they were not held."""
    held = is_held(data)
    (data / HELD).unlink(missing_ok=True)
    return held
