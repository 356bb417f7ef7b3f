"""The agenda options of a practitioner, by another program."""

from __future__ import annotations

from typing import Any

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, member, person, problem, told, wall
from tests.cast import Clinic

AS_NEW = {
    "waiting_list": False,
    "waiting_span": 120,
    "days_shown": 7,
    "stepping": "week",
    "notice_added": [],
    "notice_moved": [],
    "notice_deleted": [],
    "recipients": [],
    "immediate_reminder": ["email"],
    "required_fields": [],
}
ATTENTION = "Some fields need your attention."


def path(clinic: Clinic) -> str:
    return f"tilleuls/providers/{clinic.schedule.provider_id}/options"


def settings(answer: tuple[int, Any]) -> tuple[int, dict[str, Any]]:
    return answer[0], {name: answer[1][name] for name in AS_NEW}


def test_a_new_account_and_what_is_put(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, first = told(caller.get(path(tilleuls)))
    people = [(one["name"], one["role"]) for one in first["can_be_told"]]
    assert (status, first["provider"]) == (200, str(tilleuls.schedule.provider_id))
    assert people == [("Hélène Vasseur", "provider"), ("Inès Barbier", "admin")]
    assert settings((status, first)) == (200, AS_NEW)
    wanted = {
        **AS_NEW,
        "days_shown": 3,
        "stepping": "day",
        "notice_added": ["email", "sms"],
        "recipients": [first["can_be_told"][0]["id"]],
        "required_fields": ["birth_date", "reason"],
    }
    assert settings(told(caller.put(path(tilleuls), wanted))) == (200, wanted)
    assert settings(told(caller.get(path(tilleuls)))) == (200, wanted)
    assert settings(told(caller.put(path(tilleuls), {}))) == (200, AS_NEW)


def test_what_is_wrong_is_named(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    sentence = "By week is offered from 5 days shown. Show more days, or step by day."
    assert told(caller.put(path(tilleuls), {"days_shown": 4})) == (
        422,
        problem(422, "invalid", ATTENTION, ("stepping", sentence)),
    )
    nobody = "01990000-0000-7000-8000-000000000000"
    sentence = "Only practitioners and administrators of this organization can be told."
    assert told(caller.put(path(tilleuls), {"recipients": [nobody]})) == (
        422,
        problem(422, "invalid", ATTENTION, ("recipients", sentence)),
    )
    for wrong in ({"days_shown": 8}, {"notice_added": ["fax"]}, {"immediate_reminder": ["message"]}, {"unknown": 1}):
        assert caller.put(path(tilleuls), wrong).status_code == 422
    assert settings(told(caller.get(path(tilleuls)))) == (200, AS_NEW)


def test_only_those_with_the_right_and_never_a_stranger(tilleuls: Clinic, carpati: Clinic) -> None:
    assert member(tilleuls, Role.STAFF).get(path(tilleuls)).status_code == 403
    assert member(tilleuls, Role.PROVIDER).put(path(tilleuls), {}).status_code == 403
    assert member(carpati).get(path(tilleuls)).status_code == 404
    theirs = f"tilleuls/providers/{carpati.schedule.provider_id}/options"
    assert member(tilleuls).put(theirs, {}).status_code == 404


def book(caller: Caller, clinic: Clinic, **more: Any) -> tuple[int, Any]:
    wish = {"service": str(clinic.service.id), "schedule": str(clinic.schedule.id), "start": wall(10)}
    return told(caller.post("tilleuls/appointments", {**wish, **more}))


def test_required_fields_bind_who_books_at_the_desk(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    caller.put(path(tilleuls), {"required_fields": ["town", "reason"]})
    missing = problem(
        422,
        "required_field",
        "Some required fields are empty.",
        ("contact.town", "Please fill this in."),
        ("reason", "Please fill this in."),
    )
    assert book(caller, tilleuls, contact=person()) == (422, missing)
    assert told(caller.get("tilleuls/appointments"))[1]["items"] == []
    assert book(caller, tilleuls, contact=person(town="Angers"), reason="Contrôle")[0] == 201


def test_whether_the_practitioner_is_told_can_be_said(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.providers.update(email="vasseur@tilleuls.example")
    caller = member(tilleuls)
    caller.put(path(tilleuls), {"notice_added": ["email"]})
    _, made = book(caller, tilleuls, contact=person())
    here = f"tilleuls/appointments/{made['id']}"
    moving = {"schedule": str(tilleuls.schedule.id), "start": wall(11), "tell_provider": False}
    assert caller.post(f"{here}/move", moving).status_code == 200
    assert caller.post(f"{here}/cancel", {"tell_provider": True}).status_code == 200
    with tilleuls.acting():
        rows = tilleuls.organization.deliveries.filter(kind__startswith="notice").order_by("id")
        assert [row.kind for row in rows] == ["notice_added", "notice_deleted"]
