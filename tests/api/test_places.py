"""Staff set up where an organization works, and who works there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.callers import NOT_FOUND, Caller, booking, member, problem, told
from tests.cast import Clinic

CENTRE = {
    "name": "Centre",
    "address": "12, rue des Tilleuls",
    "postcode": "49000",
    "town": "Angers",
    "country": "FR",
    "time_zone": "Europe/Paris",
    "phone": "",
    "directions": "",
    "is_active": True,
}
VASSEUR = {
    "name": "Dr Hélène Vasseur",
    "speciality": "Dermatologie",
    "email": "",
    "phone": "",
    "fax": "",
    "sms_name": "",
    "is_active": True,
}


def test_locations(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    known = {"id": str(tilleuls.schedule.location_id), **CENTRE}
    assert told(caller.get("tilleuls/locations")) == (200, {"items": [known], "next": None})
    status, annex = told(caller.post("tilleuls/locations", {"name": "Annexe", "phone": "02 41 23 45 67"}))
    nowhere = {"address": "", "postcode": "", "town": ""}
    assert (status, annex) == (
        201,
        {"id": annex["id"], **CENTRE, **nowhere, "name": "Annexe", "phone": "+33241234567"},
    )
    closed = {**annex, "is_active": False, "phone": ""}
    path = f"tilleuls/locations/{annex['id']}"
    assert told(caller.patch(path, {"is_active": False, "phone": None})) == (200, closed)
    assert told(caller.get("tilleuls/locations")) == (200, {"items": [closed, known], "next": None})
    assert told(Caller().get("public/tilleuls/locations"))[1]["items"][0]["name"] == "Centre"


def test_the_zone_stays_while_somebody_is_to_come(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls), f"tilleuls/locations/{tilleuls.schedule.location_id}"
    assert Caller().post("public/tilleuls/appointments", booking(tilleuls)).status_code == 201
    sentence = "Appointments are still to come here, and their time zone would change. Move or cancel them first."
    answered = told(caller.patch(path, {"time_zone": "Europe/Bucharest"}))
    assert answered == (409, problem(409, "still_booked", sentence))


def test_providers(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    known = {"id": str(tilleuls.schedule.provider_id), **VASSEUR}
    assert told(caller.get("tilleuls/providers")) == (200, {"items": [known], "next": None})
    status, new = told(caller.post("tilleuls/providers", {"name": "Dr Ana Zidaru", "email": "ana@z.example"}))
    assert (status, new) == (
        201,
        {"id": new["id"], **VASSEUR, "name": "Dr Ana Zidaru", "speciality": "", "email": "ana@z.example"},
    )
    changed = {**new, "name": "Dr Ana Albu", "email": "", "fax": "+33241234568", "sms_name": "Dr Albu"}
    path = f"tilleuls/providers/{new['id']}"
    sent = {"name": "Dr Ana Albu", "email": None, "fax": "02 41 23 45 68", "sms_name": "Dr Albu"}
    assert told(caller.patch(path, sent)) == (200, changed)
    assert told(caller.get("tilleuls/providers")) == (200, {"items": [changed, known], "next": None})


@pytest.mark.parametrize("what", ["locations", "providers"])
def test_lists_come_in_pages(tilleuls: Clinic, what: str) -> None:
    caller = member(tilleuls)
    for name in ("Zoé", "Anne", "Émile"):
        assert caller.post(f"tilleuls/{what}", {"name": name}).status_code == 201
    _, whole = told(caller.get(f"tilleuls/{what}"))
    names: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(4):
        _, body = told(caller.get(f"tilleuls/{what}", limit=1, **cursor))
        names += [item["name"] for item in body["items"]]
        cursor = {"cursor": body["next"]}
    assert names == [item["name"] for item in whole["items"]]
    assert cursor == {"cursor": None}


def test_a_cursor_is_of_its_list(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    assert caller.post("tilleuls/locations", {"name": "Annexe"}).status_code == 201
    _, body = told(caller.get("tilleuls/locations", limit=1))
    error = ("cursor", "This is no “next” of this list.")
    expected = (422, problem(422, "invalid", "Some fields need your attention.", error))
    assert told(caller.get("tilleuls/providers", cursor=body["next"])) == expected
    assert told(caller.get("tilleuls/locations", cursor=body["next"][:-1])) == expected
    assert told(caller.get("tilleuls/locations", cursor="")) == expected


@pytest.mark.parametrize(
    ("what", "sent", "code", "error"),
    [
        ("locations", {"name": "Centre"}, "invalid", ("name", "Another location already has this name.")),
        ("locations", {"name": " "}, "required_field", ("name", "Please fill this in.")),
        ("locations", {}, "required_field", ("name", "Please fill this in.")),
        (
            "locations",
            {"name": "x", "country": "XX"},
            "invalid",
            ("country", "Please give a country by its two letters: FR."),
        ),
        (
            "locations",
            {"name": "x", "time_zone": "Paris"},
            "invalid",
            ("time_zone", "There is no such time zone. Write it as Europe/Paris."),
        ),
        (
            "locations",
            {"name": "x", "phone": "12"},
            "invalid",
            ("phone", "Digits are missing in this number."),
        ),
        ("providers", {"name": "\u200b"}, "required_field", ("name", "Please fill this in.")),
        ("providers", {"name": "x", "email": "y"}, "invalid", ("email", "Enter a valid email address.")),
        ("providers", {"name": "x", "fax": "12"}, "invalid", ("fax", "Digits are missing in this number.")),
        ("providers", {"name": "x", "sort_key": "y"}, "invalid", ("sort_key", "There is no such field.")),
    ],
)
def test_what_cannot_be(tilleuls: Clinic, what: str, sent: dict[str, Any], code: str, error: tuple[str, str]) -> None:
    detail = "Some fields need your attention." if code == "invalid" else "Some required fields are empty."
    assert told(member(tilleuls).post(f"tilleuls/{what}", sent)) == (422, problem(422, code, detail, error))


def test_strangers_are_not_found(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    for path in (f"locations/{carpati.schedule.location_id}", f"providers/{carpati.schedule.provider_id}"):
        assert told(caller.patch(f"tilleuls/{path}", {"name": "Pris"})) == (404, NOT_FOUND)
