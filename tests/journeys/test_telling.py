"""What leaves, what needs somebody, what is owed: the pages of the desk and of the patient, before axe."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import expect

from kalends.accounts.models import Person
from kalends.agenda.operations import set_options
from kalends.booking.queries import link_secret
from kalends.delivery.models import TextAlarm
from kalends.delivery.walls import Wall
from tests.cast import Clinic
from tests.delivery.texting import text
from tests.journeys.conftest import IN_FRENCH_AND_ROMANIAN
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.payments.owing import paid_before
from tests.web.staff.desk import at as moment
from tests.web.staff.desk import book

pytestmark = pytest.mark.browser

LONG = "maximilienne.de-la-rochefoucauld-montbel@un-nom-de-domaine-vraiment-tres-long.example"


@pytest.fixture
def told(tilleuls: Clinic) -> Clinic:
    """Something of everything: to be paid, told to the administrator, not known, stopped."""
    paid_before(tilleuls)
    with tilleuls.acting() as now:
        organization = tilleuls.organization
        provider = organization.providers.get(id=tilleuls.schedule.provider_id)
        me = organization.memberships.get(person=tilleuls.admin).id
        set_options(organization, provider, notice_added=["message"], recipients=[me], by=tilleuls.actor(), now=now)
        for wall in (Wall.HOUR, Wall.PREFIX):
            TextAlarm.all_rows.create(
                organization=organization, wall=wall, since=now - timedelta(hours=2), last_at=now, stopped=84
            )
    book(tilleuls, moment(10), email=LONG)
    unknown = text(tilleuls, "+33612345602")
    with tilleuls.acting() as now:
        organization.deliveries.filter(id=unknown).update(state="unknown", needs_somebody=True, settled_at=now)
    return tilleuls


@IN_FRENCH_AND_ROMANIAN
def test_what_leaves_and_what_is_owed(
    site: str, told: Clinic, open_window: Window, axe: Check, language: str, viewport: dict[str, int]
) -> None:
    Person.objects.filter(id=told.admin.id).update(language=language)
    with told.acting():
        visit = told.organization.appointments.get()
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, told.admin)
    desk = f"{site}/app/tilleuls"

    page.goto(f"{desk}/settings/deliveries/")
    expect(page.locator(".notice.bad p")).to_have_count(2)
    see()
    page.goto(f"{desk}/sent/")
    expect(page.locator("#attention tbody tr")).to_have_count(1)
    see()
    page.locator(".notice.bad button").click()
    expect(page.locator(".notice.bad")).to_have_count(0)
    page.goto(f"{desk}/notices/")
    expect(page.locator("tbody tr")).to_have_count(1)
    see()
    page.locator("tbody button").click()
    expect(page.locator("tbody tr")).to_have_count(0)
    see()
    page.goto(f"{desk}/settings/services/{told.service.id}/")
    see()

    # Noted as paid, and taken back, by whoever has the money.
    page.goto(f"{desk}/appointments/{visit.id}/")
    see()
    page.locator("button[name=state][value=paid]").click()
    expect(page.locator("button[name=state][value=unpaid]")).to_be_visible()
    see()
    mine = f"{site}/tilleuls/appointment/{link_secret(visit)}/?lang={language}"
    page.goto(mine)
    see()
    page.goto(f"{desk}/appointments/{visit.id}/")
    page.locator("button[name=state][value=unpaid]").click()
    expect(page.locator("button[name=state][value=paid]")).to_be_visible()
    page.goto(mine)
    see()
