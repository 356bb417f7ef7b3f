"""Closed-loop clients over kept connections: each sends its next request when the last is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


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
    outcome = Outcome()
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(clients)]
    begun = time.perf_counter()
    await asyncio.gather(*(_client(*pair, requests, outcome, keep_bodies) for pair in connections))
    outcome.wall = time.perf_counter() - begun
    for _, writer in connections:
        writer.close()
    return outcome


async def _client(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    requests: Iterator[bytes],
    outcome: Outcome,
    keep_bodies: bool,
) -> None:
    for request in requests:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        outcome.seconds.append(time.perf_counter() - begun)
        status = int(head[9:12])
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        if keep_bodies:
            outcome.bodies.append(body)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
