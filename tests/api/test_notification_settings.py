"""What the institution is told of, read and set by programs."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.organizations.permissions import Role
from tests.api.callers import member, told, unknown
from tests.cast import Clinic

PATH = "tilleuls/notification-settings"
AS_NEW: dict[str, Any] = {
    "booking": {"addresses": [], "locations": [], "services": [], "minimal": False},
    "blind_copy": {"addresses": []},
    "cancellation": {"addresses": [], "mode": "late", "hours": 24},
    "payment": {"addresses": [], "hours": 48},
    "version": 0,
}


def test_read_and_put(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    assert told(caller.get(PATH)) == (200, AS_NEW)
    wanted = {
        "booking": {
            "addresses": ["receptie@arcada.example", "accueil@médecins.example"],
            "locations": [str(tilleuls.schedule.location_id)],
            "services": [str(tilleuls.service.id)],
            "minimal": True,
        },
        "blind_copy": {
            "addresses": [
                {"address": "arhiva@arcada.example", "on": True, "kinds": ["bookings", "reminders"]},
                {"address": "veche@arcada.example", "on": False, "kinds": []},
            ]
        },
        "cancellation": {"addresses": ["noapte@arcada.example"], "mode": "held", "hours": 48},
        "payment": {"addresses": ["contabilitate@arcada.example"], "hours": 72},
    }
    assert told(caller.put(PATH, wanted)) == (200, {**wanted, "version": 1})
    assert told(caller.get(PATH)) == (200, {**wanted, "version": 1})


def test_what_is_left_out_stays(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    caller.put(PATH, {"booking": {"addresses": ["a@arcada.example"]}, "cancellation": {"hours": 12}})
    status, body = told(caller.put(PATH, {"cancellation": {"mode": "every"}}))
    assert (status, body["booking"]["addresses"]) == (200, ["a@arcada.example"])
    assert body["cancellation"] == {"addresses": [], "mode": "every", "hours": 12}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"booking": {"addresses": ["a@arcada.example", "asistente@arcada"]}}, "booking.addresses[1]"),
        ({"booking": {"addresses": ["a@arcada.example\r\nBcc: x@y.example"]}}, "booking.addresses[0]"),
        ({"blind_copy": {"addresses": [{"address": "arhiva"}]}}, "blind_copy.addresses[0]"),
        ({"blind_copy": {"addresses": [{"address": "a@b.example", "kinds": []}]}}, "blind_copy.addresses[0]"),
        (
            {"blind_copy": {"addresses": [{"address": "a@b.example", "kinds": ["x"]}]}},
            "blind_copy.addresses[0].kinds[0]",
        ),
        ({"cancellation": {"addresses": ["x"]}}, "cancellation.addresses[0]"),
        ({"cancellation": {"hours": 0}}, "cancellation.hours"),
        ({"cancellation": {"mode": "never"}}, "cancellation.mode"),
        ({"booking": {"bcc": []}}, "booking.bcc"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_kept(tilleuls: Clinic, sent: dict[str, Any], field: str) -> None:
    caller = member(tilleuls)
    status, body = told(caller.put(PATH, {"cancellation": {"hours": 3}, **sent}))
    assert (status, body["code"], [one["field"] for one in body["errors"]]) == (422, "invalid", [field])
    assert told(caller.get(PATH)) == (200, AS_NEW)


@pytest.mark.parametrize("name", ["locations", "services"])
def test_what_is_nobodys_here_is_not_there(tilleuls: Clinic, carpati: Clinic, name: str) -> None:
    theirs = {"locations": carpati.schedule.location_id, "services": carpati.service.id}[name]
    asked = {"booking": {name: [str(theirs)]}, "cancellation": {"hours": 3}}
    caller = member(tilleuls)
    assert told(caller.put(PATH, asked)) == (404, unknown(f"booking.{name}"))
    assert told(caller.get(PATH)) == (200, AS_NEW)


def test_who_read_before_somebody_saved_is_refused(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    caller.put(PATH, {"cancellation": {"hours": 3}})
    assert caller.put(PATH, {"version": 0, "cancellation": {"hours": 4}}).status_code == 409
    assert told(caller.put(PATH, {"version": 1, "cancellation": {"hours": 4}}))[0] == 200


def test_secretaries_may_not(tilleuls: Clinic) -> None:
    caller = member(tilleuls, Role.STAFF)
    assert (caller.get(PATH).status_code, caller.put(PATH, {}).status_code) == (403, 403)
