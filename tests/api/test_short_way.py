"""Programs go past what only pages need."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kalends.api.middleware import short_way
from tests.cast import Clinic

pytestmark = pytest.mark.usefixtures("db")


def test_a_session_is_nothing_to_the_api(tilleuls: Clinic) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(tilleuls.admin)
    answers = [
        browser.get("/api/v1/tilleuls/schedules"),
        browser.post("/api/v1/tilleuls/services", "{}", content_type="application/json"),
        browser.get("/fhir/R4/tilleuls/Schedule"),
    ]
    assert [(answer.status_code, dict(answer.cookies)) for answer in answers] == [(401, {})] * 3


def test_each_call_is_answered_in_its_own_language(tilleuls: Clinic) -> None:
    said = []
    for language in ("fr-FR,fr;q=0.9", "ro", "en", "fr"):
        answer = Client().get("/api/v1/tilleuls/schedules", headers={"Accept-Language": language})
        said.append(answer.json()["detail"].split()[0])
    assert said == ["Envoyez", "Trimiteți", "Send", "Envoyez"]


def test_every_answer_says_how_long_it_is_and_is_kept_by_nobody(tilleuls: Clinic) -> None:
    for path in ("/api/v1/public/organizations", "/api/v1/nowhere", "/api/docs", "/fhir/R4/tilleuls/metadata"):
        answer = Client().get(path)
        assert answer.headers["Content-Length"] == str(len(answer.content))
        assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/", "/tilleuls/", "/apiary/", "/api/v1/webhooks/sms/replies/x/"])
def test_pages_and_gateways_go_the_whole_way(path: str) -> None:
    whole = HttpResponse(b"by the whole way")
    assert short_way(lambda request: whole)(RequestFactory().get(path)) is whole
