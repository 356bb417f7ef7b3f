"""A connection that the server ended is noticed without a question to the server."""

from datetime import datetime

import psycopg
import pytest
from django.db import connection

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
