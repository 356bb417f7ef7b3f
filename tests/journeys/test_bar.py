"""The bar of the desk, when everything waits for somebody at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from kalends.accounts.models import Person
from kalends.delivery.operations import opt_out
from kalends.organizations.models import Organization
from tests.cast import Clinic
from tests.delivery.texting import text
from tests.journeys.conftest import NARROW
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.web.staff.desk import at, begun, book

pytestmark = pytest.mark.browser

LONG = "Centre médical universitaire et maison de santé pluridisciplinaire des Tilleuls et du Parc"
ROLES = ("admin", "staff", "doctor")


@pytest.fixture
def busy(tilleuls: Clinic, owner: Any) -> Clinic:
    """A request, a visit without outcome, a message that needs somebody, the address of a stranger; and a long name."""
    begun(owner, book(tilleuls, at(9)))
    with tilleuls.acting():
        tilleuls.organization.services.update(needs_approval=True)
    book(tilleuls, at(10), by=tilleuls.patient(), last="Blot", first="Marie")
    text(tilleuls, "+33612345601")
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.filter(medium="sms").update(needs_somebody=True)
        wrong = {"medium": "sms", "address": "+33612345602", "is_stranger": True}
        opt_out(tilleuls.organization, by=tilleuls.actor(), now=now, **wrong)
        Organization.objects.filter(id=tilleuls.id).update(name=LONG)
    return tilleuls


@pytest.mark.parametrize("role", ROLES)
def test_it_keeps_to_one_line_at_1280_in_every_language(
    site: str, busy: Clinic, open_window: Window, role: str
) -> None:
    person: Person = getattr(busy, role)
    page = open_window()
    sign_in(page, site, person)
    for language in ("en", "fr", "ro"):
        Person.objects.filter(id=person.id).update(language=language)
        page.goto(f"{site}/app/tilleuls/notices/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        tops = page.evaluate("[...document.querySelectorAll('.bar nav > ul > li')].map(e => e.offsetTop)")
        assert len(set(tops)) == 1
        assert page.evaluate("document.querySelector('.bar').offsetHeight") < 60


def test_what_waits_is_opened_by_mouse_and_keyboard_and_leads_there(
    site: str, busy: Clinic, open_window: Window, axe: Check
) -> None:
    for viewport in (None, NARROW):
        page = open_window(viewport=viewport or {"width": 1280, "height": 900})
        sign_in(page, site, busy.admin)
        page.goto(f"{site}/app/tilleuls/notices/")
        bar = page.get_by_role("navigation", name="Main")
        waits = bar.locator("summary")
        expect(waits).to_contain_text("To look after 4")
        waits.focus()
        page.keyboard.press("Enter")
        expect(bar.get_by_role("link", name="Addresses of strangers")).to_be_visible()
        look(page, axe, 360 if viewport else 1280)
        page.keyboard.press("Escape")
        expect(bar.get_by_role("link", name="Requests")).to_be_hidden()
        waits.click()
        bar.get_by_role("link", name="Without outcome").click()
        expect(page.get_by_role("heading", name="Without outcome", level=1)).to_be_visible()
