"""One visitor's stream of server-sent events: what changed, a sign of life, and whether they may go on."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from granian._granian import RSGIHTTPProtocol as HTTPProtocol

from kalends.foundation.database.telling import EVERYTHING, joined
from kalends.web.live.views import Watch

# All in seconds.
BEATS_EVERY = 15.0
ASKS_AGAIN_EVERY = 60.0
TAKES_AT_MOST = 10.0
LASTS_AT_MOST = 3600.0

HEADERS = [
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),  # nginx would keep it back
    ("x-content-type-options", "nosniff"),
]
BEGIN = "retry: 2000\nid: 1\n\n"
BEAT = ": still here\n\n"
RING = "event: notices\ndata: {}\n\n"
RESYNC = "event: resync\ndata: {}\n\n"


class Stream:
    """Changes wait here, joined, until the visitor takes them: somebody slow costs no memory."""

    def __init__(self, watch: Watch, *, again: bool, allowed: Callable[[], Awaitable[Watch | None]]) -> None:
        self.watch = watch
        self._allowed = allowed
        self._waiting: frozenset[str] | None = EVERYTHING if again else None
        self._doubted = False
        self._rings = False
        self._news = asyncio.Event()
        self._ended = asyncio.Event()
        if again:
            self._news.set()

    def add(self, about: frozenset[str]) -> None:
        """These have changed; nothing stands for everything."""
        seen = self._seen(about)
        if seen or not about:
            self._waiting = joined(self._waiting, seen)
            self._news.set()

    def doubt(self) -> None:
        """The visitor's rights may have changed: ask before anything else is sent."""
        self._doubted = True
        self._news.set()

    def ring(self) -> None:
        """The person has something to read, or has read it."""
        self._rings = True
        self._news.set()

    def end(self) -> None:
        self._ended.set()

    async def run(self, protocol: HTTPProtocol) -> None:
        """Until the visitor goes, takes nothing any more, or may no longer watch; or until `end`."""
        transport = protocol.response_stream(200, HEADERS)
        tasks = {asyncio.create_task(end) for end in (self._send(transport), self._ended.wait(), _left(protocol))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, transport: Any) -> None:
        clock = asyncio.get_running_loop().time
        ends_at, asks_at = clock() + LASTS_AT_MOST, clock() + ASKS_AGAIN_EVERY
        await self._put(transport, BEGIN)
        # Whoever has watched to the end comes back by themselves, and nothing is left over for ever.
        while clock() < ends_at:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), BEATS_EVERY)
            if self._doubted or clock() >= asks_at:
                if not await self._may_go_on():
                    return
                asks_at = clock() + ASKS_AGAIN_EVERY
            await self._put(transport, self._text())

    async def _may_go_on(self) -> bool:
        self._doubted = False
        watch = await self._allowed()
        if watch is None:
            return False
        self.watch = watch
        return True

    def _text(self) -> str:
        """What waits, as an event; a sign of life when nothing does."""
        self._news.clear()
        rings, self._rings = self._rings, False
        return (RING if rings else "") + (self._changes() or ("" if rings else BEAT))

    def _changes(self) -> str:
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return ""
        if not waiting:
            return RESYNC
        pairs = [item.split("/") for item in waiting]
        schedules, days = sorted({pair[0] for pair in pairs}), sorted({pair[1] for pair in pairs})
        return f"event: agenda\ndata: {json.dumps({'schedules': schedules, 'days': days})}\n\n"

    def _seen(self, about: frozenset[str]) -> frozenset[str]:
        if self.watch.schedules is None:
            return about
        return frozenset(item for item in about if item.split("/")[0] in self.watch.schedules)

    async def _put(self, transport: Any, text: str) -> None:
        await asyncio.wait_for(transport.send_str(text), TAKES_AT_MOST)


async def _left(protocol: HTTPProtocol) -> None:
    """Until the visitor has gone."""
    await protocol.client_disconnect()
