"""Approving, taking back, swapping and overbooking through the API."""

from __future__ import annotations

from typing import Any

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, booking, member, person, problem, slot, told, unknown, wall
from tests.api.test_appointments import NOBODY, NOT_ALLOWED, PATH, book
from tests.cast import Clinic

TAKEN = "This time has just been taken."


def ask(clinic: Clinic) -> dict[str, Any]:
    with clinic.acting():
        clinic.organization.services.update(needs_approval=True)
    status, body = told(Caller().post("public/tilleuls/appointments", booking(clinic)))
    assert status == 201
    return body


def act(caller: Caller, body: dict[str, Any], what: str, sent: dict[str, Any] | None = None) -> tuple[int, Any]:
    return told(caller.post(f"{PATH}/{body['id']}/{what}", sent or {}))


def test_a_public_booking_answers_pending_and_is_approved_once(tilleuls: Clinic) -> None:
    asked, caller = ask(tilleuls), member(tilleuls)
    assert asked["status"] == "pending"
    for _ in range(2):
        status, body = act(caller, asked, "status", {"status": "booked"})
        assert (status, body["status"], body["approve_by"], body["version"]) == (200, "booked", None, 2)


def test_a_request_is_refused_by_cancelling(tilleuls: Clinic) -> None:
    asked = ask(tilleuls)
    status, body = act(member(tilleuls), asked, "cancel", {"reason": "Complet"})
    assert (status, body["status"], body["cancelled_by"], body["cancel_reason"]) == (
        200,
        "cancelled",
        "staff",
        "Complet",
    )


def test_the_public_services_say_which_need_approval(tilleuls: Clinic) -> None:
    ask(tilleuls)
    _status, body = told(Caller().get("public/tilleuls/services"))
    assert [service["needs_approval"] for service in body["items"]] == [True]


def test_the_last_step_is_taken_back_once(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    body = book(tilleuls, caller)
    act(caller, body, "cancel")
    status, back = act(caller, body, "undo", {"tell_patient": False})
    assert (status, back["status"], back["cancelled_by"]) == (200, "booked", "")
    sentence = "There is no last step that could be taken back."
    assert act(caller, body, "undo") == (409, problem(409, "invalid", sentence))


def test_taking_back_a_cancelling_whose_time_is_gone(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    body = book(tilleuls, caller)
    act(caller, body, "cancel")
    book(tilleuls, caller, contact=person(1))
    near = [slot(tilleuls, 9), slot(tilleuls, 9, 30), slot(tilleuls, 10, 30)]
    assert act(caller, body, "undo") == (409, problem(409, "slot_taken", TAKEN, alternatives=near))


def test_staff_take_nothing_back_without_the_right(tilleuls: Clinic) -> None:
    body = book(tilleuls)
    assert act(member(tilleuls, Role.STAFF), body, "undo") == (403, NOT_ALLOWED)


def test_swapping(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    first, second = book(tilleuls, caller), book(tilleuls, caller, 11, contact=person(1))
    status, moved = act(caller, first, "swap", {"with": second["id"]})
    assert (status, moved["start"]) == (200, wall(11))
    _status, listed = told(caller.get(PATH))
    assert [(one["id"], one["start"]) for one in listed["items"]] == [
        (second["id"], wall(10)),
        (first["id"], wall(11)),
    ]
    assert act(caller, first, "swap", {"with": NOBODY}) == (404, unknown("with"))


def test_overbooking_needs_a_right_and_a_reason(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    book(tilleuls, caller)
    sent = booking(tilleuls, number=1)
    assert told(caller.post(PATH, sent))[0] == 409
    assert told(member(tilleuls, Role.STAFF).post(PATH, {**sent, "overbooking_reason": "x"})) == (403, NOT_ALLOWED)
    status, body = told(caller.post(PATH, {**sent, "overbooking_reason": "Urgence"}))
    assert (status, body["is_overbooked"], body["overbooking_reason"]) == (201, True, "Urgence")
    for overbooked, count in (("true", 1), ("false", 1)):
        assert len(told(caller.get(PATH, overbooked=overbooked))[1]["items"]) == count
