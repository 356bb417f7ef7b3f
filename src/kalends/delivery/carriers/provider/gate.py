"""The moment between "connected" and "sent", which requests does not show: there it is asked whether it may go.

Whatever ends before the gate was passed has not left the house. What ends after it without an answer may have arrived.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class HeldBack(Exception):
    """It must not go any more; nothing has left."""


class Gate:
    """Of one carrier: one request at a time."""

    def __init__(self) -> None:
        self._may_go: Callable[[], bool] = lambda: False
        self._connection: HTTPConnection | None = None
        self.is_passed = False

    def close(self, may_go: Callable[[], bool]) -> None:
        """Before each request: `may_go` is asked by whoever comes through."""
        self._may_go, self.is_passed = may_go, False

    def go_through(self, connection: HTTPConnection) -> None:
        """Raises HeldBack."""
        self._connection = connection
        if self.is_passed or not self._may_go():  # one request, whatever somebody tries
            raise HeldBack
        self.is_passed = True

    def drop(self) -> None:
        """From another thread: what waits for an answer ends as after a dropped line."""
        connection = self._connection
        if connection is not None and isinstance(connection.sock, socket.socket):
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)


def guard(session: Session, gate: Gate) -> None:
    """Whatever `session` asks goes through `gate`; it follows nobody who sends it elsewhere, and asks once."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Guarded(gate))
    session.max_redirects = 0


class _Guarded(HTTPAdapter):
    def __init__(self, gate: Gate) -> None:
        self._pools = _pools(gate)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **more: Any) -> Any:
        manager = super().proxy_manager_for(*args, **more)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(gate: Gate) -> dict[str, type[HTTPConnectionPool]]:
    def through(connection: HTTPConnection) -> None:
        if connection.sock is None:
            connection.connect()
        gate.go_through(connection)

    class Plain(HTTPConnection):
        def request(self, *args: Any, **more: Any) -> None:
            through(self)
            super().request(*args, **more)

    class Encrypted(HTTPSConnection):
        def request(self, *args: Any, **more: Any) -> None:
            through(self)
            super().request(*args, **more)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
