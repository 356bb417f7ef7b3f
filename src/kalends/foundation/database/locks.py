"""Waiting one's turn, in one fixed order, so that nobody waits in a circle."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

_TURN = """
SELECT pg_advisory_xact_lock(k)
FROM (SELECT DISTINCT uuid_hash_extended(x, 0) k FROM unnest(%s::uuid[]) x ORDER BY 1 OFFSET 0) q
"""


def wait_turn(*ids: UUID) -> None:
    """Hold all of `ids` until the transaction ends. First statement of the act, all ids at once."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [list(ids)])
