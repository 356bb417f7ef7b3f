"""BOUNCES=maildir:///path: a folder in which a mail server leaves what comes back.

What belongs to a delivery of ours is removed once it is noted: it may hold a copy of a patient's mail. Whatever else
lies there is only moved from `new` to `cur`, as read.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from threading import Event

import psycopg
from django.db import DatabaseError, connection

from kalends.delivery.bounces.reading import MOST_BYTES
from kalends.delivery.bounces.taking import Taken, take

log = logging.getLogger(__name__)
LOOKS_EVERY = 5.0  # seconds
AT_ONCE = 200


def watch(folder: Path, *, stopping: Event) -> None:
    """Take what comes until `stopping` is set; what cannot be done now is done later. Several may watch one folder."""
    says = ""
    while not stopping.is_set():
        try:
            if take_all(folder, stopping=stopping) == AT_ONCE:
                continue
            says = ""
        except (OSError, DatabaseError, psycopg.Error) as fault:
            if says != (says := type(fault).__name__):  # once, not every five seconds
                log.warning("Bounces are not read from the folder of BOUNCES (%s). It goes on.", says)
            connection.close()
        stopping.wait(LOOKS_EVERY)
    connection.close()


def take_all(folder: Path, *, stopping: Event | None = None) -> int:
    """Take what lies in `new`, the oldest first, so many at most; how many. Raises OSError, DatabaseError."""
    found = sorted((folder / "new").iterdir(), key=lambda file: file.name)[:AT_ONCE]
    for file in found:
        if stopping is not None and stopping.is_set():
            break
        with contextlib.suppress(FileNotFoundError):  # somebody else took it
            _take(folder, file)
    return len(found)


def _take(folder: Path, file: Path) -> None:
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES)
    taken = take(raw)
    if taken == Taken.UNREADABLE:
        log.warning("A message in the folder of BOUNCES cannot be read; it lies in cur.")
    if taken in (Taken.NOT_OURS, Taken.UNREADABLE):
        file.rename(folder / "cur" / f"{file.name.partition(':')[0]}:2,S")
    else:
        file.unlink()
