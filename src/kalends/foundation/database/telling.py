"""Telling all processes of the installation that something has changed, for whoever looks at it just now.

Best effort: who looks also asks again by themselves. What is told leaves after the commit, from a thread of its own
and at most five times a second from one process: NOTIFY takes a lock on the whole server until its transaction
ends, so inside the transactions that book, or once for each of them, it makes them wait for each other.
"""

from __future__ import annotations

import atexit
import json
import logging
from collections.abc import Callable, Collection, Mapping
from threading import Event, Lock, Thread
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

CHANNEL = "kalends_changes"
NOT_MORE_OFTEN_THAN = 0.2  # seconds
TRIES_AGAIN_AFTER = 1.0
LETS_GO_AFTER = 60.0
# One message of PostgreSQL holds 8000 bytes; whoever hears of a subject without anything looks at all of it.
MOST = 100
EVERYTHING: frozenset[str] = frozenset()

Told = dict[UUID, frozenset[str]]
log = logging.getLogger(__name__)


def tell(subject: UUID, about: Collection[str] = EVERYTHING) -> None:
    """Once the open transaction has committed: these have changed with `subject` (an organization, a person).

    `about` is at most 60 ASCII characters each; nothing stands for everything.
    """
    transaction.on_commit(lambda: _teller.add(subject, frozenset(about)))


def written(subject: UUID, about: frozenset[str]) -> str:
    """One message, as it travels."""
    return json.dumps([str(subject), *sorted(about)], separators=(",", ":"))


def read(message: str) -> tuple[UUID, frozenset[str]]:
    subject, *about = json.loads(message)
    return UUID(subject), frozenset(about)


def joined(known: frozenset[str] | None, more: frozenset[str]) -> frozenset[str]:
    """What two messages about one subject say together."""
    together = more if known is None else known | more
    says_all = not more or (known is not None and not known)
    return EVERYTHING if says_all or len(together) > MOST else together


def connected(**more: Any) -> dict[str, Any]:
    """Parameters of a connection of one's own, outside Django's."""
    parameters = connections["default"].get_connection_params()
    for only_djangos in ("cursor_factory", "context"):
        parameters.pop(only_djangos, None)
    return {**parameters, "autocommit": True, **more}


def is_pooled(info: psycopg.ConnectionInfo, backend_pid: int) -> bool:
    """A pooler stands between: it shows a process number of its own, and may lose what is told."""
    return info.backend_pid != backend_pid


def where_nobody_hears(count: Callable[[Collection[UUID]], None]) -> None:
    """What is called instead of NOTIFY behind a pooler, with the subjects that changed; by `wiring.py`."""
    _teller.count = count


class _Teller:
    """Keeps what is to be told for a moment, and tells it in one go. Its thread begins with the first."""

    def __init__(self) -> None:
        self.count: Callable[[Collection[UUID]], None] = lambda subjects: None
        self._told: Told = {}
        self._lock = Lock()
        self._wanted = Event()
        self._ending = Event()
        self._thread: Thread | None = None
        self._connection: psycopg.Connection | None = None
        self._is_pooled = False

    def add(self, subject: UUID, about: frozenset[str]) -> None:
        with self._lock:
            self._told[subject] = joined(self._told.get(subject), about)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="teller", daemon=True)
                self._thread.start()
                atexit.register(self._end)
        self._wanted.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            if not self._wanted.wait(LETS_GO_AFTER):
                self._let_go()
                continue
            self._ending.wait(NOT_MORE_OFTEN_THAN if self._tell() else TRIES_AGAIN_AFTER)
        self._let_go()

    def _tell(self) -> bool:
        """Tell all that waits; what the database does not take waits on."""
        self._wanted.clear()
        with self._lock:
            told, self._told = self._told, {}
        try:
            self._send(told)
        except Exception as fault:  # nothing that is told may end the telling
            log.info("Changes are told later (%s).", type(fault).__name__)
            self._let_go()
            with self._lock:
                for subject, about in told.items():
                    self._told[subject] = joined(self._told.get(subject), about)
            self._wanted.set()
            return False
        return True

    def _send(self, told: Mapping[UUID, frozenset[str]]) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(**connected())
            # Nothing is lost if it is, and the lock of NOTIFY is not held until the disk answers.
            self._connection.execute("SET synchronous_commit = off")
            pid = self._connection.execute("SELECT pg_backend_pid()").fetchone()
            self._is_pooled = pid is not None and is_pooled(self._connection.info, pid[0])
        if self._is_pooled:
            self.count(told)
            return
        messages = [written(subject, about) for subject, about in told.items()]
        self._connection.execute("SELECT pg_notify(%s, message) FROM unnest(%s::text[]) message", [CHANNEL, messages])

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _end(self) -> None:
        """A command that ends at once still tells."""
        self._ending.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(1)
        if self._told:
            self._tell()


_teller = _Teller()
