"""What left, as a program reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, member, problem, told
from tests.cast import NOW, Clinic
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


def failed(clinic: Clinic, number: str = "+33612345601", **fields: Any) -> str:
    id = text(clinic, number)
    with clinic.acting():
        clinic.organization.deliveries.filter(id=id).update(**{"state": "failed", "attempts": 5, **fields})
    return f"{PATH}/{id}/again"


def test_what_failed_is_sent_again_once_for_each_key(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls, Role.STAFF), failed(tilleuls)
    first = caller.post(path, key="a")
    status, body = told(first)
    assert (status, body["state"], body["attempts"], path) == (201, "queued", 0, f"{PATH}/{body['id']}/again")
    with tilleuls.acting():
        tilleuls.organization.deliveries.update(state="failed")
    second = caller.post(path, key="a")
    assert (second.status_code, second.content) == (201, first.content)
    assert listed(caller, state="failed") == ["+33612345601"]
    assert [one["state"] for one in audited(tilleuls, "delivery:send-again")] == ["queued"]
    assert caller.post(path, key="b").status_code == 201
    send()
    assert listed(caller, state="sent") == ["+33612345601"]
    sentence = "Only what failed or did not arrive, or whose fate is not known, can be sent again."
    assert told(caller.post(path, key="c")) == (409, problem(409, "invalid", sentence))


@pytest.mark.parametrize("field", ["useless_after", "forgotten_at"])
def test_what_would_come_too_late_is_refused(tilleuls: Clinic, field: str) -> None:
    path = failed(tilleuls, **{field: NOW - timedelta(days=365)})
    sentence = "It would come too late now. Phone the patient instead."
    assert told(member(tilleuls).post(path)) == (409, problem(409, "invalid", sentence))
    assert audited(tilleuls, "delivery:send-again") == []


def test_what_needs_somebody_is_looked_after(tilleuls: Clinic, carpati: Clinic) -> None:
    path = failed(tilleuls, state="unknown", needs_somebody=True).replace("/again", "/done")
    caller = member(tilleuls, Role.STAFF)
    assert listed(caller, needs_somebody=True) == ["+33612345601"]
    assert member(carpati).post(path.replace("tilleuls", "carpati")).status_code == 404
    status, body = told(caller.post(path))
    assert (status, body["state"], body["needs_somebody"], path) == (200, "unknown", False, f"{PATH}/{body['id']}/done")
    assert told(caller.post(path)) == (200, body)
    assert listed(caller, needs_somebody=True) == []
    assert [one["state"] for one in audited(tilleuls, "delivery:leave")] == ["unknown"]


def test_practitioners_decide_of_nothing_that_leaves(tilleuls: Clinic) -> None:
    path = failed(tilleuls)
    practitioner = member(tilleuls, Role.PROVIDER)
    assert [told(practitioner.post(one))[0] for one in (path, path.replace("/again", "/done"))] == [403, 403]
    assert listed(member(tilleuls), state="failed") == ["+33612345601"]
