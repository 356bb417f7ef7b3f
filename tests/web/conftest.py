"""Somebody of a clinic, signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kalends.accounts.models import Person


@pytest.fixture
def signed_in(db: None) -> Callable[[Person], Client]:
    """A browser in which that person has signed in."""

    def as_person(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_person
