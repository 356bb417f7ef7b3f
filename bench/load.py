"""Closed-loop clients over kept connections: each sends its next request when the last is answered."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass
class Outcome:
    """Seconds of each answer, how many answers of each status, and the wall time of the whole."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    wall: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.wall if self.wall else 0.0

    def quantile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def milliseconds(self) -> dict[str, float]:
        return {
            name: round(self.quantile(share) * 1000, 1)
            for name, share in (("p50", 0.50), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
        }


def get(path: str, cookies: str = "") -> bytes:
    kept = f"Cookie: {cookies}\r\n" if cookies else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{kept}\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def drive(port: int, requests: Sequence[bytes], *, clients: int, keep_bodies: bool = False) -> Outcome:
    """Send all `requests`, each once, by `clients` at a time."""
    return asyncio.run(_drive(port, iter(requests), clients, keep_bodies))


def drive_for(port: int, request: Callable[[], bytes], *, clients: int, seconds: float) -> Outcome:
    """Send for about so many seconds."""
    until = time.perf_counter() + seconds

    def endless() -> Iterator[bytes]:
        while time.perf_counter() < until:
            yield request()

    return asyncio.run(_drive(port, endless(), clients, False))


async def _drive(port: int, requests: Iterator[bytes], clients: int, keep_bodies: bool) -> Outcome:
    outcome, loop = Outcome(), asyncio.get_running_loop()
    connected = [
        await loop.create_connection(lambda: _Client(requests, outcome, keep_bodies), "127.0.0.1", port)
        for _ in range(clients)
    ]
    begun = time.perf_counter()
    for _transport, client in connected:
        client.send_next()
    await asyncio.gather(*(client.done for _transport, client in connected))
    outcome.wall = time.perf_counter() - begun
    for transport, _client in connected:
        transport.close()
    return outcome


class _Client(asyncio.Protocol):
    """One connection. By callbacks: what the clients use of the processor, the server they measure has not."""

    def __init__(self, requests: Iterator[bytes], outcome: Outcome, keep_bodies: bool) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests, self._outcome, self._keep_bodies = requests, outcome, keep_bodies
        self._transport: asyncio.WriteTransport | None = None
        self._received, self._begun = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def send_next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            return
        assert self._transport is not None
        self._received, self._begun = b"", time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._outcome.seconds.append(time.perf_counter() - self._begun)
        status = int(head[9:12])
        self._outcome.statuses[status] = self._outcome.statuses.get(status, 0) + 1
        if self._keep_bodies:
            self._outcome.bodies.append(body)
        self.send_next()

    def connection_lost(self, fault: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(fault or ConnectionResetError("The server has closed the connection."))


def _length(head: bytes) -> int:
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0
