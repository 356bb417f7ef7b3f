"""A letter as the bytes that go over the line (RFC 5322), with its headers.

Written by hand: the standard library takes five times as long, and what a header may hold is decided here, by
`clean_line`.
"""

from __future__ import annotations

import quopri
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime, formataddr
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from kalends.delivery import provider_url
from kalends.delivery.carriers import Parcel
from kalends.delivery.carriers.smtp.relay import Relay
from kalends.delivery.letters import Letter
from kalends.foundation.text import clean_line

LONGEST_SUBJECT = 200
LONGEST_NAME = 100
NO_ADDRESS = gettext_noop("This is no address that mail can be sent to.")
FILE_NAME = b'filename="appointment.ics"'
LINE = 76
# In base64 with its frame no more than 75 characters.
BYTES_A_WORD = 45


def message_id(delivery_id: UUID) -> str:
    """The same each time the same delivery goes out, so that a reader who gets it again can tell."""
    return f"<{delivery_id}@{own_host()}>"


def own_host() -> str:
    """The name of the installation, as its addresses and identifiers carry it."""
    return _host_of(settings.BASE_URL)


@lru_cache(8)
def _host_of(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return host if host and ":" not in host else "localhost"


def sender_address() -> str:
    """From whom the installation writes: `?from=` of EMAIL_URL, else no-reply at its own name."""
    sender = _sender_of(settings.EMAIL_URL) if settings.EMAIL_URL else ""
    return sender or f"no-reply@{own_host()}"


@lru_cache(8)
def _sender_of(url: str) -> str:
    account = provider_url.account_of(url)
    return account.sender if account else Relay.read(url).sender


def parcel(
    letter: Letter,
    *,
    sender_name: str,
    sender: str = "",
    recipient: str,
    message_id: str,
    at: datetime,
    reply_to: str = "",
    returns_to: str = "",
    unsubscribe_at: str = "",
) -> Parcel:
    """The message, ready to be handed over; `at` is its date, `sender` whom it is from (else the platform),
    `returns_to` where it comes back to if it does not arrive (else to the platform). Every header value is one clean
    line, whatever it was made from. Raises ValueError for an address that mail cannot be sent to.
    """
    platform, to = sender_address(), on_the_wire(recipient)
    head = [
        _folded("Subject", clean_line(letter.subject)[:LONGEST_SUBJECT]),
        f"From: {_named(clean_line(sender_name)[:LONGEST_NAME], on_the_wire(sender) if sender else platform)}",
        f"To: {to}",
        *([f"Reply-To: {on_the_wire(reply_to)}"] if reply_to else []),
        f"Date: {_date(at)}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ]
    if unsubscribe_at:
        head += [
            f"List-Unsubscribe: <{unsubscribe_at}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]  # RFC 8058
    return Parcel(returns_to or platform, to, "\r\n".join(head).encode("ascii") + b"\r\n" + _parts(letter))


@lru_cache(64)
def _date(at: datetime) -> str:
    """Those of one set have the same."""
    return format_datetime(at)


def _parts(letter: Letter) -> bytes:
    """Text, HTML and calendar as alternatives; the calendar once more as a file, which people open."""
    written = [_part(b"text/plain", letter.text)]
    if letter.html:
        written.append(_part(b"text/html", letter.html))
    if letter.calendar is None:
        return _several(b"alternative", b"=_written", written)
    part, method = letter.calendar.content.decode(), f'; method="{letter.calendar.method}"'.encode("ascii")
    written.append(_part(b"text/calendar", part, method))
    file = _part(b"application/ics", part, method + b"\r\nContent-Disposition: attachment; " + FILE_NAME)
    return _several(b"mixed", b"=_both", [_several(b"alternative", b"=_written", written), file])


def _several(subtype: bytes, boundary: bytes, parts: Sequence[bytes]) -> bytes:
    """ "=_" stands in no quoted-printable text (RFC 2045, 6.7), so these boundaries need not be searched for."""
    between = b"--" + boundary + b"\r\n"
    head = b"Content-Type: multipart/" + subtype + b'; boundary="' + boundary + b'"\r\n\r\n'
    return head + b"".join(between + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


def _part(kind: bytes, content: str, more: bytes = b"") -> bytes:
    """Seven bits: no relay on the way has to encode it again."""
    text = quopri.encodestring(content.replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n")
    head = b"Content-Type: " + kind + b'; charset="utf-8"' + more
    return head + b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + text


def _folded(name: str, text: str) -> str:
    """The header of a clean line: broken at spaces, or in words of RFC 2047 where it is not plain."""
    if not _is_plain(text):
        return f"{name}: {_encoded(text)}"
    lines, line = [], f"{name}:"
    for word in text.split(" "):
        if word and len(line) + 1 + len(word) > LINE and line.strip(" ") not in ("", f"{name}:"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line])


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _encoded(text: str) -> str:
    """Words of at most 75 characters, none of which parts a letter of ours in two."""
    written, pieces, begin = text.encode(), [], 0
    while begin < len(written):
        end = begin + BYTES_A_WORD
        while end < len(written) and written[end] & 0xC0 == 0x80:  # within a letter
            end -= 1
        pieces.append(written[begin:end])
        begin = end
    return "\r\n ".join(f"=?utf-8?b?{b64encode(one).decode()}?=" for one in pieces)


@lru_cache(1024)
def _named(name: str, address: str) -> str:
    if _is_plain(name):
        return formataddr((name, address))
    return f"{_encoded(name)}\r\n <{address}>"


@lru_cache(4096)
def on_the_wire(address: str) -> str:
    """The address in ASCII: what RFC 5321 can carry without an extension."""
    local, _, domain = clean_line(address).rpartition("@")
    if not local.isascii() or not validate_email.user_regex.match(local):
        raise ValueError(NO_ADDRESS)
    return f"{local}@{_domain(domain)}"


@lru_cache(1024)
def _domain(domain: str) -> str:
    """In ASCII. Many addresses share one."""
    try:
        written = domain.encode("idna").decode()
        validate_email(f"x@{written}")
    except (UnicodeError, ValidationError) as fault:
        raise ValueError(NO_ADDRESS) from fault
    return written
