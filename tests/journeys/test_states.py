"""The pages of what waits, of an absence, and of an appointment with its acts: at 360 and 1280 pixels, before axe."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_staff import look, sign_in
from tests.web.staff.desk import at, begun, book, chosen, coming

pytestmark = pytest.mark.browser

Window = Callable[..., Page]
Check = Callable[[Page], list[tuple[str, str]]]


def other(number: int) -> dict[str, str]:
    return {"last": f"Blot{number}", "first": "Marie", "email": f"m{number}@b.example", "phone": ""}


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_a_day_of_a_sick_practitioner(
    site: str, tilleuls: Clinic, owner: psycopg.Connection, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    over = book(tilleuls, at(16), **other(3))
    begun(owner, over)
    owner.execute(
        "UPDATE booking_appointment SET starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day',"
        " local_day = local_day - 1 WHERE id = %s",
        [over.id],
    )
    first = book(tilleuls, at(10))
    book(tilleuls, at(11), **other(1))
    with tilleuls.acting():
        tilleuls.organization.services.update(needs_approval=True)
    asked = book(tilleuls, at(14), by=tilleuls.patient(), **other(2))
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, tilleuls.admin)
    desk = f"{site}/app/tilleuls"

    page.goto(f"{desk}/appointments/{first.id}/")
    see()
    page.get_by_role("link", name="Swap with …").click()
    see()
    page.get_by_label("11:00, Marie Blot1").check()
    page.get_by_role("button", name="Swap them").click()
    expect(page.locator("main")).to_contain_text("11:00 to 11:30")

    page.goto(f"{desk}/book/?service={tilleuls.service.id}&schedule={tilleuls.schedule.id}")
    page.goto(f"{desk}/book/?" + "&".join(f"{key}={value}" for key, value in _chosen(tilleuls).items()))
    see()
    page.get_by_role("link", name="Book all the same").click()
    page.get_by_role("link", name="New patient").click()
    see()

    page.goto(f"{desk}/requests/")
    see()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("No request waits")).to_be_visible()
    page.goto(f"{desk}/appointments/{asked.id}/")
    see()

    page.goto(f"{desk}/outcomes/")
    see()
    page.get_by_role("link", name="All seen").click()
    see()
    page.get_by_role("button", name="All were seen").click()
    expect(page.get_by_text("Everything is noted")).to_be_visible()

    page.goto(f"{desk}/absence/")
    see()
    page.get_by_label("Who").select_option("Dr Hélène Vasseur")
    page.get_by_label("First day").fill(coming().isoformat())
    page.get_by_role("button", name="Show the visits").click()
    page.get_by_role("link", name="Cancel all").click()
    see()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What was done")
    expect(page.locator("#done ~ *, .panel li, main li").filter(has_text="cancelled")).to_have_count(3)
    see()

    page.goto(f"{desk}/appointments/{first.id}/")
    page.get_by_text("Take back", exact=True).first.click()
    see()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back: Cancelled, now Booked again")).to_be_visible()


def _chosen(clinic: Clinic) -> dict[str, str]:
    return {key: str(value).replace("+", "%2B") for key, value in chosen(clinic).items()}
