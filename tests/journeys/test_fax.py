"""From a new fax number to one that somebody has confirmed, in a real browser."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.cast import Clinic
from tests.delivery.faxing import carry
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_staff import Check, Window, look, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("viewport", "scripts"), [(NARROW, False), (WIDE, True)], ids=["360", "1280"])
def test_a_fax_number_is_tried_and_confirmed(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    see = partial(look, page, axe if scripts else None, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/")
    page.get_by_role("link", name="Fax", exact=True).click()
    see()
    page.get_by_role("link", name="Add it").click()
    page.get_by_label("Fax").fill("02 41 23 45")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Digits are missing: a French number has ten.")).to_be_visible()
    page.get_by_label("Fax").fill("02 41 23 45 01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    page.goto(f"{site}/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/fax/")
    see()
    page.get_by_role("button", name="Send a test page").click()
    expect(page.get_by_text("The test page is on its way.", exact=True)).to_be_visible()
    see()
    carry()
    page.reload()
    see()
    page.get_by_role("button", name="Yes, this is the number of Dr Hélène Vasseur").click()
    expect(page.get_by_text("The number is confirmed: faxes leave for it from now on.")).to_be_visible()
    see()
