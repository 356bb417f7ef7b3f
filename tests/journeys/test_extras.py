"""Rooms and devices, and an appointment that is repeated, in a real browser at 360 and 1280 pixels."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE, WITH_AND_WITHOUT_SCRIPTS
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.web.staff.desk import at, book, coming

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_a_room_is_set_up_and_needed(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    settings = f"{site}/app/tilleuls/settings"
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{settings}/resources/")
    see()
    page.get_by_role("link", name="New room or device").click()
    see()
    page.get_by_label("Name", exact=True).fill("Salle 3")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{settings}/services/{tilleuls.service.id}/needs/")
    see()
    page.get_by_role("checkbox", name="Salle 3 · Centre").first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Appointments to come have their rooms and devices.")).to_be_visible()

    book(tilleuls, at(10))
    page.goto(f"{settings}/resources/")
    page.get_by_role("link", name="Salle 3").click()
    see()
    page.get_by_role("link", name="When it is taken").click()
    expect(page.get_by_role("cell", name="Consultation")).to_be_visible()
    page.get_by_label("First day").fill((coming() + timedelta(days=1)).isoformat())
    page.get_by_label("Last day").fill((coming() + timedelta(days=2)).isoformat())
    page.get_by_label("Reason").fill("Peinture")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("Peinture")).to_be_visible()
    see()


@WITH_AND_WITHOUT_SCRIPTS
def test_an_appointment_is_repeated_and_the_rest_cancelled(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    see = partial(look, page, axe if scripts else None, viewport["width"])
    visit = book(tilleuls, at(9))
    book(tilleuls, at(9, day=coming() + timedelta(weeks=2)), last="Autre", email="autre@courriel.example", phone="")
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/appointments/{visit.id}/")
    page.get_by_role("link", name="Repeat").click()
    see()
    page.get_by_label("How many in all").fill("4")
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_text("this time is taken")).to_be_visible()
    see()
    page.get_by_role("button", name="Book 2 dates").click()
    expect(page.get_by_text("2 dates are booked.")).to_be_visible()
    see()
    page.get_by_role("link", name="Cancel all that are to come").click()
    see()
    page.get_by_role("button", name="Cancel them all").click()
    expect(page.get_by_text("3 appointments are cancelled.")).to_be_visible()
