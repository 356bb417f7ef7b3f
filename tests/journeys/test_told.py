"""What staff is told of messages: a clock that was set, addresses of strangers, who has not confirmed."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import expect

from kalends.delivery.models import ClockJump
from kalends.delivery.operations import take_reply
from kalends.foundation.actor import system
from tests.cast import NOW, Clinic
from tests.delivery.texting import text
from tests.journeys.conftest import IN_FRENCH_AND_ROMANIAN
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.notifications.reminders.test_planning import book

pytestmark = pytest.mark.browser


@IN_FRENCH_AND_ROMANIAN
def test_a_clock_that_was_set_and_an_address_of_a_stranger(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], language: str
) -> None:
    """REM-14, TEL-08."""
    book(tilleuls)
    text(tilleuls, "+33612345678")
    take_reply("+33612345678", "Pas moi", by=system("gateway"))
    ClockJump.objects.create(since=NOW, seconds=86400)
    tilleuls.admin.language = language
    tilleuls.admin.save()
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/strangers/")
    expect(page.get_by_role("row").filter(has_text="06 12 34 56 78")).to_contain_text("Pas moi")
    see()
    page.locator("#to_look_after form button").press("Enter")
    expect(page.get_by_role("row").filter(has_text="06 12 34 56 78")).to_have_count(0)
    see()

    page.goto(f"{site}/app/tilleuls/settings/deliveries/")
    expect(page.locator("form[action$='/settings/deliveries/clock/']")).to_be_visible()
    see()
    page.goto(f"{site}/app/tilleuls/sent/")
    see()
    page.locator("form[action$='/settings/deliveries/clock/'] button").press("Enter")
    expect(page.locator("form[action$='/settings/deliveries/clock/']")).to_have_count(0)
    see()
