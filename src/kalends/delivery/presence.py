"""A worker's own connection: while it lives, so do the worker's claims; on it the wake-ups are heard."""

from __future__ import annotations

import os
import socket
import time
from threading import get_native_id
from typing import Self

import psycopg
from django.db import connections
from psycopg import sql

from kalends.delivery.waking import CHANNEL


class Presence:
    """The lock goes when the connection goes, also by kill -9; then others take the claims over (claiming.py).

    Behind a pooler that shares connections the lock says nothing: there only the age of a claim counts, and
    wake-ups are not heard.
    """

    def __init__(self) -> None:
        parameters = connections["default"].get_connection_params()
        for only_djangos in ("cursor_factory", "context"):
            parameters.pop(only_djangos, None)
        self._connection = psycopg.connect(**parameters, autocommit=True)
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{get_native_id()}:{time.time_ns() // 1000}"
        self._connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [self.name])
        self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))

    def wait(self, seconds: float) -> None:
        """Until something is queued, at most so long. Raises psycopg.Error if the connection has broken."""
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
