"""What is asked of the database, past Django's cursors or by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def noted() -> Iterator[list[str]]:
    """The statements of the block, as they are sent; beginnings and ends of transactions are none."""
    statements: list[str] = []

    def note(execute: Any, statement: str, *rest: Any) -> Any:
        statements.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(note):
        yield statements
