"""What left, as a program reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, member, told
from tests.cast import Clinic
from tests.delivery.texting import send, text
from tests.web.staff.desk import audited

PARIS = ZoneInfo("Europe/Paris")
PATH = "tilleuls/deliveries"


def listed(caller: Caller, **asked: Any) -> list[str]:
    status, body = told(caller.get(PATH, **asked))
    assert status == 200, body
    return [item["recipient"] for item in body["items"]]


def test_what_left_and_what_became_of_it(tilleuls: Clinic, carpati: Clinic) -> None:
    text(carpati, "+40722000001")
    id = text(tilleuls, "+33612345601", "ç" * 71)
    send()
    text(tilleuls, "+33612345602")
    caller = member(tilleuls)
    status, body = told(caller.get(PATH, limit=1))
    assert status == 200
    (item,) = body["items"]
    assert {name: item[name] for name in ("id", "medium", "state", "parts", "carrier", "attempts", "reason")} == {
        "id": str(id),
        "medium": "sms",
        "state": "sent",
        "parts": 2,
        "carrier": "outbox",
        "attempts": 1,
        "reason": "",
    }
    assert item["receipt_at"] is None
    assert listed(caller, limit=1, cursor=body["next"]) == ["+33612345602"]
    assert [len(one["shown"]) for one in audited(tilleuls, "delivery:list")] == [1, 1]


def test_it_is_narrowed(tilleuls: Clinic) -> None:
    text(tilleuls, "+33612345601")
    send()
    text(tilleuls, "+33612345602")
    caller = member(tilleuls)
    with tilleuls.acting() as now:
        today = now.astimezone(PARIS).date()
    before, after = (str(today + timedelta(days=days)) for days in (-1, 1))
    assert listed(caller) == ["+33612345601", "+33612345602"]
    assert listed(caller, state="queued") == ["+33612345602"]
    assert listed(caller, medium="email") == []
    assert listed(caller, recipient="+33612345601") == ["+33612345601"]
    assert listed(caller, **{"from": str(today), "to": str(today)}) == ["+33612345601", "+33612345602"]
    assert listed(caller, to=before) == listed(caller, **{"from": after}) == []
    assert told(caller.get(PATH, state="lost"))[0] == 422


def test_whoever_sees_one_agenda_only_does_not_see_what_left_for_all(tilleuls: Clinic) -> None:
    text(tilleuls, "+33612345601")
    assert member(tilleuls, Role.PROVIDER).get(PATH).status_code == 403
    assert listed(member(tilleuls, Role.STAFF)) == ["+33612345601"]
