"""A patient books, comes back by the private link, confirms, moves and cancels: in a real browser.

Given/When/Then in each; at 360 and 1280 pixels; with and without JavaScript; axe looks at every page.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WITH_AND_WITHOUT_SCRIPTS, in_each_scheme
from tests.web.public.visitor import at, working_day

pytestmark = pytest.mark.browser

WEDNESDAY = working_day()
THURSDAY = WEDNESDAY + timedelta(days=1)
Window = Callable[..., Page]
Check = Callable[[Page], list[tuple[str, str]]]
Screen = Page | FrameLocator


def told(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def open_times(page: Page, site: str, clinic: Clinic, day: date = WEDNESDAY) -> None:
    page.goto(f"{site}/{clinic.organization.slug}/services/{clinic.service.id}/times/?from={day}")


def walk_to(screen: Screen, day: date) -> None:
    """From the first week of times on, week by week."""
    week = screen.locator(".week")
    week.wait_for()
    while not screen.get_by_role("heading", name=f"{day:%A} {day.day}").count():
        shown = week.inner_text()
        screen.get_by_role("link", name="Next week").click()
        expect(week).not_to_have_text(shown)


def pick(screen: Screen, hour: str, day: date = WEDNESDAY) -> None:
    screen.locator("section", has=screen.locator("h2", has_text=f"{day:%A} {day.day}")).get_by_text(
        hour, exact=True
    ).click()


def fill_in(screen: Screen, *, last_name: str = "Aubrée", email: str = "clemence@courriel.example") -> None:
    for label, words in {
        "First name": "Clémence",
        "Last name": last_name,
        "Date of birth": "14/03/1987",
        "Telephone": "06 12 34 56 78",
        "E-mail": email,
    }.items():
        screen.get_by_label(label).fill(words)
    screen.get_by_label("I agree").check()


def book(screen: Screen) -> None:
    screen.get_by_role("button", name="Book the appointment").click()


def appointments(clinic: Clinic) -> list[tuple[str, Any]]:
    with clinic.acting():
        return list(clinic.organization.appointments.order_by("starts_at").values_list("status", "starts_at"))


@WITH_AND_WITHOUT_SCRIPTS
def test_from_the_first_page_to_cancelling(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    # axe needs scripts; where the page may run none, what matters is that every step works.
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    look = partial(_look, page, axe, viewport["width"]) if scripts else (lambda: None)

    page.goto(f"{site}/tilleuls/")
    look()
    page.get_by_role("link", name="Consultation").click()
    look()
    walk_to(page, WEDNESDAY)
    pick(page, "9:00")

    expect(page.get_by_role("heading", name="Who is coming to this appointment?")).to_be_visible()
    expect(page.locator(".hold")).to_contain_text("We are keeping this time for you")
    look()
    page.get_by_label("First name").fill("Clémence")
    book(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing is booked yet.")
    expect(page.get_by_label("First name")).to_have_value("Clémence")
    look()
    fill_in(page)
    book(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(f"See you on {told(WEDNESDAY)} at 9:00.")
    assert appointments(tilleuls) == [("booked", at(WEDNESDAY, 9))]
    look()
    private = page.url.split("?")[0]
    page.goto(private)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Clémence, will you come on {told(WEDNESDAY)} at 9:00?")
    page.get_by_role("button", name="Yes, I will come").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. The practice knows you are coming.")
    look()

    page.get_by_role("link", name="Move").click()
    look()
    walk_to(page, THURSDAY)
    pick(page, "10:00", THURSDAY)
    look()
    page.get_by_role("button", name="Move the appointment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"See you on {told(THURSDAY)} at 10:00.")
    assert appointments(tilleuls) == [("booked", at(THURSDAY, 10))]

    page.get_by_text("Cancel this appointment").click()
    look()
    page.get_by_label("I feel better").check()
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This appointment is cancelled.")
    look()
    assert appointments(tilleuls) == [("cancelled", at(THURSDAY, 10))]


def _look(page: Page, axe: Check, width: int) -> None:
    """Nothing for axe to say, and no page wider than its window."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def _look_in_both_schemes(page: Page, axe: Check) -> None:
    assert in_each_scheme(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("language", ["fr", "ro"])
def test_other_languages_and_the_dark_are_as_readable(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, language: str
) -> None:
    page = open_window(viewport=NARROW, reduced_motion="reduce")
    page.goto(f"{site}/tilleuls/?lang={language}")
    assert page.evaluate("document.documentElement.lang") == language
    _look_in_both_schemes(page, axe)
    open_times(page, site, tilleuls)
    _look_in_both_schemes(page, axe)
    page.locator(".time").first.click()
    page.wait_for_url("**/holds/**")
    assert page.evaluate("document.documentElement.lang") == language
    _look_in_both_schemes(page, axe)


def test_two_clicks_book_once(site: str, tilleuls: Clinic, page: Page) -> None:
    open_times(page, site, tilleuls)
    pick(page, "9:00")
    fill_in(page)
    page.evaluate("() => { const b = document.querySelector('form.form button'); b.click(); b.click(); }")
    page.wait_for_url("**/appointment/**")
    assert appointments(tilleuls) == [("booked", at(WEDNESDAY, 9))]


def test_two_sends_of_one_form_book_once_without_scripts(site: str, tilleuls: Clinic, open_window: Window) -> None:
    page = open_window(java_script_enabled=False)
    open_times(page, site, tilleuls)
    pick(page, "9:00")
    fill_in(page)
    held = page.url
    sent: list[dict[str, str]] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "POST" else None)
    book(page)
    page.wait_for_url("**/appointment/**")
    first = page.url
    again = page.request.post(held, form=sent[-1])
    assert again.url == first
    assert appointments(tilleuls) == [("booked", at(WEDNESDAY, 9))]
    # The browser's Back leads to the form of a hold that is booked: it shows the appointment.
    page.goto(held)
    assert page.url == first


def test_a_time_that_ran_out_is_taken_again(
    site: str, tilleuls: Clinic, page: Page, owner: psycopg.Connection, axe: Check
) -> None:
    open_times(page, site, tilleuls)
    pick(page, "9:00")
    page.wait_for_url("**/holds/**")
    _expire(owner)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your time is still free")
    _look(page, axe, 1280)
    page.get_by_role("button", name="Take 9:00 again").click()
    fill_in(page)
    book(page)
    page.wait_for_url("**/appointment/**")
    assert appointments(tilleuls) == [("booked", at(WEDNESDAY, 9))]


def test_the_countdown_ends_before_the_eyes(site: str, tilleuls: Clinic, page: Page, owner: psycopg.Connection) -> None:
    page.clock.install()
    open_times(page, site, tilleuls)
    pick(page, "9:00")
    expect(page.locator("[data-countdown-left]")).to_have_text(re.compile(r"^(5 min 0|4 min 5\d) s$"))
    page.clock.run_for(6 * 60_000)
    expect(page.locator("[data-countdown-over]")).to_contain_text("you can still book if it is free")
    expect(page.locator("[data-countdown-live]")).to_be_hidden()


def test_the_loser_of_a_race_takes_the_next_best(site: str, tilleuls: Clinic, open_window: Window, axe: Check) -> None:
    slow, quick = open_window(), open_window(viewport=NARROW)
    for page in (slow, quick):
        open_times(page, site, tilleuls)
    pick(quick, "10:00")
    quick.wait_for_url("**/holds/**")
    pick(slow, "10:00")
    expect(slow.get_by_role("heading", level=1)).to_have_text("This time has just been taken.")
    expect(slow.get_by_role("button")).to_have_text(["9:00", "9:30", "10:30"])
    _look(slow, axe, 1280)
    slow.get_by_role("button", name="10:30").click()
    fill_in(slow, last_name="Blot", email="blot@courriel.example")
    book(slow)
    fill_in(quick)
    book(quick)
    for page in (slow, quick):
        page.wait_for_url("**/appointment/**")
    assert appointments(tilleuls) == [("booked", at(WEDNESDAY, 10)), ("booked", at(WEDNESDAY, 10, 30))]


def test_who_typed_too_long_keeps_what_was_typed(
    site: str, tilleuls: Clinic, open_window: Window, owner: psycopg.Connection, axe: Check
) -> None:
    slow, quick = open_window(viewport=NARROW), open_window()
    open_times(slow, site, tilleuls)
    pick(slow, "9:00")
    fill_in(slow)
    _expire(owner)
    open_times(quick, site, tilleuls)
    pick(quick, "9:00")
    quick.wait_for_url("**/holds/**")
    book(slow)
    expect(slow.get_by_role("alert")).to_contain_text("what you typed is kept")
    _look(slow, axe, 360)
    slow.get_by_label("9:30").check()
    book(slow)
    expect(slow.get_by_role("heading", level=1)).to_have_text(f"See you on {told(WEDNESDAY)} at 9:30.")
    assert appointments(tilleuls) == [("booked", at(WEDNESDAY, 9, 30))]


def _expire(owner: psycopg.Connection) -> None:
    """All holds are over: the database's clock decides, and no test waits five minutes."""
    owner.execute("UPDATE booking_hold SET expires_at = now() - interval '1 second'")
    owner.execute("UPDATE agenda_occupancy SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL")


class TestFrames:
    """On the clinic's own site: another site for the browser, which sends no cookie of ours there."""

    @pytest.fixture
    def clinic_site(self, site: str) -> Any:
        script = f'<script src="{site}/static/ui/js/embed.js" data-clinic="tilleuls" data-lang="en"></script>'
        content = f'<!doctype html><title>Clinic</title><link rel="icon" href="data:,"><body>{script}'

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_arguments: object) -> None:
                """The test's output stays free of requests."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # By name, so that it is another site than the address of ours, not only another port of it.
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        server.server_close()

    def test_a_whole_booking_inside_the_clinics_site(self, clinic_site: str, tilleuls: Clinic, page: Page) -> None:
        with tilleuls.acting():
            type(tilleuls.organization).objects.filter(id=tilleuls.id).update(allowed_origins=[clinic_site])
        page.goto(clinic_site)
        frame = page.frame_locator("iframe")
        frame.get_by_role("link", name="Consultation").click()
        walk_to(frame, WEDNESDAY)
        pick(frame, "9:00")
        fill_in(frame)
        book(frame)
        expect(frame.get_by_role("heading", level=1)).to_have_text(f"See you on {told(WEDNESDAY)} at 9:00.")
        assert appointments(tilleuls) == [("booked", at(WEDNESDAY, 9))]
        assert page.context.cookies() == []

    def test_a_site_that_is_not_allowed_shows_nothing(self, clinic_site: str, tilleuls: Clinic, browser: Any) -> None:
        context = browser.new_context()
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(clinic_site)
        page.wait_for_timeout(300)
        assert page.frame_locator("iframe").get_by_role("link").count() == 0
        assert any("frame-ancestors 'none'" in words for words in said)
        context.close()
