"""SMS_URL: where text messages are handed over.

    kannel://user:password@host:13013?from=Tilleuls     kannels:// where the gateway is reached by https

`from` is what phones show: up to 11 letters and digits with at least one letter, or up to 15 digits (a name that is
no such thing is cut or refused by the networks, SMS-10). Nobody can answer a name: STOP needs a number. `path`
(/cgi-bin/sendsms) and `timeout` (seconds, 10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"kannel": 13013, "kannels": 443}
PATH = "/cgi-bin/sendsms"
TIMEOUT = 10.0
_SENDER = re.compile(r"\+?[0-9]{1,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


@dataclass(frozen=True, slots=True)
class Gateway:
    host: str
    port: int
    encrypted: bool
    user: str
    password: str = field(repr=False)
    sender: str = ""
    path: str = PATH
    timeout: float = TIMEOUT

    @classmethod
    def read(cls, url: str) -> Self:
        """Raises ValueError, whose text never holds the password."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname or not parts.username:
            raise ValueError("SMS_URL is written kannel://user:password@host:13013?from=Name")
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        sender = asked.get("from", "")
        if sender and not _SENDER.fullmatch(sender):
            raise ValueError("The sender in SMS_URL (from=) is up to 11 letters and digits, or a number.")
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            encrypted=parts.scheme == "kannels",
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            sender=sender,
            path=asked.get("path", PATH),
            timeout=float(asked.get("timeout", TIMEOUT)),
        )
