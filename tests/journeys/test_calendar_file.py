"""A calendar file taken in: choosing, looking, importing, at 360 and 1280 pixels and before axe."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_staff import look, sign_in
from tests.web.staff.desk import at, book
from tests.web.staff.test_calendar_file import calendar, event

pytestmark = pytest.mark.browser

Window = Callable[..., Page]
Check = Callable[[Page], list[tuple[str, str]]]
LOST = "BEGIN:VEVENT\r\nUID:0123456789abcdef0123456789abcdef0123456789abcdef@calendar.example\r\nEND:VEVENT"


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_a_calendar_file_is_taken_in_by_keyboard(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, tmp_path: Path, viewport: dict[str, int]
) -> None:
    book(tilleuls, at(9, 30))
    path = tmp_path / "work.ics"
    weekly = event("Réunion d’équipe", at(9), "RRULE:FREQ=WEEKLY")
    path.write_bytes(calendar(weekly, event("Congrès", at(14), hours=60), LOST, event("back", at(11), hours=-1)))
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/files/")
    see()
    page.get_by_role("link", name="Choose a calendar file").press("Enter")
    see()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "a.ics", "mimeType": "text/calendar", "buffer": b"hello"}
    )
    page.get_by_role("button", name="Check the file").press("Enter")
    expect(page.locator("main")).to_contain_text("This is not a calendar file")
    see()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Check the file").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("work.ics")
    expect(page.locator("main")).to_contain_text("it goes on without end")
    see()
    page.get_by_role("button", name="Import").press("Enter")
    expect(page.locator("main")).to_contain_text("times are blocked now.")
    see()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Check the file").press("Enter")
    expect(page.locator("main")).to_contain_text("Nothing would change")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    see()

    page.goto(f"{site}/app/tilleuls/settings/schedules/{tilleuls.schedule.id}/calendars/")
    see()
