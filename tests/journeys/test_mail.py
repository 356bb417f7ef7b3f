"""Mails that come back, and from whom they come, at the desk in a real browser."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from kalends.delivery import mail_senders
from tests.cast import Clinic
from tests.delivery.returning import die
from tests.journeys.conftest import IN_FRENCH_AND_ROMANIAN
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.web.staff.desk import BOOK, book, chosen
from tests.web.staff.desk import at as moment

pytestmark = pytest.mark.browser


@IN_FRENCH_AND_ROMANIAN
def test_mails_come_back_and_come_from_the_practice(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], language: str
) -> None:
    contact_id = book(tilleuls, moment(10)).contact_id
    die(tilleuls)
    tilleuls.admin.language = language
    tilleuls.admin.save()
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/patients/{contact_id}/")
    expect(page.locator("#returned")).to_contain_text("5.1.1 No such user")
    see()
    page.goto(f"{site}{BOOK}?{urlencode(chosen(tilleuls, 11, contact=contact_id))}")
    expect(page.locator(".notice.warn")).to_contain_text("clemence@courriel.example")
    see()
    page.goto(f"{site}/app/tilleuls/patients/{contact_id}/")
    page.goto(f"{site}/app/tilleuls/sent/")
    expect(page.locator("#dead")).to_contain_text("clemence@courriel.example")
    see()
    page.goto(f"{site}/app/tilleuls/patients/{contact_id}/")
    page.locator("#returned button").click()
    expect(page.locator("#returned")).to_have_count(0)

    page.goto(f"{site}/app/tilleuls/settings/senders/")
    see()
    page.get_by_role("link", name="Centre médical des Tilleuls").last.click()
    page.locator("input[name=address]").fill("accueil@")
    page.locator("form.settings button[type=submit]").click()
    expect(page.locator("input[name=address]")).to_have_value("accueil@")
    see()
    page.locator("input[name=address]").fill("accueil@clinique.example")
    page.locator("form.settings button[type=submit]").click()
    expect(page.get_by_role("row").filter(has_text="accueil@clinique.example")).to_be_visible()
    see()
    page.goto(f"{site}/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/reminders/")
    see()

    with tilleuls.acting():
        secret = mail_senders.secret_of(tilleuls.organization.sender_addresses.get())
    page.goto(f"{site}/accounts/sender/{secret}/?lang={language}")
    see()
    page.get_by_role("button").last.click()
    expect(page.get_by_role("button")).to_have_count(0)
    see()
    page.goto(f"{site}/accounts/sender/{secret}x/")
    see()
