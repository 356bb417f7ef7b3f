"""Who books online is asked whether to be reminded, where the organization asks it."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.delivery.operations import set_settings
from tests.booking.waiting_list import switch
from tests.cast import Clinic
from tests.web.public.test_booking_page import WEDNESDAY
from tests.web.public.visitor import TYPED, Visitor

QUESTION = "Would you like to be reminded of your appointments?"


@pytest.fixture
def visitor(tilleuls: Clinic) -> Visitor:
    return Visitor(tilleuls)


def said(clinic: Clinic) -> list[tuple[Any, ...]]:
    with clinic.acting():
        found = clinic.organization.contacts.order_by("id")
        return [(one.email_consent, one.sms_consent, one.email_consent_by) for one in found]


def asks(clinic: Clinic) -> None:
    with clinic.acting() as now:
        set_settings(clinic.organization, asks_consent=True, by=clinic.actor(), now=now)


def test_nothing_is_asked_unless_wished(tilleuls: Clinic, visitor: Visitor) -> None:
    page = visitor.details(WEDNESDAY, "9:00")
    assert QUESTION not in page.text
    visitor.post(page.forms[-1], {**TYPED, "wants_email": "yes"})
    assert said(tilleuls) == [("", "", "")]


def test_a_tick_is_an_agreement_and_none_a_refusal(tilleuls: Clinic, visitor: Visitor) -> None:
    asks(tilleuls)
    page = visitor.details(WEDNESDAY, "9:00")
    assert QUESTION in page.text
    again = visitor.post(page.forms[-1], {**TYPED, "wants_email": "yes", "phone": "12"})
    assert (again.status, again.forms[-1].fields.get("wants_email")) == (422, "yes")
    assert visitor.post(again.forms[-1], {**TYPED, "wants_email": "yes"}).status == 303
    assert said(tilleuls) == [("given", "refused", "patient")]


def test_a_way_that_was_not_asked_about_stays_open(tilleuls: Clinic, visitor: Visitor) -> None:
    asks(tilleuls)
    with tilleuls.acting():
        tilleuls.organization.services.update(required_fields=[])
    page = visitor.details(WEDNESDAY, "9:00")
    visitor.post(page.forms[-1], {"first_name": "Ng", "last_name": "李", "consent": "yes"})
    assert said(tilleuls) == [("refused", "", "patient")]


def test_who_asks_to_wait_is_asked_the_same(tilleuls: Clinic, visitor: Visitor) -> None:
    switch(tilleuls)
    address = f"/tilleuls/services/{tilleuls.service.id}/waiting/"
    assert QUESTION not in visitor.get(address).text
    asks(tilleuls)
    page = visitor.get(address)
    assert QUESTION in page.text
    again = visitor.post(page.form("/waiting/"), {**TYPED, "wants_sms": "yes", "phone": "12"})
    assert (again.status, again.form("/waiting/").fields.get("wants_sms")) == (422, "yes")
    assert visitor.post(again.form("/waiting/"), {**TYPED, "wants_sms": "yes"}).status == 303
    assert said(tilleuls) == [("refused", "given", "patient")]
