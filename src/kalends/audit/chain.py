"""What a link of the chain is made of. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

GENESIS = bytes(32)


def digest(previous: bytes, entry: Mapping[str, Any]) -> bytes:
    """SHA-256 over the digest before and the entry in its canonical form."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The one way to write an entry: JSON, keys sorted, no spaces, instants in UTC to the microsecond."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
