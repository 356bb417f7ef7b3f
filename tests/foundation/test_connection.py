"""A connection that the server ended is noticed without a question to the server."""

from contextlib import suppress
from datetime import datetime

import psycopg
import pytest
from django.db import connection, transaction

from kalends.foundation.database.asking import ask
from tests.conftest import end_sessions

pytestmark = pytest.mark.usefixtures("db")


def test_a_live_connection_is_usable_without_asking(owner: psycopg.Connection) -> None:
    def asked_last() -> datetime:
        found = owner.execute("SELECT query_start FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
        assert found is not None
        return found[0]

    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    connection.connection.execute("SELECT 1")
    before = asked_last()
    assert connection.is_usable()
    assert asked_last() == before


def test_an_ended_connection_is_not_usable(database_urls: tuple[str, str]) -> None:
    connection.ensure_connection()
    end_sessions(database_urls[1])
    assert not connection.is_usable()


def test_an_undone_transaction_leaves_the_prepared_statements(db: None) -> None:
    def prepared() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            return int(cursor.fetchone()[0])

    for _ in range(5):
        prepared()
        ask("SELECT $1::int + 1", [1])
    before = prepared()
    assert before >= 2
    for _ in range(2):
        with suppress(LookupError), transaction.atomic():
            with suppress(LookupError), transaction.atomic():
                ask("SELECT $1::int + 1", [1])
                raise LookupError
            raise LookupError
        assert prepared() == before
        assert ask("SELECT $1::int + 1", [1]).rows == [(2,)]
