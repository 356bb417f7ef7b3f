"""The first page of the installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from tests.cast import Clinic


def open_page(slug: str, name: str) -> None:
    organization = Organization(
        slug=slug, name=name, country="FR", time_zone="Europe/Paris", languages=["fr"], is_published=True
    )
    with tenancy.acting(organization=organization, by=system("test")):
        organization.save(force_insert=True)


def names(page: object) -> list[str]:
    return [organization.name for organization, _phone in page.context["organizations"]]  # type: ignore[attr-defined]


class TestLanding:
    def test_lists_who_has_opened_a_page(
        self, tilleuls: Clinic, clinics: Callable[..., Clinic], client: Client
    ) -> None:
        clinics("fermee", name="Fermée", is_published=False)
        clinics("partie", name="Partie", is_active=False)
        page = client.get("/")
        assert [(one.name, phone) for one, phone in page.context["organizations"]] == [
            ("Centre médical des Tilleuls", "02 61 91 40 12")
        ]
        assert 'href="/tilleuls/"' in page.content.decode()

    def test_of_many_one_looks_for_the_name(self, db: None, client: Client) -> None:
        for number in range(63):
            open_page(f"cabinet-{number}", f"Cabinet {number:02}")
        page = client.get("/")
        assert (len(names(page)), page.context["more"]) == (60, 3)
        assert names(client.get("/", {"q": "cabinet 62"})) == ["Cabinet 62"]
        assert names(client.get("/", {"q": "%"})) == []
        assert client.get("/", {"q": "a\x00"}).status_code == 400

    def test_in_the_visitor_s_language_and_remembered(self, tilleuls: Clinic, client: Client) -> None:
        assert "Où souhaitez-vous" in client.get("/?lang=fr").content.decode()
        assert "Où souhaitez-vous" in client.get("/").content.decode()

    def test_looking_is_all_one_can_do(self, db: None, client: Client) -> None:
        assert client.post("/").status_code == 405

    @pytest.mark.parametrize("address", ["/?lang=fr", "/tilleuls/?lang=fr"])
    def test_behind_https_the_chosen_language_never_travels_open(
        self, tilleuls: Clinic, client: Client, settings: Any, address: str
    ) -> None:
        for secure in (True, False):
            settings.SESSION_COOKIE_SECURE = secure
            cookie = client.get(address).cookies["kalends-language"]
            assert (cookie.value, bool(cookie["secure"]), cookie["samesite"]) == ("fr", secure, "Lax")
