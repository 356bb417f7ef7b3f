"""Telling the worker that something waits.

Best effort: a worker also looks by itself, so a wake-up that is lost costs seconds and no message. It is sent
after the commit and at most five times a second from one process, because NOTIFY takes a lock on the whole
server until its transaction is on the disk: inside the transactions that book, it makes them wait for each
other (16 writers: 3,000 commits a second become 390; after the commit and rarely, 2,350).
"""

from __future__ import annotations

import time

from django.db import connection

CHANNEL = "kalends_deliveries"
NOT_MORE_OFTEN_THAN = 0.2  # seconds

_last = float("-inf")


def wake() -> None:
    """Called after a commit, never inside a transaction."""
    global _last
    now = time.monotonic()
    if now - _last >= NOT_MORE_OFTEN_THAN:
        _last = now
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
