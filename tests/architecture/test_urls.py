"""Every address says who may open it, and strangers learn nothing (TEN-01, AUT-18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kalends.organizations.permissions import Right
from kalends.web.access import PLATFORM, PUBLIC, SIGNED_IN
from tests.cast import Clinic

KNOWN = {PUBLIC, SIGNED_IN, PLATFORM, *Right}
# Not ours: allauth's own pages guard themselves.
GUARDED_ELSEWHERE = ("accounts/",)


def walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


ROUTES = list(walk(get_resolver().url_patterns))


def permissions_of(callback: Any) -> set[str]:
    """Of a view, or of each method of an API address."""
    by_method = getattr(callback, "permissions", None)
    if by_method:
        return set(by_method.values())
    permission = getattr(callback, "permission", None)
    return {permission} if permission else set()


@pytest.mark.parametrize(("route", "callback"), ROUTES, ids=[route for route, _ in ROUTES])
def test_every_address_declares_its_permission(route: str, callback: Any) -> None:
    if route.startswith(GUARDED_ELSEWHERE) and not permissions_of(callback):
        assert callback.__module__.startswith(("allauth.", "django.")), f"{route} declares nothing"
        return
    declared = permissions_of(callback)
    assert declared
    assert declared <= KNOWN


STAFF_ROUTES = [(route, callback) for route, callback in ROUTES if route.startswith("app/<")]


@pytest.mark.parametrize(("route", "callback"), STAFF_ROUTES, ids=[route for route, _ in STAFF_ROUTES])
def test_a_stranger_finds_nothing_in_another_house(
    route: str, callback: Any, tilleuls: Clinic, carpati: Clinic
) -> None:
    client = Client()
    client.force_login(tilleuls.admin, backend="kalends.accounts.backend.Backend")
    for answer in (client.get(filled(route)), client.post(filled(route))):
        assert answer.status_code == 404
        assert "Carpați" not in answer.content.decode()


@pytest.mark.parametrize(("route", "callback"), STAFF_ROUTES, ids=[route for route, _ in STAFF_ROUTES])
def test_nobody_is_asked_to_sign_in(route: str, callback: Any, carpati: Clinic) -> None:
    answer = Client().get(filled(route))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def filled(route: str) -> str:
    """The route as an address in `carpati`, with ids that could be anybody's."""
    import re

    values = {
        "slug:organization": "carpati",
        "slug": "x",
        "uuid": "01a1ffa9-3ed7-765d-85a8-5ce49c7c2ab5",
        "int": "1",
        "str": "x",
    }

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        return values.get(name) or values.get(name.split(":")[0]) or "2026-12-07"

    return "/" + re.sub(r"<([^>]+)>", value, route)
