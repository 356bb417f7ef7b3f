"""What is asked past the cursors is answered, and refused, as by a cursor."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from kalends.foundation.database.asking import ask, ask_by_name
from tests.cast import Clinic
from tests.conftest import end_sessions

pytestmark = pytest.mark.usefixtures("db")
ID = UUID("0193a1b2-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uuid", ID),
        ("text", "quo'te \\ ș 👩‍⚕️ \n"),
        ("int", -7),
        ("bigint", 2**62),
        ("bool", False),
        ("date", date(1987, 3, 14)),
        ("timestamptz", datetime(2026, 10, 25, 0, 30, 0, 1, UTC)),
        ("timestamptz", datetime(1, 1, 1, tzinfo=UTC)),
        ("timestamptz", datetime(9999, 12, 31, 23, 59, 59, 500000, UTC)),
        ("bytea", b"\x00\xff'\\"),
        ("text[]", ["a,b", 'c"d', "NULL", ""]),
        ("uuid[]", [ID]),
        ("text", None),
    ],
)
def test_values_come_back_as_from_a_cursor(kind: str, value: object) -> None:
    for _ in range(3):
        answer = ask(f"SELECT $1::{kind}", [value])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT %s::{kind}", [value])
            assert (answer.rows, answer.affected) == (cursor.fetchall(), 1)
    assert answer.rows == [(value,)]


def test_by_name_each_value_is_sent_once() -> None:
    values = {"a": 2, "b": 3, "not_asked": object()}
    assert ask_by_name("SELECT %(b)s::int - %(a)s::int * %(b)s", values).rows == [(-3,)]


def test_counts_what_was_written(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        assert ask("SELECT 1 WHERE false").affected == 0
        touch = "UPDATE agenda_schedule SET name = name WHERE organization_id = $1"
        assert ask(touch, [tilleuls.organization.id]) == ([], tilleuls.organization.schedules.count())


@pytest.mark.parametrize(
    ("statement", "fault", "cause"),
    [
        ("SELECT 1 / $1::int", DataError, psycopg.errors.DivisionByZero),
        (
            "INSERT INTO django_content_type (id, app_label, model) VALUES ($1, NULL, 'x')",
            IntegrityError,
            psycopg.Error,
        ),
    ],
)
def test_refuses_as_a_cursor_does(statement: str, fault: type[Exception], cause: type[Exception]) -> None:
    with pytest.raises(fault) as refused:
        ask(statement, [0])
    assert isinstance(refused.value.__cause__, cause)


def test_joins_the_open_transaction_and_is_undone_with_it() -> None:
    def number() -> Any:
        return ask("SELECT txid_current()").rows[0][0]

    with transaction.atomic():
        first = number()
        with connection.cursor() as cursor:
            cursor.execute("SELECT txid_current()")
            assert (number(), cursor.fetchone()[0]) == (first, first)
    assert number() != first


def test_nothing_more_in_a_broken_transaction() -> None:
    with transaction.atomic():
        with pytest.raises(DataError), transaction.atomic():
            ask("SELECT 1 / $1::int", [0])
        assert ask("SELECT 1").rows == [(1,)]
        connection.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            ask("SELECT 1")


def test_a_connection_that_has_ended_is_noticed(database_urls: tuple[str, str]) -> None:
    assert ask("SELECT 1").rows == [(1,)]
    end_sessions(database_urls[1])
    with pytest.raises(OperationalError):
        ask("SELECT 1")
    connection.close_if_unusable_or_obsolete()
    assert ask("SELECT 1").rows == [(1,)]
