"""SMS_URL: by whom text messages leave, and what is shown as their sender. Pure.

    kannel://user:password@host:13013        an HTTP gateway that speaks as Kannel does; kannels:// by https
    smpp://user:password@host:2775           the SMS centre of a network itself; smpps:// encrypted
    https+json://key@host/path?secret=…      a gateway that can be asked by our reference; http+json:// within a house

Of all: `from` and `from-XX` (senders.py), `timeout` (seconds, 10) and `connections` (8): how many messages one worker
may be handing over at a time; over SMPP they share one line. Of Kannel: `path` (/cgi-bin/sendsms). Of SMPP:
`system_type`. Of the last: `secret`, with which it signs what it brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from kalends.delivery.senders import BadSender, Senders
from kalends.delivery.url_options import connections, seconds

FORMS = {
    "kannel": "kannel://user:password@host:13013?from=Name",
    "smpp": "smpp://user:password@host:2775?from=Name",
    "json": "https+json://key@host/path?from=Name&secret=…",
}
# What is spoken, the port, and whether it is encrypted.
SCHEMES = {
    "kannel": ("kannel", 13013, False),
    "kannels": ("kannel", 443, True),
    "smpp": ("smpp", 2775, False),
    "smpps": ("smpp", 3550, True),
    "http+json": ("json", 80, False),
    "https+json": ("json", 443, True),
}
TIMEOUT = 10.0
CONNECTIONS = 8
LONGEST_USER, LONGEST_PASSWORD = 15, 8  # of SMPP 3.4


class BadAddress(ValueError):
    """The sentence says what to write instead, and never holds the password."""


@dataclass(frozen=True, slots=True)
class SmsAddress:
    speaks: str
    """kannel, smpp or json."""
    host: str
    port: int
    encrypted: bool
    user: str
    password: str = field(repr=False)
    path: str = ""
    senders: Senders = field(default_factory=Senders)
    timeout: float = TIMEOUT
    connections: int = CONNECTIONS
    asked: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What else stands behind the question mark."""

    @classmethod
    def read(cls, url: str) -> Self:
        """Raises BadAddress."""
        try:
            parts = urlsplit(url)
            speaks, port, encrypted = SCHEMES[parts.scheme]
            usable = bool(parts.hostname and parts.username and parts.port != 0)
        except (KeyError, ValueError):
            usable = False
        if not usable:
            raise BadAddress(f"SMS_URL cannot be read: write it as {', or as '.join(FORMS.values())}.")
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            senders = Senders.read(asked)
        except BadSender as fault:
            raise BadAddress(f"SMS_URL: {fault}") from None
        read = cls(
            speaks=speaks,
            host=parts.hostname or "",
            port=parts.port or port,
            encrypted=encrypted,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            path=parts.path.rstrip("/"),
            senders=senders,
            timeout=seconds(asked.get("timeout", ""), TIMEOUT, _refuse),
            connections=connections(asked.get("connections", ""), CONNECTIONS, _refuse),
            asked=asked,
        )
        read._check()
        return read

    @property
    def name(self) -> str:
        """Of the account at the other end, to tell it from others."""
        return f"{self.speaks}:{self.user}@{self.host}:{self.port}{self.path}"

    def _check(self) -> None:
        if self.speaks == "smpp" and (len(self.user) > LONGEST_USER or len(self.password) > LONGEST_PASSWORD):
            raise BadAddress(
                f"SMS_URL: SMPP knows names of {LONGEST_USER} and passwords of {LONGEST_PASSWORD} characters: "
                "ask the network for shorter ones."
            )
        if self.speaks == "json" and not self.asked.get("secret"):
            raise BadAddress(f"SMS_URL lacks secret=, with which the gateway signs what it brings: {FORMS['json']}.")


def _refuse(sentence: str) -> BadAddress:
    return BadAddress(f"SMS_URL: {sentence}")
