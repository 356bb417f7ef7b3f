"""Before the disk is full, the embedded server stops taking writes and goes on answering reads.

PostgreSQL itself ends all at once when its journal (WAL) finds no room. So while there is still some, new
transactions become read-only; when space returns, so do writes. And a reserve is kept: a server that ended for
want of space needs a little of it to come back.
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
RESERVE = "kalends.reserve"
RESERVE_BYTES = 2 * SEGMENT


def journal_bytes(data: DataFolder) -> int:
    """How far the journal may grow between checkpoints: at most a quarter of its disk, at most 1 GB."""
    total = shutil.disk_usage(_journal(data)).total
    return max(4 * SEGMENT, min(1024 * MB, total // 4))


def prepare(data: DataFolder) -> None:
    """Before a start: lay the switch ready, and give up the reserve where the start will need it."""
    if not (data.cluster / ON).exists() and not (data.cluster / OFF).exists():
        data.write(f"postgres/{OFF}", SWITCH)
    if shutil.disk_usage(_journal(data)).free < RESERVE_BYTES:
        (_journal(data) / RESERVE).unlink(missing_ok=True)
    turn(data)


def turn(data: DataFolder) -> bool | None:
    """Stop or allow writes as the disk demands. The new state (True: read-only) if it changed, else None.

    The server has to read its configuration again afterwards.
    """
    read_only = (data.cluster / ON).exists()
    short = any(_spare(place) < (_least(place) // 2 if read_only else 0) for place in _places(data))
    if not short:
        _keep_reserve(data)
    if short == read_only:
        return None
    source, target = (OFF, ON) if short else (ON, OFF)
    os.rename(data.cluster / source, data.cluster / target)
    return short


def _keep_reserve(data: DataFolder) -> None:
    journal = _journal(data)
    if (journal / RESERVE).exists() or _spare(journal) < _least(journal) // 2 + RESERVE_BYTES:
        return
    with open(journal / RESERVE, "xb") as reserve:  # below a folder of mode 0700
        os.posix_fallocate(reserve.fileno(), 0, RESERVE_BYTES)
    data.account.own(journal / RESERVE)


def _places(data: DataFolder) -> tuple[Path, Path]:
    return data.cluster, _journal(data)


def _journal(data: DataFolder) -> Path:
    return data.cluster / "pg_wal"


def _spare(place: Path) -> int:
    """Bytes beyond what has to stay free. Writes come back only with half of that more, so as not to flicker."""
    return shutil.disk_usage(place).free - _least(place)


def _least(place: Path) -> int:
    return max(3 * SEGMENT, min(64 * MB, shutil.disk_usage(place).total // 4))
