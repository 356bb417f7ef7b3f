"""A connection of our own to a gateway that is asked by HTTP: seen to be open before anything is handed over."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl

from kalends.delivery.carriers import Unreachable
from kalends.delivery.sms_url import SmsAddress


class Requests:
    """What carriers of this kind share. `close` and `interrupt` may be called at any moment."""

    def __init__(self, address: SmsAddress) -> None:
        self.address = address
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def interrupt(self) -> None:
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _opened(self) -> http.client.HTTPConnection:
        """Raises Unreachable."""
        to = (self.address.host, self.address.port)
        connection = (
            http.client.HTTPSConnection(*to, timeout=self.address.timeout, context=ssl.create_default_context())
            if self.address.encrypted
            else http.client.HTTPConnection(*to, timeout=self.address.timeout)
        )
        try:
            connection.connect()
        except OSError as fault:
            connection.close()
            raise Unreachable(f"{self.address.host}:{self.address.port}: {fault}"[:300]) from fault
        self._connection = connection
        return connection
