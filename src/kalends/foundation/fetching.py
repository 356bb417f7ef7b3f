"""Reading an address that somebody typed, without becoming their way into our own network.

The name is looked up once and the connection goes to the address that was checked, so that a name cannot mean
something else a moment later. Redirects are checked like the first address. Bounded in size and in time.
Called outside of transactions.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext_noop

MOST_REDIRECTS = 5
MULTISTATUS = 207
REDIRECTS = (301, 302, 303, 307, 308)
PIECE = 65_536


class CannotFetch(Exception):
    """The sentence says why, in English, for gettext; never what was sent back."""

    @property
    def sentence(self) -> str:
        return str(self.args[0])


UNUSABLE = gettext_noop("This is no address of the form https://…")
PRIVATE = gettext_noop("This address lies within a private network.")
UNKNOWN_NAME = gettext_noop("There is no such server.")
SILENT = gettext_noop("The server did not answer in time.")
BROKEN = gettext_noop("The connection to the server broke off.")
UNSAFE = gettext_noop("The server cannot prove who it is: its certificate is not valid.")
TOO_LARGE = gettext_noop("The file is too large.")
TURNED_AWAY = gettext_noop("The server asks for a name and a password, or does not accept these.")
GONE = gettext_noop("There is nothing at this address any more.")
NOT_UNDERSTOOD = gettext_noop("The server does not understand the question: this is an address of another kind.")
REFUSED = gettext_noop("The server refused to give the file.")
IN_CIRCLES = gettext_noop("The address leads on and on to others.")
_REASONS = {
    **dict.fromkeys((200, 207, 400, 405, 415, 501), NOT_UNDERSTOOD),
    **dict.fromkeys((401, 403), TURNED_AWAY),
    **dict.fromkeys((404, 410), GONE),
}


@dataclass(frozen=True, slots=True)
class Dav:
    """A question that no plain file answers (WebDAV, RFC 4918), in XML; `depth` 1 asks of what lies below as well."""

    method: Literal["PROPFIND", "REPORT"]
    xml: bytes
    depth: int


@dataclass(frozen=True, slots=True)
class Asked:
    url: str
    dav: Dav | None = None  # else the file itself is asked for
    etag: str = ""
    username: str = ""
    password: str = ""
    largest: int = 5_000_000  # bytes
    within: float = 20.0  # seconds, for all of it
    private_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes
    etag: str


def check(url: str) -> SplitResult:
    """The parts of an address that may be asked at all. Raises CannotFetch."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or not url.isascii() or any(sign <= " " for sign in url):
        raise CannotFetch(UNUSABLE)
    return parts


def fetch(asked: Asked) -> Fetched | None:
    """What is there; None: the same as when it had `etag`. Raises CannotFetch."""
    ends_at = time.monotonic() + asked.within
    url, home = asked.url, check(asked.url)
    for _ in range(MOST_REDIRECTS + 1):
        parts = check(url)
        # Name and password are for the server they were given for, and nobody else.
        is_home = (parts.scheme, parts.netloc) == (home.scheme, home.netloc)
        try:
            found = _ask(parts, asked, ends_at, tells_password=is_home)
        except ssl.SSLCertVerificationError:
            raise CannotFetch(UNSAFE) from None
        except TimeoutError:
            raise CannotFetch(SILENT) from None
        except (OSError, http.client.HTTPException):
            raise CannotFetch(BROKEN) from None
        if not isinstance(found, str):
            return found
        url = urljoin(url, found)
    raise CannotFetch(IN_CIRCLES)


def _ask(parts: SplitResult, asked: Asked, ends_at: float, *, tells_password: bool) -> Fetched | str | None:
    """One request; a text is where it leads to."""
    connection = _Connection(parts, _address(parts, asked.private_allowed), _left(ends_at))
    headers = {"User-Agent": "Kalends", "Accept": "text/calendar", "Accept-Encoding": "identity"}
    method, body = "GET", None
    if asked.dav is not None:
        method, body = asked.dav.method, asked.dav.xml
        headers |= {
            "Accept": "application/xml, text/xml",
            "Content-Type": "application/xml; charset=utf-8",
            "Depth": str(asked.dav.depth),
        }
    if asked.etag:
        headers["If-None-Match"] = asked.etag
    if asked.username and tells_password:
        headers["Authorization"] = f"Basic {b64encode(f'{asked.username}:{asked.password}'.encode()).decode()}"
    try:
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request(method, target, body=body, headers=headers)
        with connection.getresponse() as answer:
            return _understood(connection, answer, asked, ends_at)
    finally:
        connection.close()


def _understood(
    connection: _Connection, answer: http.client.HTTPResponse, asked: Asked, ends_at: float
) -> Fetched | str | None:
    if answer.status == 304:
        return None
    if answer.status in REDIRECTS and (led := answer.getheader("Location")):
        return led
    if answer.status != (200 if asked.dav is None else MULTISTATUS):
        raise CannotFetch(_REASONS.get(answer.status, REFUSED))
    return Fetched(_body(connection, answer, asked.largest, ends_at), (answer.getheader("ETag") or "")[:200])


def _body(connection: _Connection, answer: http.client.HTTPResponse, largest: int, ends_at: float) -> bytes:
    pieces, size = [], 0
    while piece := answer.read1(PIECE):
        size += len(piece)
        if size > largest:
            raise CannotFetch(TOO_LARGE)
        pieces.append(piece)
        connection.wait_at_most(_left(ends_at))
    return b"".join(pieces)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _address(parts: SplitResult, private_allowed: bool) -> str:
    """Where the name leads now. One private address among several refuses them all. Raises CannotFetch."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CannotFetch(UNKNOWN_NAME) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not private_allowed and not all(_is_public(address) for address in addresses):
        raise CannotFetch(PRIVATE)
    return addresses[0]


def _is_public(address: str) -> bool:
    known = ip_address(address.partition("%")[0])
    inner = getattr(known, "ipv4_mapped", None) or getattr(known, "sixtofour", None)
    return known.is_global and not known.is_multicast and (inner is None or inner.is_global)


class _Connection(http.client.HTTPConnection):
    """To an address that was looked up and checked before, under the name that was asked for."""

    def __init__(self, parts: SplitResult, address: str, timeout: float) -> None:
        self._is_safe = parts.scheme == "https"
        super().__init__(parts.hostname or "", parts.port or (443 if self._is_safe else 80), timeout=timeout)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._is_safe:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def wait_at_most(self, seconds: float) -> None:
        if self.sock is not None:  # None once the answer is all there
            self.sock.settimeout(seconds)
