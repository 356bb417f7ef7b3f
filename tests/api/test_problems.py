"""What becomes of faults."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from psycopg import errors as postgres

from kalends.api.problems import document, refusal_of
from tests.api.callers import Caller, booking, problem, told
from tests.cast import Clinic

BUSY = problem(429, "too_many_requests", "Too many ask for the same at once. Wait a moment, then try again.")


def caused(fault: Exception, cause: Exception | None = None) -> Exception:
    fault.__cause__ = cause
    return fault


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (caused(OperationalError(), postgres.LockNotAvailable()), 429, "too_many_requests"),
        (caused(OperationalError(), postgres.QueryCanceled()), 429, "too_many_requests"),
        (caused(OperationalError(), postgres.DeadlockDetected()), 429, "too_many_requests"),
        (OperationalError(), 503, "unavailable"),
        (InterfaceError(), 503, "unavailable"),
        (ZeroDivisionError(), 500, "fault"),
    ],
)
def test_a_fault_is_told_without_detail(fault: Exception, status: int, code: str) -> None:
    told_of: dict[str, Any] = document(refusal_of(HttpRequest(), fault))
    assert (told_of["status"], told_of["code"], told_of["errors"]) == (status, code, [])


@pytest.mark.slow
def test_who_waits_too_long_for_a_turn_is_sent_away_kindly(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    with psycopg.connect(owner.info.dsn, password=owner.info.password) as other:
        other.execute("SELECT pg_advisory_xact_lock(uuid_hash_extended(%s, 0))", [tilleuls.schedule.id])
        response = Caller().post("public/tilleuls/appointments", booking(tilleuls))
    assert told(response) == (429, BUSY)
    assert response.headers["Retry-After"] == "1"
    assert Caller().post("public/tilleuls/appointments", booking(tilleuls)).status_code == 201
