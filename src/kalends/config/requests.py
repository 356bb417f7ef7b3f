"""What a request looks like to Django: from granian's RSGI to the names of WSGI (PEP 3333)."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from granian._granian import RSGIHTTPProtocol as HTTPProtocol
from granian.rsgi import Scope

READ_AT_ONCE = 65_536
# Of all headers together, in characters; browsers and programs send some thousand.
MOST_OF_HEADERS = 32_768
_WITHOUT_BODY = ("GET", "HEAD")
_ALWAYS: Mapping[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


def environ(scope: Scope) -> dict[str, Any]:
    """All but the body. A header sent twice is joined; one with an underscore is left out, for WSGI could not tell
    it from another with a hyphen."""
    found: dict[str, Any] = dict(_ALWAYS)
    for header, value in scope.headers.items():
        name = _name(header)
        if name in found:
            found[name] += ("; " if name == "HTTP_COOKIE" else ",") + value
        elif name:
            found[name] = value
    path, (host, port) = scope.path, _address(scope.server)
    found["REQUEST_METHOD"] = scope.method
    found["PATH_INFO"] = path if path.isascii() else path.encode().decode("latin-1")
    found["QUERY_STRING"] = scope.query_string
    found["REMOTE_ADDR"] = scope.client.rpartition(":")[0].strip("[]")
    found["SERVER_NAME"], found["SERVER_PORT"] = host, port
    found["SERVER_PROTOCOL"] = f"HTTP/{scope.http_version}"
    found["wsgi.url_scheme"] = scope.scheme
    if "HTTP_HOST" not in found and scope.authority:
        found["HTTP_HOST"] = scope.authority
    return found


def is_too_long(surroundings: Mapping[str, Any]) -> bool:
    """Whether the headers hold more than anybody honest sends (BIG-01)."""
    return sum(len(value) for name, value in surroundings.items() if name.startswith("HTTP_")) > MOST_OF_HEADERS


async def body(surroundings: Mapping[str, Any], protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop) -> Any:
    """What is sent, as a file. A small one is read at once, so that a slow sender keeps no thread waiting."""
    length = surroundings.get("CONTENT_LENGTH", "")
    if surroundings["REQUEST_METHOD"] in _WITHOUT_BODY or not (length.isascii() and length.isdecimal()):
        return io.BytesIO()
    if int(length) <= READ_AT_ONCE:
        return io.BytesIO(await protocol())
    return io.BufferedReader(_Incoming(protocol, loop), READ_AT_ONCE)


class _Incoming(io.RawIOBase):
    """A large body, read by a thread in pieces as they come."""

    def __init__(self, protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop) -> None:
        self._pieces = aiter(protocol)
        self._loop = loop
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
        part = self._rest[: len(buffer)]
        buffer[: len(part)] = part
        self._rest = self._rest[len(part) :]
        return len(part)

    async def _next(self) -> bytes:
        """The next piece that is not empty; nothing at the end."""
        piece = b""
        while not piece:
            try:
                piece = bytes(await anext(self._pieces))
            except StopAsyncIteration:
                break
        return piece


@lru_cache(512)
def _name(header: str) -> str:
    if "_" in header:
        return ""
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


@lru_cache(16)
def _address(server: str) -> tuple[str, str]:
    host, _, port = server.rpartition(":")
    return host.strip("[]"), port
