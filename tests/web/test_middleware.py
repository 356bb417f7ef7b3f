"""What every answer carries, and what is said when the database cannot."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kalends.foundation.errors import NotAllowed, NotFound, Refusal, TooManyRequests
from kalends.web.middleware import Refusals, is_unavailable, security_headers
from tests.cast import Clinic


def test_answers_are_strict_by_default() -> None:
    answer = security_headers(lambda request: HttpResponse())(RequestFactory().get("/tilleuls/"))
    assert dict(answer.headers) | {"Content-Type": ""} == {
        "Content-Type": "",
        "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize(("refusal", "status"), [(NotAllowed(), 403), (NotFound(), 404), (TooManyRequests(), 429)])
def test_a_refusal_becomes_a_page_with_its_sentence(refusal: Refusal, status: int, db: None) -> None:
    page = Refusals(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), refusal)
    assert page is not None
    assert page.status_code == status
    assert str(refusal) in page.content.decode()  # type: ignore[attr-defined]


def test_a_database_that_is_away_is_said_kindly() -> None:
    page = Refusals(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), OperationalError())
    assert page is not None
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert not is_unavailable(ValueError())


def test_health_and_readiness(tilleuls: Clinic) -> None:
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().get("/readyz").content == b"ready\n"


@pytest.mark.parametrize("address", ["/nobody/", "/nobody/services/", "/app/nobody/", "/tilleuls/nothing/"])
def test_unknown_addresses_are_not_found_or_ask_to_sign_in(address: str, tilleuls: Clinic) -> None:
    answer = Client().get(address)
    assert answer.status_code == (302 if address.startswith("/app/") else 404)
