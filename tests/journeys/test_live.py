"""An open agenda follows what others do, and says so when it cannot; the calendars of an agenda pass axe."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kalends.agenda.operations import subscriptions
from kalends.booking.operations.feeds import make_feed
from kalends.foundation import fetching
from tests.cast import PASSWORD, Clinic
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_agenda import answered, enter, stands  # noqa: F401
from tests.web.live.test_live import WITHIN_SECONDS
from tests.web.staff.desk import at, book

pytestmark = pytest.mark.browser
# Notes when the bar of each new patient comes to stand in the page (ms since 1970).
SEEN = """() => {
  window.seen = {};
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll("a.appt b")) {
      seen[bar.textContent.split(" ")[0]] ??= Date.now();
    }
  }).observe(document.querySelector("[data-grid]"), { childList: true, subtree: true });
}"""


def test_what_another_books_appears_without_being_asked_for(site: str, tilleuls: Clinic, page: Page) -> None:
    with page.expect_response("**/live/"):
        enter(page, site, tilleuls.staff)
    page.wait_for_timeout(1500)  # the first visitor of a process is told once to look at everything
    book(tilleuls, at(10))
    stands(page, "Aubrée", "at-1000 for-30")


def test_what_another_books_appears_within_two_seconds(site: str, tilleuls: Clinic, page: Page) -> None:
    """The promise of live agendas, once the process and the page are warm: the middle one of three."""
    with page.expect_response("**/live/"):
        enter(page, site, tilleuls.staff)
    page.wait_for_timeout(1500)
    book(tilleuls, at(9), last="Blot", email="b@b.example", phone="")
    stands(page, "Blot", "at-0900 for-30")
    page.evaluate(SEEN)
    took = []
    for number, hour in enumerate((10, 11, 14)):
        name = f"Morel{number}"
        book(tilleuls, at(hour), last=name, email=f"m{number}@b.example", phone="")
        committed = time.time()
        stands(page, name, f"at-{hour}00 for-30")
        took.append(page.evaluate("(name) => seen[name]", name) / 1000 - committed)
    assert sorted(took)[1] < WITHIN_SECONDS, took


def test_a_lost_connection_is_said(site: str, tilleuls: Clinic, page: Page) -> None:
    page.clock.install()  # the page waits ten seconds before it says so, and up to a minute before it tries again
    page.route("**/live/**", lambda route: route.fulfill(status=204))
    with page.expect_response("**/live/**"):
        enter(page, site, tilleuls.staff)
    lost = page.get_by_text("The connection is interrupted.")
    page.clock.fast_forward(9_000)
    expect(lost).to_be_hidden()
    page.clock.fast_forward(2_000)
    expect(lost).to_be_visible()
    page.unroute("**/live/**")
    page.clock.fast_forward(75_000)
    expect(lost).to_be_hidden()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_calendars_of_an_agenda(
    site: str,
    tilleuls: Clinic,
    open_window: Callable[..., Page],
    axe: Callable[[Page], list[tuple[str, str]]],
    size: dict[str, int],
) -> None:
    with tilleuls.acting() as now:
        by = tilleuls.actor()
        make_feed(tilleuls.schedule, label="Dr Vasseur", shows_names=True, by=by, now=now)
        known = subscriptions.subscribe(tilleuls.schedule, url="https://calendar.example/a.ics", by=by, now=now)
        subscriptions.note_failure(known, fetching.SILENT, now=now)
    page = open_window(viewport=size)
    path = f"/app/tilleuls/settings/schedules/{tilleuls.schedule.id}/calendars/"
    page.goto(f"{site}/accounts/login/?next={path}")
    page.get_by_label("E-mail").fill(tilleuls.admin.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")
    expect(page.get_by_text("/feeds/")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
