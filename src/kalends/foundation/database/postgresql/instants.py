"""Instants as PostgreSQL writes them in UTC, read by the standard library instead of by a pattern in Python."""

from __future__ import annotations

from datetime import UTC, datetime

from psycopg.abc import Buffer
from psycopg.types.datetime import TimestamptzLoader


class InstantLoader(TimestamptzLoader):
    timezone = UTC
    """By this name Django's cursors see that it is theirs."""

    def load(self, data: Buffer) -> datetime:
        """What no `datetime` can hold is left to psycopg, which says so in its own words."""
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)
