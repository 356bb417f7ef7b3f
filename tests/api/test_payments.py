"""What is paid before the visit, by the API: told with the appointment, noted, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from kalends.organizations.permissions import Role
from tests.api.callers import NOT_FOUND, Caller, booking, member, monday, problem, told, wall
from tests.cast import Clinic
from tests.payments.owing import paid_before


@pytest.fixture
def visit(tilleuls: Clinic) -> dict[str, Any]:
    """At 10:00, of a service that is paid the day before."""
    paid_before(tilleuls)
    status, body = told(member(tilleuls).post("tilleuls/appointments", booking(tilleuls, 10)))
    assert status == 201
    return dict(body)


def note(caller: Caller, visit: dict[str, Any], state: str) -> Any:
    return told(caller.post(f"tilleuls/appointments/{visit['id']}/payment", {"state": state}))


def owed(state: str = "unpaid") -> dict[str, Any]:
    day_before = wall(10, day=monday() - timedelta(days=1))
    return {"amount_minor": 5400, "currency": "EUR", "due_at": day_before, "state": state}


def test_it_is_told_to_staff_with_the_appointment_and_in_the_list(tilleuls: Clinic, visit: dict[str, Any]) -> None:
    caller = member(tilleuls)
    _status, listed = told(caller.get("tilleuls/appointments"))
    assert [visit["payment"], *(one["payment"] for one in listed["items"])] == [owed()] * 2


def test_it_is_told_to_the_patient(tilleuls: Clinic, visit: dict[str, Any]) -> None:
    status, booked = told(Caller().post("public/tilleuls/appointments", booking(tilleuls, 11, number=1)))
    assert (status, booked["payment"]["state"], booked["payment"]["amount_minor"]) == (201, "unpaid", 5400)
    token = booked["manage_url"].rstrip("/").rpartition("/")[2]
    assert told(Caller().get(f"public/appointments/{token}"))[1]["payment"] == booked["payment"]


def test_staff_note_it_twice_and_take_it_back(tilleuls: Clinic, visit: dict[str, Any]) -> None:
    caller = member(tilleuls, Role.STAFF)
    for state in ("paid", "paid", "unpaid", "unpaid"):
        status, body = note(caller, visit, state)
        assert (status, body) == (200, {**visit, "payment": owed(state)})


def test_practitioners_and_tokens_without_the_right_may_not(tilleuls: Clinic, visit: dict[str, Any]) -> None:
    for caller in (member(tilleuls, Role.PROVIDER), member(tilleuls, scopes=("agenda:read",))):
        assert note(caller, visit, "paid")[1]["code"] == "not_allowed"
    assert note(member(tilleuls), visit, "unpaid")[1]["payment"] == owed()


def test_a_visit_that_asks_for_none(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    visit = orjson.loads(caller.post("tilleuls/appointments", booking(tilleuls, 10)).content)
    assert note(caller, visit, "paid") == (
        422,
        problem(422, "invalid", "Nothing is to be paid for this appointment."),
    )


def test_another_state_is_named(tilleuls: Clinic, visit: dict[str, Any]) -> None:
    status, body = note(member(tilleuls), visit, "dropped")
    assert (status, [error["field"] for error in body["errors"]]) == (422, ["state"])


def test_a_strangers_visit_is_not_there(tilleuls: Clinic, carpati: Clinic, visit: dict[str, Any]) -> None:
    response = member(carpati).post(f"carpati/appointments/{visit['id']}/payment", {"state": "paid"})
    assert told(response) == (404, NOT_FOUND)
    assert note(member(tilleuls), visit, "unpaid")[1]["payment"] == owed()
