"""A morning at the desk, wholly by mouse and wholly by key, before the eyes of somebody else with the same agenda open.

A new caller is booked, moved and cancelled; the freed time goes to the first who waits and fits, who lets it pass,
then to the second, who accepts by the link in the mail and gives up a later visit.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Protocol

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from kalends.booking import jobs
from kalends.booking.models import Appointment
from kalends.notifications.texts import Kind
from tests.booking.waiting_list import join, names, offers, person, run_late, switch
from tests.cast import Clinic
from tests.journeys.test_agenda import MONDAY, Window, answered, bar, drag, enter, stands  # noqa: F401
from tests.notifications.test_texts import written
from tests.web.staff.desk import again, at, book
from tests.web.staff.test_waiting import waits

pytestmark = pytest.mark.browser

WEDNESDAY = MONDAY + timedelta(days=2)
SEEN_WITHIN_MS = 10_000  # a guard for slow machines; it takes a fraction of a second


class Hands(Protocol):
    """How somebody works: what is to be done is the same."""

    def call(self, page: Page) -> None: ...
    def move(self, page: Page) -> None: ...
    def press(self, page: Page, what: Locator) -> None: ...


class Mouse:
    def call(self, page: Page) -> None:
        page.locator("li.free.at-1030 > a").click()
        page.get_by_label("Patient", exact=True).fill("Morel Jeanne")
        page.get_by_role("option", name="New patient “Morel Jeanne”").click()
        for label, typed in CALLER.items():
            page.get_by_role("textbox", name=label).fill(typed)
        page.locator("[data-drawer] footer .primary").click()

    def move(self, page: Page) -> None:
        box = page.locator("li.free.at-1400 > a").bounding_box()
        assert box is not None
        drag(page, bar(page, "Morel"), box["x"] + box["width"] / 2, box["y"] + 6)

    def press(self, page: Page, what: Locator) -> None:
        what.click()


class Keys:
    def call(self, page: Page) -> None:
        page.locator(".col a[tabindex='0']").first.focus()
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        expect(page.locator("li.free.at-1030 > a")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Patient", exact=True)).to_be_focused()
        page.keyboard.type("Morel Jeanne")
        page.get_by_role("option", name="New patient “Morel Jeanne”").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_label("Last name").wait_for()
        for label, typed in CALLER.items():
            reach(page, page.get_by_role("textbox", name=label))
            page.keyboard.type(typed)
        page.keyboard.press("Enter")

    def move(self, page: Page) -> None:
        expect(bar(page, "Morel")).to_be_focused()
        page.keyboard.press("m")
        for _ in range(5):  # 11:00, 11:30, then after lunch
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

    def press(self, page: Page, what: Locator) -> None:
        reach(page, what)
        page.keyboard.press("Enter")


AFTERNOON = {"from_minute": 13 * 60, "to_minute": 17 * 60}
CALLER = {"Date of birth": "14/03/1987", "Telephone": "0612345678", "E-mail": "morel@courriel.example"}


def reach(page: Page, what: Locator) -> None:
    """By the tabulator alone."""
    what.wait_for()
    for _ in range(80):
        if what.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"No tabulator leads to {what}.")


@pytest.fixture
def later(tilleuls: Clinic) -> Appointment:
    """Three people wait: the first not for that day, the third has this later visit and would give it up."""
    switch(tilleuls)
    waits(tilleuls, 1, weekdays=[2], **AFTERNOON)
    waits(tilleuls, 2, **AFTERNOON)
    who = person(3, language="en")
    visit = book(tilleuls, at(10, day=WEDNESDAY), last=who.last_name, email=who.email, phone="", language="en")
    with tilleuls.acting() as now:
        pass
    join(tilleuls, who, now=now, keeps_id=visit.id, **AFTERNOON)
    return visit


@pytest.mark.parametrize("hands", [Mouse(), Keys()], ids=["mouse", "keys"])
def test_a_morning_at_the_desk(
    site: str, tilleuls: Clinic, owner: psycopg.Connection, later: Appointment, open_window: Window, hands: Hands
) -> None:
    page, other = open_window(), open_window()
    with other.expect_response("**/live/"):
        enter(other, site, tilleuls.admin, "view=week")
    enter(page, site, tilleuls.staff)

    hands.call(page)
    stands(page, "Morel Jeanne", "at-1030 for-30")
    sees(other, "Morel Jeanne", "at-1030")

    hands.move(page)
    stands(page, "Morel Jeanne", "at-1400 for-30")
    sees(other, "Morel Jeanne", "at-1400")

    hands.press(page, bar(page, "Morel Jeanne"))
    hands.press(page, page.locator("[data-drawer]").get_by_role("link", name="Cancel", exact=True))
    hands.press(page, page.get_by_role("button", name="Cancel the appointment"))
    expect(page.get_by_role("status").first).to_contain_text("Cancelled.")
    sees(other, "Offered to Nom2 Clémence", "at-1400")

    (first,) = offers(tilleuls)
    run_late(owner, first, datetime.now(UTC) - timedelta(minutes=1))
    jobs.end_offers()
    sees(other, "Offered to Nom3 Clémence", "at-1400")
    assert names(offers(tilleuls)) == [("Nom2", "expired"), ("Nom3", "open")]

    page.goto(site + link_in(written(tilleuls)[Kind.OFFER].text))
    hands.press(page, page.get_by_role("button", name="Yes, I take this time"))
    page.wait_for_url("**/appointment/**")
    expect(page.get_by_role("main")).to_contain_text("14:00")
    freed = other.locator(f"[data-key^='{WEDNESDAY.isoformat()}'] li.free.at-1000")
    expect(freed).to_have_count(1, timeout=SEEN_WITHIN_MS)
    expect(other.locator(".is-offer")).to_have_count(0, timeout=SEEN_WITHIN_MS)
    sees(other, "Nom3 Clémence", "at-1400")
    assert again(tilleuls, later).starts_at == at(14)
    assert names(offers(tilleuls)) == [("Nom2", "expired"), ("Nom3", "accepted")]


def sees(page: Page, words: str, place: str) -> None:
    """Without a hand on it, and on no other place than this."""
    expect(page.locator("li.slot", has_text=words)).to_have_class(
        re.compile(rf"(^|\s){place}(\s|$)"), timeout=SEEN_WITHIN_MS
    )


def link_in(text: str) -> str:
    """The path of the first link to an offer."""
    found = re.search(r"https?://[^/\s]+(/\S+/offer/\S+)", text)
    assert found is not None, text
    return found[1]
