"""Waiting one's turn, in one fixed order, so that nobody waits in a circle."""

from __future__ import annotations

from uuid import UUID

from kalends.foundation.database.asking import ask

_TURN = """
SELECT pg_advisory_xact_lock(k)
FROM (SELECT DISTINCT uuid_hash_extended(x, 0) k FROM unnest($1::uuid[]) x ORDER BY 1 OFFSET 0) q
"""
# In half the time: every booking waits for its person's.
_ONES_TURN = "SELECT pg_advisory_xact_lock(uuid_hash_extended($1, 0))"


def take_turn_at_once(wanted: UUID) -> bool:
    """Hold `wanted` if nobody does, without waiting; False says that somebody is at it this very moment."""
    return bool(ask("SELECT pg_try_advisory_xact_lock(uuid_hash_extended($1, 0))", [wanted]).rows[0][0])


def wait_turn(*ids: UUID) -> None:
    """Hold all of `ids` until the transaction ends. First statement of the act, all ids at once."""
    if len(set(ids)) == 1:
        ask(_ONES_TURN, ids[:1])
    else:
        ask(_TURN, [list(ids)])
