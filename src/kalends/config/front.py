"""Django under RSGI: pages in a few threads, streams in the event loop (why: docs/decisions/0013).

A page is made by Django's WSGI handler in one of the threads, which hands it to granian itself. A view that answers
with a `LiveAnswer` has only said that the visitor may look on: the stream then lives in the event loop, where
hundreds of them cost little but memory, and asks the same view again whether it may go on.
"""

from __future__ import annotations

import asyncio
import io
import signal
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Any

from granian._granian import RSGIHTTPProtocol as HTTPProtocol
from granian._granian import RSGIHTTPStreamTransport as StreamTransport
from granian.rsgi import Scope

from kalends.config import requests
from kalends.config.threads import Threads
from kalends.web.live.hub import Hub
from kalends.web.live.streams import Stream
from kalends.web.live.views import LiveAnswer, Watch

# Each keeps one connection to the database. With fewer the processor rests while all of them wait for the disk of the
# database (323 bookings a second with 4, 344 with 6, in turns); with more they wait for the processor, and use memory.
THREADS = 6
SENT_AT_ONCE = 1_000_000
# Some 200,000 lines of a table; more than SENT_AT_ONCE of it wait in a file without a name.
MADE_FIRST = 32_000_000
PLAIN = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
GONE = [("content-type", "text/plain"), ("retry-after", "30")]


class Front:
    """The application that granian serves, one in each process."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._threads = Threads(THREADS, loop)
        self._hub = Hub(self._threads.run)
        for number in (signal.SIGTERM, signal.SIGINT):
            # Granian's own handler stands in the loop and waits until nobody is connected; this runs beside it.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._hub.close))

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        surroundings = requests.environ(scope)
        if requests.is_too_long(surroundings):
            protocol.response_str(400, PLAIN, "The headers of this request are too long.")
            return
        surroundings["wsgi.input"] = await requests.body(surroundings, protocol, self._loop)
        watch = await self._threads.run(partial(self._answer, surroundings, protocol))
        if watch is not None:
            await self._stream(watch, surroundings, protocol)

    def _answer(self, surroundings: dict[str, Any], protocol: HTTPProtocol) -> Watch | None:
        """In a thread: send what Django answers; of a stream only what may be watched."""
        response, status, headers = self._ask(surroundings)
        try:
            if isinstance(response, LiveAnswer) and surroundings["REQUEST_METHOD"] == "GET":
                return response.watch
            length = response.headers.get("Content-Length")
            if length is None and response.streaming:
                self._send_made(protocol, status, headers, response)
            elif int(length or 0) < SENT_AT_ONCE:
                protocol.response_bytes(status, headers, b"".join(response))
            else:
                self._send(protocol.response_stream(status, headers), response)
        finally:
            response.close()
        return None

    def _send_made(self, protocol: HTTPProtocol, status: int, headers: list[tuple[str, str]], parts: Any) -> None:
        """What is made while it is sent, and fails halfway, would look complete: granian ends a stream as if it were.
        So it is made first, and then sent with its length. Only what grows beyond MADE_FIRST is sent as it is made."""
        coming = iter(parts)
        with SpooledTemporaryFile(max_size=SENT_AT_ONCE) as made:
            for part in coming:
                made.write(part)
                if made.tell() > MADE_FIRST:
                    break
            else:
                headers = [*headers, ("content-length", str(made.tell()))]
            made.seek(0)
            first = iter(partial(made.read, SENT_AT_ONCE), b"")
            self._send(protocol.response_stream(status, headers), chain(first, coming))

    def _send(self, transport: StreamTransport, parts: Iterable[bytes]) -> None:
        for part in parts:
            asyncio.run_coroutine_threadsafe(_send(transport, bytes(part)), self._loop).result()

    def _ask(self, surroundings: Mapping[str, Any]) -> tuple[Any, int, list[tuple[str, str]]]:
        begun: list[tuple[int, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun.append((int(status[:3]), headers))

        response = self._handler(dict(surroundings), start_response)
        return response, *begun[0]

    async def _stream(self, watch: Watch, surroundings: Mapping[str, Any], protocol: HTTPProtocol) -> None:
        if self._hub.is_full:
            protocol.response_bytes(503, GONE, b"")
            return
        stream = Stream(watch, again=watch.is_back, allowed=partial(self._may_go_on, surroundings))
        with self._hub.joined(stream):
            await stream.run(protocol)

    async def _may_go_on(self, surroundings: Mapping[str, Any]) -> Watch | None:
        """Ask the view again, as if the visitor came now."""
        found: Watch | None = await self._threads.run(partial(self._look_again, surroundings))
        return found

    def _look_again(self, surroundings: Mapping[str, Any]) -> Watch | None:
        response, _status, _headers = self._ask({**surroundings, "wsgi.input": io.BytesIO()})
        response.close()
        return response.watch if isinstance(response, LiveAnswer) else None


async def _send(transport: StreamTransport, part: bytes) -> None:
    """What granian gives to wait for is no coroutine, as another thread has to hand over."""
    await transport.send_bytes(part)
