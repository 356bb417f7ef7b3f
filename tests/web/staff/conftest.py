"""Somebody of a clinic, signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kalends.accounts.models import Person


@pytest.fixture(autouse=True)
def _plain_static_files(settings) -> None:
    """Files under their own names: the names with hashes exist only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = settings.STATICFILES_DIRS[0]


@pytest.fixture
def signed_in(db: None) -> Callable[[Person], Client]:
    """A browser in which that person has signed in."""

    def as_person(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_person
