"""Before the disk is full, the embedded server stops taking writes and goes on answering reads.

PostgreSQL itself ends all at once when its journal (WAL) finds no room. So while there is still some, new
transactions become read-only; when space returns, so do writes.
"""

import os
import shutil
from pathlib import Path

from kalends.operating.embedded.configuration import READ_ONLY
from kalends.operating.embedded.folders import DataFolder

MB = 1024 * 1024
SEGMENT = 4 * MB
"""Bytes by which the journal grows. PostgreSQL's own 16 MB are too coarse for a small disk."""

OFF, ON = "read-only.off", READ_ONLY
"""The same file under two names: to rename it takes no space."""

SWITCH = "default_transaction_read_only = on\n"


def journal_bytes(data: DataFolder) -> int:
    """How far the journal may grow between checkpoints: at most a quarter of its disk, at most 1 GB."""
    total = shutil.disk_usage(_journal(data)).total
    return max(4 * SEGMENT, min(1024 * MB, total // 4))


def prepare(data: DataFolder) -> None:
    """Lay the switch ready, while there is room for it."""
    if not (data.cluster / ON).exists() and not (data.cluster / OFF).exists():
        data.write(f"postgres/{OFF}", SWITCH)
    turn(data)


def turn(data: DataFolder) -> bool | None:
    """Stop or allow writes as the disk demands. The new state (True: read-only) if it changed, else None.

    The server has to read its configuration again afterwards.
    """
    read_only = (data.cluster / ON).exists()
    short = any(_is_short(place, with_margin=read_only) for place in (data.cluster, _journal(data)))
    if short == read_only:
        return None
    source, target = (OFF, ON) if short else (ON, OFF)
    os.rename(data.cluster / source, data.cluster / target)
    return short


def _journal(data: DataFolder) -> Path:
    return data.cluster / "pg_wal"


def _is_short(place: Path, *, with_margin: bool) -> bool:
    """`with_margin`: writes come back only with half as much space again, so that they do not flicker."""
    usage = shutil.disk_usage(place)
    least = max(3 * SEGMENT, min(64 * MB, usage.total // 8))
    return usage.free < (least * 3 // 2 if with_margin else least)
