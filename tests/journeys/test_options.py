"""The agenda options of a practitioner, from the form to the booking window and the own agenda, in a real browser."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE, WITH_AND_WITHOUT_SCRIPTS
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.web.staff.desk import at as moment
from tests.web.staff.desk import book, chosen, coming
from tests.web.staff.test_options import choose

pytestmark = pytest.mark.browser


@WITH_AND_WITHOUT_SCRIPTS
def test_options_are_chosen_and_act(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    visit = book(tilleuls, moment(14))
    with tilleuls.acting():
        tilleuls.organization.providers.update(email="vasseur@tilleuls.example")
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    see = partial(look, page, axe if scripts else None, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/")
    page.get_by_role("link", name="Options / Agenda").click()
    see()
    by_week, by_day = page.get_by_role("radio", name="By week"), page.get_by_role("radio", name="By day")
    page.get_by_label("Number of days shown").select_option("3")
    if scripts:
        expect(by_week).to_be_disabled()
        expect(by_day).to_be_checked()
        expect(page.get_by_text("Changes not saved:")).to_be_visible()
    by_day.check()
    for notice in ("Appointment added", "Appointment cancelled"):
        page.get_by_role("checkbox", name=f"{notice}: E-mail").check()
    for way in ("Message", "SMS"):
        page.get_by_role("checkbox", name=f"Appointment added: {way}").check()
    page.get_by_role("checkbox", name="Town").check()
    see()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(by_week).to_be_disabled()
    see()

    page.goto(f"{site}/app/tilleuls/book/?{urlencode(chosen(tilleuls, new='yes'))}")
    expect(page.get_by_role("checkbox", name="E-mail to the practitioner")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Message to the practitioner")).to_be_checked()
    expect(page.get_by_role("checkbox", name="SMS to the practitioner")).to_be_disabled()
    see()
    page.get_by_label("Last name").fill("Haddad")
    page.get_by_label("Date of birth").fill("14/03/1987")
    page.get_by_label("Telephone").fill("06 12 34 56 78")
    page.get_by_label("E-mail", exact=True).fill("haddad@courriel.example")
    page.get_by_role("button", name="Book", exact=True).click()
    see()
    page.get_by_label("Town").fill("Angers")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("heading", name="Haddad")).to_be_visible()

    page.goto(f"{site}/app/tilleuls/appointments/{visit.id}/cancellation/")
    page.get_by_role("checkbox", name="E-mail to the practitioner").uncheck()
    see()
    page.get_by_role("button", name="Cancel the appointment").click()
    with tilleuls.acting():
        rows = tilleuls.organization.deliveries.filter(kind__startswith="notice")
        assert [(row.kind, row.recipient) for row in rows] == [("notice_added", "vasseur@tilleuls.example")]


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_the_practitioner_sees_so_many_days(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    choose(tilleuls, days_shown=6, stepping="week")
    page = open_window(viewport=viewport)
    sign_in(page, site, tilleuls.doctor)
    page.goto(f"{site}/app/tilleuls/agenda/?day={coming(3)}")
    expect(page.locator("[data-grid] section.column")).to_have_count(6)
    look(page, axe, viewport["width"])


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_the_bell_rings_while_the_agenda_is_open(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    choose(tilleuls, notice_added=["message"])
    page = open_window(viewport=viewport)
    sign_in(page, site, tilleuls.doctor)
    with page.expect_response("**/live/"):
        page.goto(f"{site}/app/tilleuls/agenda/")
    expect(page.get_by_role("link", name="Notices: nothing new")).to_be_visible()
    book(tilleuls, moment(9))
    page.get_by_role("link", name="1 unread notice").click()
    look(page, axe, viewport["width"])
    page.locator("tbody").get_by_role("button").click()
    expect(page.get_by_text("Nothing new", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Notices: nothing new")).to_be_visible()
    look(page, axe, viewport["width"])
