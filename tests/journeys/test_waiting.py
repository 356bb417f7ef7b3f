"""A freed time goes round the waiting list, in a real browser: offered, not answered, offered to the next, accepted.

At 360 and 1280 pixels; axe looks at every page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kalends.booking import jobs
from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Offer
from kalends.booking.queries import link_secret
from kalends.delivery import letters
from tests.booking.waiting_list import join, person, switch
from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_staff import look, sign_in
from tests.web.staff.desk import at, book, coming

pytestmark = pytest.mark.browser

MONDAY = coming()
TUESDAY = MONDAY + timedelta(days=1)
Window = Callable[..., Page]
Check = Callable[[Page], list[tuple[str, str]]]


def private_page(site: str, appointment: Appointment) -> str:
    return f"{site}/tilleuls/appointment/{link_secret(appointment)}/"


def offers(clinic: Clinic) -> list[Offer]:
    with clinic.acting():
        return list(clinic.organization.offers.select_related("entry__contact").order_by("made_at", "id"))


def link_in_message(clinic: Clinic, recipient: str, site: str, kind: str = "offer") -> str:
    """The address in what offers a time to `recipient`, on the running site."""
    with clinic.acting():
        waiting = list(clinic.organization.deliveries.filter(kind="waiting_offer", recipient=recipient))
        found = letters.look_up(clinic.organization, waiting)
    (letter,) = [letters.write(clinic.organization, delivery, found) for delivery in waiting]
    (path,) = re.findall(rf"(/tilleuls/{kind}/[^/\s]+/)", letter.short if kind == "o" else letter.text)
    return f"{site}{path}"


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_a_freed_time_goes_from_one_waiting_person_to_the_next(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, Any]
) -> None:
    switch(tilleuls)
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    leaving = book(tilleuls, at(10))
    kept = book(tilleuls, at(15, day=TUESDAY), last="Morel", first="Ana", email="ana@courriel.example", phone="")
    with tilleuls.acting() as now:
        pass
    join(tilleuls, person(1), now=now - timedelta(days=1))

    # Ana keeps Tuesday and asks for something earlier, on her private page: the end of the hours follows the start.
    page.goto(private_page(site, kept))
    page.get_by_role("link", name="Ask for an earlier time").click()
    page.get_by_label("From").fill("09:00")
    page.get_by_label("From").dispatch_event("change")
    expect(page.get_by_label("To")).to_have_value("11:00")
    see()
    page.get_by_role("button", name="Put me on the waiting list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are on the waiting list.")
    see()

    # Somebody cancels Monday at ten: the first who waits is offered it, and does not answer.
    page.goto(private_page(site, leaving))
    page.get_by_text("Cancel this appointment").click()
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_text("Your appointment is cancelled.")).to_be_visible()
    (first,) = offers(tilleuls)
    assert (first.entry.contact.last_name, first.starts_at) == ("Nom1", at(10))
    page.goto(link_in_message(tilleuls, "p1@courriel.example", site))
    expect(page.get_by_role("button", name="Yes, I take this time")).to_be_visible()
    see()
    assert jobs.end_offers(first.expires_at) == 1
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("The time to answer is over.")
    see()

    # The desk sees to whom it is offered now, and why the first was passed over.
    desk = open_window(viewport=viewport)
    sign_in(desk, site, tilleuls.staff)
    desk.goto(f"{site}/app/tilleuls/waiting/")
    expect(desk.locator("tbody tr")).to_have_count(2)
    expect(desk.locator("tbody tr", has_text="Morel Ana")).to_contain_text("offered until")
    look(desk, axe, viewport["width"])
    desk.get_by_role("link", name="Nom1 Clémence", exact=True).click()
    expect(desk.get_by_text("not answered in time")).to_be_visible()
    look(desk, axe, viewport["width"])
    desk.goto(f"{site}/app/tilleuls/waiting/new/?new=yes")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Add to the waiting list")
    look(desk, axe, viewport["width"])

    # Ana opens the link of her mail and accepts: her Tuesday is free again.
    page.goto(link_in_message(tilleuls, "ana@courriel.example", site))
    expect(page.get_by_text("If you accept, your appointment of")).to_be_visible()
    see()
    page.get_by_role("button", name="Yes, I take this time").click()
    expect(page.get_by_text("Your appointment has moved. The link stays the same.")).to_be_visible()
    see()
    with tilleuls.acting():
        moved = tilleuls.organization.appointments.get(id=kept.id)
        held = list(tilleuls.organization.occupancies.filter(expires_at=None).values_list("holder_id", flat=True))
    assert (moved.starts_at, held) == (at(10), [kept.id])
    assert [(offer.entry.contact.last_name, offer.status) for offer in offers(tilleuls)][:2] == [
        ("Nom1", "expired"),
        ("Morel", "accepted"),
    ]


def test_an_offer_by_text_message_is_answered_on_its_page(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check
) -> None:
    switch(tilleuls)
    leaving = book(tilleuls, at(10))
    with tilleuls.acting() as now:
        pass
    join(tilleuls, person(1, email="", phone="+33612345601"), now=now - timedelta(days=1))

    # The practice cancels; the desk sees that a text message has left.
    desk = open_window(viewport=WIDE)
    sign_in(desk, site, tilleuls.staff)
    with tilleuls.acting() as now:
        booking.cancel(tilleuls.organization, leaving.id, by=tilleuls.actor(), now=now)
    desk.goto(f"{site}/app/tilleuls/waiting/")
    expect(desk.locator("tbody tr", has_text="Nom1")).to_contain_text("by text message")
    look(desk, axe, WIDE["width"])

    # The link of the text message shows the offer and decides nothing; the button does.
    page = open_window(viewport=NARROW)
    page.goto(link_in_message(tilleuls, "+33612345601", site, "o"))
    expect(page.get_by_role("link", name="See or leave the waiting list")).to_be_visible()
    look(page, axe, NARROW["width"])
    assert [offer.status for offer in offers(tilleuls)] == ["open"]
    page.get_by_role("button", name="Yes, I take this time").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("10")
    assert [(offer.told_by, offer.status) for offer in offers(tilleuls)] == [("sms", "accepted")]
