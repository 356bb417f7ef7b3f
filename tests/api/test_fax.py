"""The fax number of a practitioner, by another program."""

from __future__ import annotations

from typing import Any

from kalends.organizations.permissions import Role
from tests.api.callers import member, problem, told
from tests.cast import Clinic
from tests.delivery.faxing import carry


def known(answer: tuple[int, Any]) -> tuple[int, Any, Any]:
    status, body = answer
    return status, body["state"], (body["test_page"] or {}).get("state")


def test_a_number_from_new_to_confirmed(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls), f"tilleuls/providers/{tilleuls.schedule.provider_id}"
    none = {"provider": str(tilleuls.schedule.provider_id), "number": "", "state": None}
    rest = {"confirmed_at": None, "confirmed_by": "", "test_page": None}
    assert told(caller.get(f"{path}/fax")) == (200, {**none, **rest})
    nothing = "There is no fax number on this account. Add it first."
    assert told(caller.post(f"{path}/fax/test-page")) == (409, problem(409, "invalid", nothing))
    assert caller.patch(path, {"fax": "02 41 23 45 01"}).status_code == 200
    assert known(told(caller.get(f"{path}/fax"))) == (200, "new", None)
    early = "No page has come out at this number yet. Send a test page first."
    assert told(caller.post(f"{path}/fax/confirmation")) == (409, problem(409, "invalid", early))
    assert known(told(caller.post(f"{path}/fax/test-page"))) == (200, "under_way", "queued")
    carry()
    assert known(told(caller.get(f"{path}/fax"))) == (200, "sent", "sent")
    for _ in range(2):
        status, body = told(caller.post(f"{path}/fax/confirmation"))
        assert (status, body["state"], body["confirmed_by"]) == (200, "confirmed", "Inès Barbier (test)")


def test_it_takes_the_right_to_change_practitioners(tilleuls: Clinic) -> None:
    path = f"tilleuls/providers/{tilleuls.schedule.provider_id}/fax"
    assert member(tilleuls, Role.STAFF).get(path).status_code == 403
    assert member(tilleuls, Role.STAFF).post(f"{path}/test-page").status_code == 403
