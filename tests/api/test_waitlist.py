"""The waiting list: enter, look, change, offer, answer, take off."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, member, person, told, wall
from tests.booking.waiting_list import switch
from tests.cast import Clinic

PATH = "tilleuls/waitlist"
NOBODY = "01990000-0000-7000-8000-000000000000"


@pytest.fixture
def staff(tilleuls: Clinic) -> Caller:
    switch(tilleuls, span=90)
    return member(tilleuls)


def enter(clinic: Clinic, caller: Caller, **more: Any) -> dict[str, Any]:
    status, body = told(caller.post(PATH, {"services": [str(clinic.service.id)], "contact": person(), **more}))
    assert status == 201, body
    return dict(body)


def offer(clinic: Clinic, caller: Caller, entry: dict[str, Any], hour: int = 10, **more: Any) -> Any:
    sent = {"schedule": str(clinic.schedule.id), "start": wall(hour), **more}
    return told(caller.post(f"{PATH}/{entry['id']}/offer", sent))


def test_an_entry_is_told_as_it_was_sent(tilleuls: Clinic, staff: Caller) -> None:
    sent = {"from": "23:30", "to": "01:30", "weekdays": [1, 5], "rank": 3, "note": "Le soir"}
    entry = enter(tilleuls, staff, schedules=[str(tilleuls.schedule.id)], valid_until="2027-01-31", **sent)
    assert {name: entry[name] for name in sent} == sent
    assert (entry["status"], entry["valid_until"], entry["offers"], entry["keeps"]) == (
        "waiting",
        "2027-01-31",
        [],
        None,
    )
    assert entry["contact"]["last_name"] == "Aubrée"
    assert told(staff.get(PATH)) == (200, {"items": [entry], "next": None})
    assert told(staff.get(f"{PATH}?status=booked")) == (200, {"items": [], "next": None})


def test_only_a_start_takes_the_span_of_the_practitioner(tilleuls: Clinic, staff: Caller) -> None:
    entry = enter(tilleuls, staff, **{"from": "09:00"})
    assert (entry["from"], entry["to"]) == ("09:00", "10:30")
    _status, changed = told(staff.patch(f"{PATH}/{entry['id']}", {"from": "23:00", "rank": 1}))
    assert (changed["from"], changed["to"], changed["rank"]) == ("23:00", "00:30", 1)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"from": "10:00", "to": "10:00"}, "to"),
        ({"services": [NOBODY]}, "services"),
        ({"services": []}, "services"),
        ({"schedules": [NOBODY]}, "schedules"),
        ({"weekdays": [8]}, "weekdays[0]"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
        ({"rank": 1000}, "rank"),
        ({"colour": "red"}, "colour"),
        ({"contact": None}, "contact"),
        ({"keeps": NOBODY}, "keeps"),
    ],
)
def test_every_bad_field_is_named(tilleuls: Clinic, staff: Caller, sent: dict[str, Any], field: str) -> None:
    body = {"services": [str(tilleuls.service.id)], "contact": person(), **sent}
    status, problem = told(staff.post(PATH, body))
    assert (status in (404, 422), [error["field"] for error in problem["errors"]]) == (True, [field])


def test_a_time_is_offered_and_accepted(tilleuls: Clinic, staff: Caller) -> None:
    entry = enter(tilleuls, staff)
    status, offered = offer(tilleuls, staff, entry)
    (made,) = offered["offers"]
    assert (status, made["status"], made["start"], made["by_phone"]) == (201, "open", wall(10), False)
    assert made["told_by"] == "email"
    assert offer(tilleuls, staff, entry, 11)[1]["code"] == "invalid"
    _status, accepted = told(staff.post(f"{PATH}/{entry['id']}/accept"))
    assert (accepted["status"], accepted["offers"][0]["status"]) == ("booked", "accepted")
    _status, visits = told(staff.get("tilleuls/appointments"))
    assert [(visit["id"], visit["start"]) for visit in visits["items"]] == [
        (accepted["offers"][0]["appointment"], wall(10))
    ]
    assert told(staff.post(f"{PATH}/{entry['id']}/accept"))[0] == 200


def test_a_taken_time_is_refused_with_the_nearest(tilleuls: Clinic, staff: Caller) -> None:
    offer(tilleuls, staff, enter(tilleuls, staff), by_phone=True)
    other = enter(tilleuls, staff, contact=person(last_name="Blot", email="blot@b.example"))
    status, problem = offer(tilleuls, staff, other)
    assert (status, problem["code"], len(problem["alternatives"])) == (409, "slot_taken", 3)
    assert problem["detail"].startswith("This time is offered to Clémence Aubrée from the waiting list until")


def test_declined_withdrawn_left(tilleuls: Clinic, staff: Caller) -> None:
    entry = enter(tilleuls, staff)
    assert told(staff.post(f"{PATH}/{entry['id']}/decline"))[0] == 404
    for hour, act, state in ((10, "decline", "declined"), (11, "withdraw", "withdrawn")):
        assert offer(tilleuls, staff, entry, hour)[0] == 201
        answered = told(staff.post(f"{PATH}/{entry['id']}/{act}"))[1]
        assert (answered["status"], answered["offers"][0]["status"]) == ("waiting", state)
    assert told(staff.delete(f"{PATH}/{entry['id']}"))[1]["status"] == "withdrawn"
    assert offer(tilleuls, staff, entry, 14)[1]["code"] == "invalid"


def test_without_a_list_nobody_is_entered(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, problem = told(caller.post(PATH, {"services": [str(tilleuls.service.id)], "contact": person()}))
    assert (status, problem["code"]) == (409, "invalid")


def test_others_entries_do_not_exist(tilleuls: Clinic, carpati: Clinic, staff: Caller) -> None:
    switch(carpati)
    entry = enter(tilleuls, staff)
    stranger = member(carpati)
    for method, path in (
        ("patch", ""),
        ("delete", ""),
        ("post", "/accept"),
        ("post", "/decline"),
        ("post", "/withdraw"),
    ):
        sent = [{}] if method == "patch" else []
        assert told(getattr(stranger, method)(f"carpati/waitlist/{entry['id']}{path}", *sent))[0] == 404
    assert told(stranger.get(PATH))[0] == 404


def test_a_practitioner_without_the_right_is_refused(tilleuls: Clinic, staff: Caller) -> None:
    assert told(member(tilleuls, Role.PROVIDER).get(PATH))[0] == 403
