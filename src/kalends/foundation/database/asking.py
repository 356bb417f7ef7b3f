"""Statements on the ways that every request and every booking takes, prepared and run by libpq itself.

A cursor of Django's on one of psycopg's takes longer in Python than PostgreSQL takes for the answer, and gives other
threads the processor several times (measured in docs/decisions/0016). Values and errors are the same as with a
cursor, for the same adapters and exceptions are used; the statements are our own text, never a caller's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, OperationalError, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

# Of one connection.
MOST_PREPARED = 500
_NAMED = re.compile(r"%\((\w+)\)s")
_prepared: WeakKeyDictionary[Connection[Any], dict[str, bytes]] = WeakKeyDictionary()


class Answer(NamedTuple):
    rows: list[tuple[Any, ...]]
    affected: int
    """Rows read or written."""


def ask(statement: str, values: Sequence[Any] = ()) -> Answer:
    """Run `statement`, whose places are `$1`, `$2`, …, in the open transaction. Raises what a cursor raises."""
    connection = connections[DEFAULT_DB_ALIAS]
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
    """Values travel as text, so that PostgreSQL finds their types and one statement is prepared once."""
    inner = context["connection"].connection
    with context["connection"].wrap_database_errors:
        adapted = Transformer(inner)
        sent = adapted.dump_sequence(values, [PyFormat.TEXT] * len(values))
        server = inner.pgconn
        if server.transaction_status == TransactionStatus.IDLE and not inner.autocommit:
            _expect(inner, server.exec_(b"BEGIN"))
        names = _prepared.setdefault(inner, {})
        name = names.get(statement)
        if name is None:
            name = b"kalends_%d" % len(names) if len(names) < MOST_PREPARED else b""
            _expect(inner, server.prepare(name, statement.encode()))
            if name:
                names[statement] = name
        result = _expect(inner, server.exec_prepared(name, sent))
        if result.status != ExecStatus.TUPLES_OK:
            return Answer([], result.command_tuples or 0)
        adapted.set_pgresult(result)
        return Answer(adapted.load_rows(0, result.ntuples, tuple), result.ntuples)


def _expect(inner: Connection[Any], result: Any) -> Any:
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        if inner.pgconn.status == ConnStatus.BAD:
            raise OperationalError(result.get_error_message(inner.info.encoding))
        raise errors.error_from_result(result, inner.info.encoding)
    return result
