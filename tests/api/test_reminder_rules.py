"""When patients are reminded, set by another program."""

from __future__ import annotations

from typing import Any

from kalends.organizations.permissions import Role
from tests.api.callers import member, problem, told
from tests.cast import Clinic

PATH = "tilleuls/reminder-rules"
ATTENTION = "Some fields need your attention."
AS_NEW = {
    "state": "off",
    "medium": "email",
    "side": "before",
    "amount": 2,
    "unit": "days",
    "at": None,
    "services": [],
    "skips_confirmed": False,
    "sms_supplement": "",
    "email_supplement": "",
}


def body(clinic: Clinic, *rules: dict[str, Any]) -> dict[str, Any]:
    return {"provider": str(clinic.schedule.provider_id), "rules": list(rules)}


def test_a_new_account_and_what_is_put(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    account = {"provider": str(tilleuls.schedule.provider_id), "name": "Dr Hélène Vasseur"}
    first, second = {"number": 1, **AS_NEW}, {"number": 2, **AS_NEW, "amount": 24, "unit": "hours"}
    assert told(caller.get(PATH)) == (200, {"items": [{**account, "rules": [first, second]}], "next": None})
    wanted = {
        "number": 3,
        "state": "new",
        "medium": "both",
        "side": "after",
        "amount": 7,
        "unit": "days",
        "at": "08:30",
        "services": [str(tilleuls.service.id)],
        "skips_confirmed": True,
        "sms_supplement": "Merci.",
        "email_supplement": "À jeun.",
    }
    put = told(caller.put(PATH, body(tilleuls, {"number": 1, "state": "on"}, wanted)))
    assert put == (200, {**account, "rules": [{**first, "state": "on"}, second, wanted]})
    assert told(caller.put(PATH, body(tilleuls))) == (200, {**account, "rules": [first, second]})


def test_what_is_wrong_is_named(tilleuls: Clinic) -> None:
    caller = member(tilleuls)

    def refused(*rules: dict[str, Any]) -> Any:
        return told(caller.put(PATH, body(tilleuls, *rules)))

    over = ("rules[0].amount", "This must be between 1 and 90.")
    assert refused({"number": 2, "amount": 91}) == (422, problem(422, "invalid", ATTENTION, over))
    hour = ("rules[1].at", "Only a reminder by days can have an hour of its own.")
    assert refused({"number": 4}, {"number": 1, "unit": "hours", "at": "09:00"}) == (
        422,
        problem(422, "invalid", ATTENTION, hour),
    )
    twice = ("rules", "Two reminders have the same number.")
    assert refused({"number": 1}, {"number": 1}) == (422, problem(422, "invalid", ATTENTION, twice))
    nobody = {"number": 1, "services": ["01990000-0000-7000-8000-000000000000"]}
    unknown = ("rules[0].services", "There is no such service.")
    assert refused(nobody) == (422, problem(422, "invalid", ATTENTION, unknown))
    for wrong in ({"number": 0}, {"number": 21}, {"number": 1, "amount": 0}, {"number": 1, "unknown": 1}, {}):
        assert caller.put(PATH, body(tilleuls, wrong)).status_code == 422


def test_only_those_with_the_right_and_never_a_stranger(tilleuls: Clinic, carpati: Clinic) -> None:
    assert member(tilleuls, Role.STAFF).get(PATH).status_code == 403
    assert member(tilleuls, Role.PROVIDER).put(PATH, body(tilleuls)).status_code == 403
    assert member(carpati).get(PATH).status_code == 404
    assert member(tilleuls).put(PATH, body(carpati)).status_code == 404
