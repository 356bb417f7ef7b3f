"""FAX_URL: by whom faxes leave. Pure.

    hylafax://user:password@host:4559      a HylaFAX server: it dials, and says what became of each fax
    mailto:{number}@fax.example.org        a service that makes a fax of a mail, which leaves by EMAIL_URL

`{number}` stands for the digits of the number with those of its country: 33241234568. Of HylaFAX: `plus`, what it is
given in place of the + of a number (+, which its own dialling rules understand; 00 where it has none); `modem` (any);
`timeout` (seconds, 10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from kalends.delivery.url_options import seconds

FORMS = "hylafax://user:password@host:4559, or mailto:{number}@fax.example.org"
PORT, USER = 4559, "kalends"
TIMEOUT = 10.0
PLACE = "{number}"
_DIALLED = re.compile(r"\+|[0-9*#,]{0,12}")
_MODEM = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_MAILBOX = re.compile(r"[A-Za-z0-9.+_=-]*\{number\}[A-Za-z0-9.+_=-]*@[A-Za-z0-9.-]+")
_NAME = re.compile(r"[^\s:\"\\]{1,64}")


class BadFaxAddress(ValueError):
    """The sentence says how it is written, and never holds the password."""


@dataclass(frozen=True, slots=True)
class FaxServer:
    """A HylaFAX."""

    host: str
    port: int = PORT
    user: str = USER
    password: str = field(default="", repr=False)
    plus: str = "+"
    modem: str = "any"
    timeout: float = TIMEOUT

    def dialled(self, number: str) -> str:
        """What it is given for an E.164 number."""
        return self.plus + number.removeprefix("+")


@dataclass(frozen=True, slots=True)
class FaxMailbox:
    """Where a service takes mails: an address with a place for the number."""

    pattern: str

    def address(self, number: str) -> str:
        return self.pattern.replace(PLACE, number.removeprefix("+"))


FaxWay = FaxServer | FaxMailbox


def read(url: str) -> FaxWay:
    """Raises BadFaxAddress."""
    unreadable = BadFaxAddress(f"it cannot be read: write it as {FORMS}.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise unreadable from None
    if parts.scheme == "mailto":
        pattern = unquote(parts.path)
        if not _MAILBOX.fullmatch(pattern) or parts.query:
            raise BadFaxAddress(f"a mailbox is written with a place for the number: mailto:{PLACE}@fax.example.org.")
        return FaxMailbox(pattern)
    if parts.scheme != "hylafax" or not parts.hostname or port == 0 or parts.path.strip("/"):
        raise unreadable
    asked = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return FaxServer(
        host=parts.hostname,
        port=port or PORT,
        user=_matching(_NAME, unquote(parts.username or "") or USER, "the user is one word."),
        password=unquote(parts.password or ""),
        plus=_matching(
            _DIALLED, asked.get("plus", "+").replace(" ", "+"), "plus= is what is dialled in place of +: 00."
        ),
        modem=_matching(_MODEM, asked.get("modem", "any"), "modem= is the name of a modem or of a class of them."),
        timeout=seconds(asked.get("timeout", ""), TIMEOUT, BadFaxAddress),
    )


def _matching(shape: re.Pattern[str], given: str, otherwise: str) -> str:
    if not shape.fullmatch(given):
        raise BadFaxAddress(otherwise)
    return given
