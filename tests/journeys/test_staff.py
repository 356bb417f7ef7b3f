"""A day at the desk, in a real browser: signing in, booking for a caller, moving, cancelling, changing hours.

At 360 and 1280 pixels, with and without JavaScript; axe looks at every page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from kalends.accounts.models import Person
from tests.cast import PASSWORD, Clinic
from tests.delivery.texting import text
from tests.journeys.conftest import NARROW, WIDE, WITH_AND_WITHOUT_SCRIPTS, in_each_scheme
from tests.web.staff.desk import at, book, coming

pytestmark = pytest.mark.browser

MONDAY = coming()
Window = Callable[..., Page]
Check = Callable[[Page], list[tuple[str, str]]]


def told(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def sign_in(page: Page, site: str, person: Person) -> None:
    page.goto(f"{site}/app/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/app/*/")


def look(page: Page, axe: Check | None, width: int) -> None:
    """Nothing for axe to find, and nothing wider than the window."""
    if axe is not None:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def settings(page: Page, site: str, clinic: Clinic, part: str) -> None:
    page.goto(f"{site}/app/tilleuls/settings/schedules/{clinic.schedule.id}/{part}/")


@WITH_AND_WITHOUT_SCRIPTS
def test_a_caller_is_booked_moved_cancelled_and_all_of_it_can_be_read(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    book(tilleuls, at(9))
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    see = partial(look, page, axe if scripts else None, viewport["width"])

    page.goto(f"{site}/accounts/login/")
    see()
    sign_in(page, site, tilleuls.staff)
    expect(page.get_by_role("heading", level=1)).to_contain_text("(today)")
    page.get_by_label("Day", exact=True).fill(MONDAY.isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{told(MONDAY)} {MONDAY.year}")
    expect(page.locator(".visit")).to_contain_text("Aubrée Clémence")
    see()

    # Somebody new telephones, for the free time at half past nine.
    page.get_by_role("link", name="Book 9:30").click()
    expect(page.get_by_role("heading", name="Who comes?")).to_be_visible()
    see()
    search = page.get_by_role("searchbox", name="Look for a patient")
    if scripts:
        search.press_sequentially("clemence", delay=20)
        expect(page.get_by_role("link", name="Aubrée Clémence")).to_be_visible()
        see()
    search.fill("haddad")
    if not scripts:
        page.get_by_role("button", name="Look").click()
    page.get_by_role("link", name="New patient “haddad”").click()
    expect(page.get_by_label("Last name")).to_have_value("Haddad")
    page.get_by_label("First name").fill("Samir")
    page.get_by_label("Date of birth").fill("02/11/1979")
    page.get_by_label("Telephone").fill("06 98 76 54 3")
    page.get_by_role("textbox", name="E-mail").fill("samir@courriel.example")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("One digit is missing: a French number has ten.")).to_be_visible()
    see()
    page.get_by_label("Telephone").fill("06 98 76 54 32")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(f"Booked: {told(MONDAY)}, 9:30, Samir Haddad.")
    see()

    # He calls again: another time, please.
    page.get_by_role("link", name="Move").click()
    see()
    column = page.locator(".week-day", has_text=f"{MONDAY:%a} {MONDAY.day}")
    column.get_by_role("link", name=re.compile("^11:00")).click()
    see()
    page.get_by_label("Reason").fill("Train")
    page.get_by_role("button", name="Move the appointment").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Moved to {told(MONDAY)}, 11:00.")

    # And after all he does not come.
    page.get_by_role("link", name="Cancel").click()
    see()
    page.get_by_label("Reason").fill("Grippe")
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_role("status").first).to_contain_text("Cancelled. The time is free again.")
    see()
    history = page.locator(".history > li")
    day = f"{told(MONDAY)} {MONDAY.year}"
    assert [entry.inner_text().split("\n")[0] for entry in history.all()] == [
        f"Cancelled: it was on {day}, 11:00, Dr Vasseur",
        f"Moved from {day}, 9:30, Dr Vasseur to {day}, 11:00, Dr Vasseur",
        f"Booked for {day}, 9:30, Dr Vasseur",
    ]
    expect(history.nth(2)).to_contain_text("Nadia Kerjean (Staff), Telephone")

    page.get_by_role("link", name="Open the record").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Haddad Samir")
    see()


@WITH_AND_WITHOUT_SCRIPTS
def test_new_opening_hours_are_new_free_times(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    see = partial(look, page, axe if scripts else None, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    settings(page, site, tilleuls, "opening")
    see()
    monday = page.get_by_role("group", name="Monday")
    for _row in range(2):
        monday.get_by_role("button", name=re.compile("^Remove")).first.click()
    monday.get_by_role("button", name=re.compile("^Hours")).click()
    monday.get_by_label("Opens at").fill("18:00")
    monday.get_by_label("Closes at").fill("19")
    see()
    if scripts:
        expect(page.locator("[data-unsaved-bar]")).to_contain_text("Changes not saved:")
        page.locator("[data-unsaved-bar]").get_by_role("button", name="Save").click()
    else:
        page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_role("status").first).to_contain_text("The hours are saved.")
    see()

    page.goto(f"{site}/app/tilleuls/?day={MONDAY}")
    expect(page.locator(".daylist > li.free")).to_have_text([re.compile(r"18:00\s*1 h free\s*Book")])


def test_two_people_edit_the_same_hours(site: str, tilleuls: Clinic, open_window: Window, axe: Check) -> None:
    first, second = open_window(), open_window()
    for page in (first, second):
        sign_in(page, site, tilleuls.admin)
        settings(page, site, tilleuls, "opening")
    for page, hour in ((first, "8:00"), (second, "8:30")):
        page.get_by_role("group", name="Monday").get_by_label("Opens at").first.fill(hour)
        page.locator("[data-unsaved-bar]").get_by_role("button", name="Save").click()

    expect(first.get_by_role("status").first).to_contain_text("The hours are saved.")
    expect(second.locator(".notice.bad")).to_contain_text("Somebody else has changed these opening hours")
    expect(second.get_by_role("group", name="Monday").get_by_label("Opens at").first).to_have_value("8:30")
    assert axe(second) == []
    second.get_by_role("button", name="Save mine all the same").click()
    expect(second.get_by_role("status").first).to_contain_text("The hours are saved.")
    with tilleuls.acting():
        rows = tilleuls.schedule.opening_rules.filter(weekday=1).order_by("from_minute")
        assert list(rows.values_list("from_minute", flat=True)) == [510, 780]


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_every_place_of_administration_can_be_read_by_everybody(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    page = open_window(viewport=viewport, reduced_motion="reduce")
    message = text(tilleuls, "+33639984102")
    with tilleuls.acting():
        tilleuls.organization.deliveries.filter(id=message).update(state="undelivered", reason="stat:UNDELIV err:069")
    sign_in(page, site, tilleuls.admin)
    page.get_by_role("link", name="Administration").click()
    places = page.locator("nav.places a")
    addresses = [place.get_attribute("href") for place in places.all()]
    assert len(addresses) == 14
    more = [
        "/app/tilleuls/settings/services/new/",
        f"/app/tilleuls/settings/services/{tilleuls.service.id}/",
        f"/app/tilleuls/settings/schedules/{tilleuls.schedule.id}/services/",
        "/app/tilleuls/blocks/",
        "/app/tilleuls/patients/new/",
        "/app/tilleuls/sent/",
        "/accounts/profile/",
        "/accounts/password/change/",
        "/accounts/2fa/",
    ]
    for address in [*addresses, *more]:
        page.goto(f"{site}{address}")
        assert in_each_scheme(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_keys_lead_through_the_days_and_can_be_switched_off(site: str, tilleuls: Clinic, open_window: Window) -> None:
    page = open_window()
    sign_in(page, site, tilleuls.staff)
    page.goto(f"{site}/app/tilleuls/?day={MONDAY}")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tuesday")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Look for a patient")).to_be_focused()
    page.keyboard.press("n")  # in a field a letter is a letter
    expect(page.get_by_role("searchbox", name="Look for a patient")).to_have_value("n")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    page.get_by_label("Use these keys on this computer").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tuesday")


def test_a_form_left_with_changes_asks_first(site: str, tilleuls: Clinic, open_window: Window) -> None:
    page = open_window()
    sign_in(page, site, tilleuls.admin)
    page.goto(f"{site}/app/tilleuls/settings/services/{tilleuls.service.id}/")
    page.get_by_label("Duration, minutes").fill("45")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Agenda", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.locator("[data-unsaved-bar]").get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
