"""Statements past the cursors, on one connection (why: docs/decisions/0016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection, OperationalError, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

MOST_PREPARED = 500
_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Answer(NamedTuple):
    rows: list[tuple[Any, ...]]
    affected: int
    """Rows read or written."""


class Direct:
    """Prepares and runs by libpq. Keeps what it prepared, and psycopg's adapters that it has looked up."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection: Any = connection
        self._server: Any = connection.pgconn
        self._prepared: dict[str, bytes] = {}
        self._adapted = Transformer(connection)

    def run(self, statement: str, values: Sequence[Any]) -> Answer:
        """Values travel as text, so that PostgreSQL finds their types and one statement is prepared once."""
        adapted, server = self._adapted, self._server
        sent = adapted.dump_sequence(values, [PyFormat.TEXT] * len(values))
        if server.transaction_status == TransactionStatus.IDLE and not self._connection.autocommit:
            self._expect(server.exec_(b"BEGIN"))
        result = self._expect(server.exec_prepared(self._name_of(statement), sent))
        if result.status != ExecStatus.TUPLES_OK:
            return Answer([], result.command_tuples or 0)
        adapted.set_pgresult(result)
        return Answer(adapted.load_rows(0, result.ntuples, tuple), result.ntuples)

    def commit(self) -> None:
        if self._server.transaction_status != TransactionStatus.IDLE:
            self._expect(self._server.exec_(b"COMMIT"))

    def _name_of(self, statement: str) -> bytes:
        name = self._prepared.get(statement)
        if name is None:
            name = b"kalends_%d" % len(self._prepared) if len(self._prepared) < MOST_PREPARED else b""
            self._expect(self._server.prepare(name, statement.encode()))
            if name:
                self._prepared[statement] = name
        return name

    def _expect(self, result: Any) -> Any:
        if result.status in _DONE:
            return result
        encoding = self._connection.info.encoding
        if self._server.status == ConnStatus.BAD:
            raise OperationalError(result.get_error_message(encoding))
        raise errors.error_from_result(result, encoding)
