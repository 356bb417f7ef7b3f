"""A service that needs approval, as its patients see it: they ask, wait, and may withdraw."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from tests.cast import Clinic
from tests.web.public.test_private_page import address_of, change_service, state
from tests.web.public.visitor import Visitor, working_day

WEDNESDAY = working_day()


@pytest.fixture
def visitor(tilleuls: Clinic) -> Visitor:
    change_service(tilleuls, needs_approval=True)
    return Visitor(tilleuls)


def test_one_is_told_before_that_it_is_a_request(visitor: Visitor) -> None:
    page = visitor.details(WEDNESDAY, "9:00")
    assert "The practice approves these appointments." in page.text
    assert "Ask for the appointment" in page.text
    assert "Book the appointment" not in page.text


def test_a_request_is_not_called_an_appointment(visitor: Visitor) -> None:
    page = visitor.book(WEDNESDAY, "9:00")
    assert "The practice will answer your request." in page.text
    assert "It is not booked yet." in page.text
    assert "Your appointment is booked." not in page.text
    assert "Yes, I will come" not in page.text
    assert "Withdraw this request" in page.text


def test_it_is_withdrawn_with_one_button(visitor: Visitor) -> None:
    visitor.book(WEDNESDAY, "9:00")
    page = visitor.get(address_of(visitor.clinic))
    visitor.post(page.form("cancellation/"))
    assert (state(visitor.clinic)[0], state(visitor.clinic)[3]) == ("cancelled", [])


def test_an_expired_request_says_so(visitor: Visitor, owner: psycopg.Connection) -> None:
    visitor.book(WEDNESDAY, "9:00")
    owner.execute("UPDATE booking_appointment SET approve_by = now() - %s", [timedelta(minutes=1)])
    page = visitor.get(address_of(visitor.clinic))
    assert "The practice did not answer in time." in page.text
    assert "Withdraw this request" not in page.text
