"""Administration / Deliveries: what holds for all that is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Clinic
from tests.delivery.test_settings import decide
from tests.web.staff.desk import Browser, text

PAGE = "/app/tilleuls/settings/deliveries/"
TEXTS = {"texts_an_hour": "1000", "texts_a_day": "5000", "texts_to_a_prefix": "20"}
AS_NEW = {**TEXTS, "sms_quiet_from": "21:00", "sms_quiet_until": "08:00", "kept_days": "365"}


@pytest.fixture
def desk(tilleuls: Clinic, signed_in: Browser) -> Client:
    return signed_in(tilleuls.admin)


def shown(desk: Client) -> dict[str, str]:
    """The fields as the page has them."""
    form = desk.get(PAGE).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_all_of_it_is_kept(tilleuls: Clinic, desk: Client) -> None:
    wanted: dict[str, Any] = {
        "test_mode": "on",
        "test_email": "essai@tilleuls.example",
        "test_phone": "0612345678",
        "sms_quiet_from": "20:30",
        "sms_quiet_until": "07:15",
        "email_quiet_from": "22:00",
        "email_quiet_until": "00:00",
        "fax_quiet_from": "",
        "fax_quiet_until": "",
        "text_countries": "BE CH",
        "texts_an_hour": "200",
        "texts_a_day": "400",
        "texts_to_a_prefix": "5",
        "asks_consent": "on",
        "sms_price": "0.0729",
        "kept_days": "90",
    }
    first = shown(desk)
    assert (first["sms_quiet_from"], first["sms_quiet_until"], first["kept_days"]) == ("21:00:00", "08:00:00", "365")
    response = desk.post(PAGE, wanted)
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    kept = {**wanted, "test_mode": "True", "asks_consent": "True", "test_phone": "06 12 34 56 78"}
    hours = {name: f"{value}:00" for name, value in kept.items() if "quiet" in name and value}
    assert shown(desk) == {**kept, **hours}


def test_what_is_refused_keeps_what_was_typed(tilleuls: Clinic, desk: Client) -> None:
    response = desk.post(PAGE, {**AS_NEW, "test_phone": "06 12", "email_quiet_from": "22:00", "kept_days": "90"})
    assert response.status_code == 422
    form = response.context["form"]
    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "test_phone": ["Digits are missing in this number."],
        "email_quiet_until": ["Give both hours, or none."],
    }
    assert (form["test_phone"].value(), form["kept_days"].value()) == ("06 12", "90")
    assert shown(desk)["kept_days"] == "365"


def test_the_page_leads_to_the_log_and_the_log_to_the_page(tilleuls: Clinic, desk: Client) -> None:
    assert 'href="/app/tilleuls/sent/"' in desk.get(PAGE).content.decode()
    assert f'href="{PAGE}"' in desk.get("/app/tilleuls/sent/").content.decode()
    assert "Deliveries" in text(desk.get(PAGE))


def test_every_page_of_the_desk_says_that_test_mode_is_on(
    tilleuls: Clinic, carpati: Clinic, signed_in: Browser
) -> None:
    told = "Test mode is on: patients get nothing."
    client = signed_in(tilleuls.staff)
    pages = ("/app/tilleuls/", "/app/tilleuls/agenda/", "/app/tilleuls/patients/", "/app/tilleuls/sent/")
    assert [told in text(client.get(page)) for page in pages] == [False] * 4
    decide(tilleuls, test_mode=True, test_email="essai@tilleuls.example")
    assert [told in text(client.get(page)) for page in pages] == [True] * 4
    assert PAGE not in client.get(pages[0]).content.decode()
    assert PAGE in signed_in(tilleuls.admin).get(pages[0]).content.decode()
    assert told not in text(signed_in(carpati.staff).get("/app/carpati/"))
