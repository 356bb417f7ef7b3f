"""Rooms and devices, and what services need of them."""

from __future__ import annotations

from typing import Any

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, booking, member, problem, told, unknown
from tests.cast import Clinic

NOBODY = "01990000-0000-7000-8000-000000000000"


def make(caller: Caller, clinic: Clinic, **changes: Any) -> tuple[int, Any]:
    return told(
        caller.post("tilleuls/resources", {"location": str(clinic.schedule.location_id), "name": "Salle 1", **changes})
    )


def test_a_new_room(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, room = make(caller, tilleuls)
    expected = {"name": "Salle 1", "kind": "room", "location": str(tilleuls.schedule.location_id), "is_active": True}
    assert (status, room) == (201, {"id": room["id"], **expected})
    assert told(caller.get("tilleuls/resources")) == (200, {"items": [room], "next": None})
    assert told(caller.patch(f"tilleuls/resources/{room['id']}", {"name": "Salle 2"})) == (
        200,
        {**room, "name": "Salle 2"},
    )


def test_what_is_wrong_is_named(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    assert make(caller, tilleuls, location=str(carpati.schedule.location_id)) == (404, unknown("location"))
    make(caller, tilleuls)
    sentence = "Another one at this location already has this name."
    assert make(caller, tilleuls) == (
        422,
        problem(422, "invalid", "Some fields need your attention.", ("name", sentence)),
    )
    assert member(tilleuls, Role.STAFF).patch(f"tilleuls/resources/{NOBODY}", {"name": "x"}).status_code == 403
    assert caller.patch(f"tilleuls/resources/{NOBODY}", {"name": "x"}).status_code == 404


def test_a_service_needs_a_room(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    _, room = make(caller, tilleuls)
    needs = [{"any_of": [room["id"]]}]
    status, service = told(caller.patch(f"tilleuls/services/{tilleuls.service.id}", {"requirements": needs}))
    assert (status, service["requirements"]) == (200, needs)
    assert caller.post("tilleuls/appointments", booking(tilleuls)).status_code == 201
    refused = caller.patch(f"tilleuls/resources/{room['id']}", {"is_active": False})
    sentence = "1 appointment is still to come here. Move or cancel it first."
    assert told(refused) == (409, problem(409, "still_booked", sentence))
    status, service = told(caller.patch(f"tilleuls/services/{tilleuls.service.id}", {"requirements": []}))
    assert (status, service["requirements"]) == (200, [])


def test_a_service_cannot_need_what_nobody_has(tilleuls: Clinic) -> None:
    sent = {"requirements": [{"any_of": [NOBODY]}]}
    answered = told(member(tilleuls).patch(f"tilleuls/services/{tilleuls.service.id}", sent))
    error = ("requirements[0]", "There is no such room or device.")
    assert answered == (422, problem(422, "invalid", "Some fields need your attention.", error))
