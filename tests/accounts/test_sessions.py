"""A session is what stands in the database, whoever has changed it there."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.test import Client

from kalends.accounts.models import Person
from kalends.accounts.sessions import SessionStore
from tests.cast import Clinic

DESK = "/app/tilleuls/"


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM django_session",
        "UPDATE django_session SET expire_date = now() - interval '1 second'",
        "UPDATE django_session SET session_data = 'forged'",
        "UPDATE accounts_person SET is_active = false",
        "UPDATE accounts_person SET password = 'another'",
        "UPDATE organizations_membership SET is_active = false",
    ],
)
def test_what_ended_a_session_elsewhere_ends_it_here(
    change: str, tilleuls: Clinic, signed_in: Callable[[Person], Client], owner: psycopg.Connection
) -> None:
    client = signed_in(tilleuls.staff)
    assert client.get(DESK).status_code == 200
    owner.execute(change)  # type: ignore[call-overload]
    assert client.get(DESK).status_code == (404 if "membership" in change else 302)


def test_a_key_that_is_none_is_an_empty_session(db: None) -> None:
    store = SessionStore("nobodys")
    assert (store.load(), store.session_key) == ({}, None)
