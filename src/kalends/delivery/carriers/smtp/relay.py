"""EMAIL_URL: where mail is handed over.

    smtp://user:password@host:587?from=agenda@clinic.example     STARTTLS where the server offers it
    smtps://user:password@host                                   encrypted from the start

`from` is the sender's address; `timeout` (seconds, 10) is how long an answer may take; `connections` (4) is how many
one worker may have at a time. A server that takes fewer gets fewer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from kalends.delivery.url_options import connections, seconds

PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587
TIMEOUT = 10.0
CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Relay:
    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    timeout: float = TIMEOUT
    connections: int = CONNECTIONS

    @classmethod
    def read(cls, url: str) -> Self:
        """Raises ValueError, whose text never holds the password."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("EMAIL_URL is written smtp://user:password@host:587?from=name@example.org")
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        default = SUBMISSION if parts.scheme == "smtp" and parts.username else PORTS[parts.scheme]
        return cls(
            host=parts.hostname,
            port=parts.port or default,
            encrypted=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            sender=asked.get("from", ""),
            timeout=seconds(asked.get("timeout", ""), TIMEOUT, ValueError),
            connections=connections(asked.get("connections", ""), CONNECTIONS, ValueError),
        )

    @property
    def is_near(self) -> bool:
        """On this machine: nobody listens on the way."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")
