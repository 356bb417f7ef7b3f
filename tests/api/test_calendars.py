"""Addresses where an agenda is read, and foreign calendars that it reads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson
from django.test import Client

from kalends.organizations.permissions import Right, Role
from tests.api.callers import NOT_FOUND, Caller, member, problem, told
from tests.cast import Clinic
from tests.web.staff.desk import audited

NOBODY = "01990000-0000-7000-8000-000000000000"


def of(clinic: Clinic, part: str) -> str:
    return f"tilleuls/schedules/{clinic.schedule.id}/{part}"


def make(caller: Caller, clinic: Clinic, key: str | None = None, **more: Any) -> tuple[int, Any]:
    return told(caller.post(of(clinic, "feeds"), {"label": "Téléphone", **more}, key=key))


def test_an_address_is_made_listed_read_and_stopped(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, feed = make(caller, tilleuls)
    assert (status, feed["label"], feed["shows_names"], feed["revoked_at"]) == (201, "Téléphone", False, None)
    assert told(caller.get(of(tilleuls, "feeds"))) == (200, {"items": [feed], "next": None})
    path = urlsplit(feed["url"]).path
    assert Client().get(path).status_code == 200
    status, stopped = told(caller.delete(f"tilleuls/feeds/{feed['id']}"))
    assert (status, stopped["url"], bool(stopped["revoked_at"])) == (200, None, True)
    assert told(caller.delete(f"tilleuls/feeds/{feed['id']}")) == (200, stopped)
    assert told(caller.get(of(tilleuls, "feeds"))) == (200, {"items": [stopped], "next": None})
    assert Client().get(path).status_code == 410
    for act in ("feed:make", "feed:revoke"):
        assert [one["who"] for one in audited(tilleuls, act)] == ["Inès Barbier (test)"]


def test_the_same_key_makes_one_address_which_is_never_kept(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    first, again = (make(caller, tilleuls, key="once") for _ in range(2))
    assert first == again
    with tilleuls.acting():
        assert tilleuls.organization.feeds.count() == 1
        assert orjson.loads(tilleuls.organization.kept_answers.get().answer)["url"] is None


def test_names_are_for_those_who_may_see_the_patients(tilleuls: Clinic) -> None:
    narrow = member(tilleuls, scopes=(Right.SETTINGS_AGENDA,))
    assert make(narrow, tilleuls, shows_names=True)[0] == 403
    _status, feed = make(member(tilleuls), tilleuls, shows_names=True)
    assert feed["url"]
    assert told(narrow.get(of(tilleuls, "feeds"))) == (200, {"items": [{**feed, "url": None}], "next": None})


def test_a_foreign_calendar_is_read_asked_again_and_forgotten(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    sent = {"url": "webcal://calendar.example/secret/a.ics", "username": "h.vasseur", "password": "mot de passe"}
    status, one = told(caller.post(of(tilleuls, "subscriptions"), sent))
    expected = {
        "id": one["id"],
        "schedule": str(tilleuls.schedule.id),
        "server": "calendar.example",
        "kind": "ics",
        "created_at": one["created_at"],
        "read_at": None,
        "fresh_at": None,
        "failure": "",
    }
    assert (status, one) == (201, expected)
    assert told(caller.get(of(tilleuls, "subscriptions"))) == (200, {"items": [one], "next": None})
    assert told(caller.post(f"tilleuls/subscriptions/{one['id']}/read")) == (200, one)
    assert told(caller.delete(f"tilleuls/subscriptions/{one['id']}")) == (200, one)
    assert told(caller.delete(f"tilleuls/subscriptions/{one['id']}")) == (404, NOT_FOUND)


def test_what_is_wrong_is_named(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, refused = told(caller.post(of(tilleuls, "subscriptions"), {"url": "ftp://calendar.example/a.ics"}))
    assert (status, [error["field"] for error in refused["errors"]]) == (422, ["url"])
    for number in range(20):
        assert make(caller, tilleuls, label=f"Poste {number}")[0] == 201
    sentence = "This agenda has 20 addresses. Stop one of them first."
    assert make(caller, tilleuls) == (
        422,
        problem(422, "invalid", "Some fields need your attention.", ("label", sentence)),
    )


def test_staff_do_not_set_up_agendas(tilleuls: Clinic) -> None:
    caller = member(tilleuls, Role.STAFF)
    for part in ("feeds", "subscriptions"):
        assert caller.get(of(tilleuls, part)).status_code == 403
    assert caller.delete(f"tilleuls/feeds/{NOBODY}").status_code == 403
