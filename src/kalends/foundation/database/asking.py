"""Statements on the ways that every request and every booking takes, prepared and run by libpq itself.

A cursor of Django's on one of psycopg's takes longer in Python than PostgreSQL takes for the answer, and gives other
threads the processor several times (measured in docs/decisions/0016). Values and errors are the same as with a
cursor, for the same adapters and exceptions are used; the statements are our own text, never a caller's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from kalends.foundation.database.postgresql.direct import Answer

_NAMED = re.compile(r"%\((\w+)\)s")


def ask(statement: str, values: Sequence[Any] = ()) -> Answer:
    """Run `statement`, whose places are `$1`, `$2`, …, in the open transaction. Raises what a cursor raises."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.close_if_health_check_failed()  # as a cursor does: looked at once for each request
    if connection.connection is None:
        connection.ensure_connection()
    connection.validate_no_broken_transaction()
    run: Any = _run
    for wrapper in reversed(connection.execute_wrappers):
        run = partial(wrapper, run)
    answer: Answer = run(statement, values, False, {"connection": connection})
    return answer


def ask_by_name(statement: str, values: Mapping[str, Any]) -> Answer:
    """The same with places written as `%(name)s`; `values` may hold more than these."""
    numbered, names = _numbered(statement)
    return ask(numbered, [values[name] for name in names])


@lru_cache(512)
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    names = tuple(dict.fromkeys(_NAMED.findall(statement)))
    return _NAMED.sub(lambda place: f"${names.index(place[1]) + 1}", statement), names


def _run(statement: str, values: Sequence[Any], _many: bool, context: Mapping[str, Any]) -> Answer:
    connection = context["connection"]
    try:
        answer: Answer = connection.direct.run(statement, values)
    except psycopg.Error:
        with connection.wrap_database_errors:
            raise
    return answer
