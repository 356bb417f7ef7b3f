"""What logs may not hold (AUD-04)."""

from __future__ import annotations

import logging

import pytest

from kalends.foundation import secrets
from kalends.foundation.database.models import new_id
from kalends.foundation.logs import WithoutSecrets


def written(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, message, args, None)
    assert WithoutSecrets().filter(record)
    return record.getMessage()


def test_a_private_link_is_written_without_its_secret() -> None:
    secret = str(secrets.random(new_id()))
    assert written("Internal Server Error: %s", f"/tilleuls/appointment/{secret}/") == (
        "Internal Server Error: /tilleuls/appointment/…/"
    )
    derived = str(secrets.derived(new_id(), secrets.new_seed(), purpose="test"))
    assert derived not in written("%s", derived)


@pytest.mark.parametrize(
    "message", ["the database does not answer", "/app/tilleuls/2026-12-07/", "01a1fff5-345f-73af-b4de-00f75b1a07fd"]
)
def test_everything_else_stays(message: str) -> None:
    assert written("%s", message) == message
