"""The reminders of a practitioner, from the form to what goes out, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.web.staff.desk import at as moment
from tests.web.staff.desk import book, coming

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_reminders_are_set_and_what_goes_out_is_seen(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    book(tilleuls, moment(10))
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    see = partial(look, page, axe if scripts else None, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/")
    page.get_by_role("link", name="Options / Appointment reminders").click()
    see()
    first = page.get_by_role("region", name="Reminder 1")
    expect(first.locator("q").first).to_contain_text("Dr Hélène Vasseur")
    first.get_by_label("Appointment reminder").select_option("on")
    first.get_by_label("SMS supplement").fill("x" * 160)
    if scripts:
        expect(first.get_by_text("Text messages: 2", exact=True)).to_be_visible()
        expect(page.get_by_text("Changes not saved:")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(first).to_contain_text("160 at most")
    see()
    first.get_by_label("SMS supplement").fill("Merci.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(first.get_by_label("Appointment reminder")).to_have_value("on")

    page.get_by_role("link", name="Add a reminder").click()
    third = page.get_by_role("region", name="Reminder 3")
    expect(third.get_by_label("Remove this reminder")).to_be_visible()
    see()
    page.get_by_role("link", name="What goes out").first.click()
    see()
    page.get_by_label("Day", exact=True).fill((coming() - timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Clémence Aubrée")).to_be_visible()
    see()
