"""The fax number of a practitioner: the test page, and who says that it came out (MSG-07). Faxes stay in the outbox."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Clinic
from tests.delivery.faxing import carry
from tests.web.staff.desk import Browser, audited, notices, text

NUMBER = "+33241234501"


@pytest.fixture
def desk(tilleuls: Clinic, signed_in: Browser) -> Client:
    return signed_in(tilleuls.admin)


def page(clinic: Clinic, rest: str = "") -> str:
    return f"/app/tilleuls/settings/providers/{clinic.schedule.provider_id}/fax/{rest}"


def give_number(clinic: Clinic, number: str = NUMBER) -> None:
    with clinic.acting():
        clinic.organization.providers.update(fax=number)


def test_without_a_number_it_says_where_to_add_one(tilleuls: Clinic, desk: Client) -> None:
    assert "No fax number on this account" in text(desk.get(page(tilleuls)))
    answer = desk.post(page(tilleuls, "test-page/"))
    assert answer.status_code == 409
    assert "There is no fax number on this account. Add it first." in text(answer)


def test_a_test_page_and_a_person_who_confirms_whose_number_it_is(tilleuls: Clinic, desk: Client) -> None:
    give_number(tilleuls)
    new = text(desk.get(page(tilleuls)))
    assert ("02 41 23 45 01" in new, "not confirmed" in new, "Yes, this is" in new) == (True, True, False)
    early = desk.post(page(tilleuls, "confirmation/"))
    assert (early.status_code, "No page has come out at this number yet." in text(early)) == (409, True)
    stays = "info: No fax server is set up: test pages stay in this installation."
    sent = desk.post(page(tilleuls, "test-page/"), follow=True)
    assert notices(sent) == ["good: The test page is on its way.", stays]
    twice = desk.post(page(tilleuls, "test-page/"))
    assert (twice.status_code, "A test page is on its way there already." in text(twice)) == (409, True)
    assert "Open this page again in a minute or two." in text(desk.get(page(tilleuls)))
    carry()
    assert "Yes, this is the number of Dr Hélène Vasseur" in text(desk.get(page(tilleuls)))
    done = desk.post(page(tilleuls, "confirmation/"), follow=True)
    assert notices(done) == ["good: The number is confirmed: faxes leave for it from now on.", stays]
    assert ("by Inès Barbier" in text(done), "Yes, this is" in text(done)) == (True, False)
    for act in ("fax:first-page", "fax:confirm-number"):
        assert [line["number"] for line in audited(tilleuls, act)] == [NUMBER]


def test_another_number_is_new_again(tilleuls: Clinic, desk: Client) -> None:
    give_number(tilleuls)
    desk.post(page(tilleuls, "test-page/"))
    carry()
    desk.post(page(tilleuls, "confirmation/"))
    give_number(tilleuls, "+33241234502")
    assert "Nobody knows yet where this number leads." in text(desk.get(page(tilleuls)))


def test_the_log_says_how_many_pages_and_what_became_of_them(tilleuls: Clinic, desk: Client) -> None:
    give_number(tilleuls)
    desk.post(page(tilleuls, "test-page/"))
    carry()
    shown = text(desk.get("/app/tilleuls/sent/?medium=fax"))
    assert f"{NUMBER} Test page (Fax, 1 page) Kept here" in shown
