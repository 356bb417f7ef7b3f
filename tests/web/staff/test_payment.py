"""What is paid before the visit, at the desk: the words, the button, and the button that takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Clinic
from tests.payments.owing import paid_before
from tests.web.staff.desk import Browser, at, book, notices, text


@pytest.fixture
def page(tilleuls: Clinic) -> str:
    """The address of a visit at 10:00 of a service that is paid the day before."""
    visit = book(paid_before(tilleuls), at(10))
    return f"/app/tilleuls/appointments/{visit.id}/"


def payment(client: Client, page: str) -> str:
    """What the panel says, buttons included."""
    words = text(client.get(page))
    return words[words.index("Payment ") : words.index(" Price ")]


def until() -> str:
    day = at(10) - timedelta(days=1)
    return f"{day.day} {day:%b %Y}"


def test_what_is_owed_is_noted_and_taken_back(tilleuls: Clinic, signed_in: Browser, page: str) -> None:
    client = signed_in(tilleuls.staff)
    owed = f"Payment Not paid yet €54 until {until()}, 10:00 Note as paid"
    assert payment(client, page) == owed
    noted = client.post(f"{page}payment/", {"state": "paid"}, follow=True)
    assert notices(noted) == ["good: Noted as paid."]
    assert payment(client, page).startswith("Payment Paid €54 ")
    assert payment(client, page).endswith(", Nadia Kerjean Not paid after all")
    back = client.post(f"{page}payment/", {"state": "unpaid"}, follow=True)
    assert notices(back) == ["good: Noted as not paid."]
    assert payment(client, page) == owed


def test_history_says_who_noted_it(tilleuls: Clinic, signed_in: Browser, page: str) -> None:
    client = signed_in(tilleuls.staff)
    client.post(f"{page}payment/", {"state": "paid"})
    assert "History Noted as paid Nadia Kerjean (Staff), At the desk " in text(client.get(page))


def test_practitioners_see_it_without_a_button(tilleuls: Clinic, signed_in: Browser, page: str) -> None:
    client = signed_in(tilleuls.doctor)
    assert "Note as paid" not in payment(client, page)
    assert client.post(f"{page}payment/", {"state": "paid"}).status_code == 403


def test_a_word_that_is_no_state(tilleuls: Clinic, signed_in: Browser, page: str) -> None:
    client = signed_in(tilleuls.staff)
    assert client.post(f"{page}payment/", {"state": "dropped"}).status_code == 400
    assert payment(client, page).endswith(" Note as paid")


def test_a_visit_that_asks_for_none_has_no_panel(tilleuls: Clinic, signed_in: Browser) -> None:
    visit = book(tilleuls, at(10))
    client = signed_in(tilleuls.staff)
    page = f"/app/tilleuls/appointments/{visit.id}/"
    assert "Not paid yet" not in text(client.get(page))
    refused = client.post(f"{page}payment/", {"state": "paid"})
    assert (refused.status_code, "Nothing is to be paid for this appointment." in text(refused)) == (422, True)
