"""Staff look contacts up, make and change them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kalends.contacts import operations as contacts
from kalends.organizations.permissions import Right, Role
from tests.api.callers import NOT_FOUND, Caller, member, person, problem, told
from tests.cast import Clinic
from tests.delivery.returning import die
from tests.web.staff.desk import audited

PATH = "tilleuls/contacts"
NOT_ALLOWED = problem(403, "not_allowed", "Your role does not allow this. Ask an administrator of your organization.")


NEVER_ASKED = {"said": "", "at": None, "by": ""}


def make(caller: Caller, **more: Any) -> dict[str, Any]:
    status, body = told(caller.post(PATH, person(**more)))
    assert status == 201
    return dict(body)


def test_a_new_contact(tilleuls: Clinic) -> None:
    body = make(member(tilleuls), address="3, quai Gautrain", remark="Étage 2\r\nInterphone", language="ro")
    assert body == {
        "id": body["id"],
        "last_name": "Aubrée",
        "first_name": "Clémence",
        "birth_date": "1987-03-14",
        "email": "clemence@courriel.example",
        "email_returned_since": None,
        "phone": "+33612345678",
        "phone_extension": "",
        "address": "3, quai Gautrain",
        "postcode": "",
        "town": "",
        "remark": "Étage 2\nInterphone",
        "language": "ro",
        "possible_duplicate": False,
        "consent": {"email": NEVER_ASKED, "sms": NEVER_ASKED},
        "opt_out": {"email": None, "sms": None},
        "created_at": body["created_at"],
    }


def test_since_when_mails_come_back_and_that_they_arrive(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    id = make(caller)["id"]
    die(tilleuls)
    with tilleuls.acting():
        since = tilleuls.organization.dead_addresses.get().since.astimezone(ZoneInfo("Europe/Paris"))
    (found,) = told(caller.get(f"{PATH}?search=aubree"))[1]["items"]
    assert datetime.fromisoformat(found["email_returned_since"]) == since.replace(microsecond=0)
    _, body = told(caller.patch(f"{PATH}/{id}", {"town": "Angers"}))
    assert body["email_returned_since"] == found["email_returned_since"]
    _, body = told(caller.patch(f"{PATH}/{id}", {"email_returned_since": None}))
    assert (body["email_returned_since"], body["town"]) == (None, "Angers")
    status, _ = told(caller.patch(f"{PATH}/{id}", {"email_returned_since": "2026-12-01T08:00:00+01:00"}))
    assert status == 422


def test_only_a_name_is_asked_for(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, body = told(caller.post(PATH, {"last_name": "Ng"}))
    assert (status, body["language"], body["birth_date"]) == (201, "fr", None)
    for sent in ({}, {"last_name": ""}, {"last_name": "\u200b\u2060"}):
        empty = problem(422, "required_field", "Some required fields are empty.", ("last_name", "Please fill this in."))
        assert told(caller.post(PATH, sent)) == (422, empty)


@pytest.mark.parametrize(
    "typed",
    ["aubree", "CLEMENCE AUBREE", "clé aub", "06 12 34", "+33612345678", "14/03/1987", "clemence@courriel.example"],
)
def test_found_however_it_is_typed(tilleuls: Clinic, typed: str) -> None:
    caller = member(tilleuls)
    body = make(caller)
    make(caller, number=3, last_name="Zidaru", first_name="Ana", phone="+40722123456", birth_date="1990-01-01")
    assert told(caller.get(PATH, search=typed)) == (200, {"items": [body], "next": None})


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' OR 1=1", "(?=a)*", "x" * 1000, "*", "نعم"])
def test_a_search_is_literal(tilleuls: Clinic, typed: str) -> None:
    caller = member(tilleuls)
    make(caller)
    assert told(caller.get(PATH, search=typed)) == (200, {"items": [], "next": None})


def test_the_whole_list_in_pages_needs_the_right_to_export(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    made = [make(caller, number=n, last_name=name)["id"] for n, name in enumerate(("Zidaru", "Émile", "Ng"))]
    _, first = told(caller.get(PATH, limit=2))
    _, second = told(caller.get(PATH, limit=2, cursor=first["next"]))
    assert [item["id"] for item in first["items"] + second["items"]] == [made[1], made[2], made[0]]
    assert second["next"] is None
    narrow = member(tilleuls, Role.STAFF, scopes=(Right.CONTACT_READ,))
    assert told(narrow.get(PATH)) == (403, NOT_ALLOWED)
    assert narrow.get(PATH, search="ng").status_code == 200


def test_looking_is_written_down(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    body = make(caller)
    caller.get(PATH, search="aubrée")
    caller.get(PATH)
    with tilleuls.acting():
        entries = tilleuls.organization.audit_entries.filter(act__in=["contact:search", "contact:list"])
        assert [(entry.act, entry.why, entry.after) for entry in entries.order_by("at")] == [
            ("contact:search", "aubrée", {"shown": [body["id"]]}),
            ("contact:list", "", {"shown": [body["id"]]}),
        ]


def test_changing_says_only_what_changes(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    body = make(caller, phone="01 44 55 66 77 poste 12")
    path = f"{PATH}/{body['id']}"
    assert body["phone_extension"] == "12"
    changed = {**body, "town": "Angers", "birth_date": None}
    assert told(caller.patch(path, {"town": "Angers", "birth_date": None})) == (200, changed)
    assert told(caller.patch(path, {})) == (200, changed)
    renamed = {**changed, "last_name": "Blot", "email": "", "language": "en"}
    assert told(caller.patch(path, {"last_name": "Blot", "email": None, "language": "en"})) == (200, renamed)
    assert told(caller.get(PATH, search="blot"))[1]["items"] == [renamed]
    assert told(caller.get(PATH, search="aubrée"))[1]["items"] == []


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"birth_date": "2999-01-01"}, ("birth_date", "This date is still to come.")),
        ({"birth_date": "1899-12-31"}, ("birth_date", "This date is too long ago.")),
        ({"email": "nobody"}, ("email", "This is not an e-mail address.")),
        ({"language": "xx"}, ("language", "This language is not known here.")),
        ({"possible_duplicate": True}, ("possible_duplicate", "There is no such field.")),
        ({"town": "x" * 121}, ("town", "This is too long: at most 120 characters.")),
    ],
)
def test_what_a_contact_cannot_be(tilleuls: Clinic, sent: dict[str, Any], error: tuple[str, str]) -> None:
    caller = member(tilleuls)
    path = f"{PATH}/{make(caller)['id']}"
    expected = (422, problem(422, "invalid", "Some fields need your attention.", error))
    assert told(caller.patch(path, sent)) == expected
    assert told(caller.post(PATH, person(**sent))) == expected


def test_strangers_are_not_found(tilleuls: Clinic, carpati: Clinic) -> None:
    """TEN-13: the same person in two places, and no word of the other."""
    caller, other = member(tilleuls), member(carpati)
    status, foreign = told(other.post("carpati/contacts", person()))
    assert status == 201
    assert told(caller.patch(f"{PATH}/{foreign['id']}", {"town": "x"})) == (404, NOT_FOUND)
    assert told(caller.get(PATH, search="aubrée")) == (200, {"items": [], "next": None})
    assert make(caller)["possible_duplicate"] is False


def test_a_second_record_of_somebody_is_marked(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    sent: list[dict[str, str]] = [{}, {}, {"phone": "", "email": ""}, {"birth_date": "", "phone": "", "email": ""}]
    made = [make(caller, **more) for more in sent]
    assert [one["possible_duplicate"] for one in made] == [False, True, True, False]
    assert len({one["id"] for one in made}) == 4


def test_what_was_merged_is_no_longer_there(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    kept, other = make(caller), make(caller, last_name="Blot", phone="06 98 76 54 32", email="")
    with tilleuls.acting() as now:
        contacts.merge(
            tilleuls.organization, kept_id=UUID(kept["id"]), merged_id=UUID(other["id"]), by=tilleuls.actor(), now=now
        )
    ids = [[one["id"] for one in told(caller.get(PATH, **asked))[1]["items"]] for asked in ({}, {"search": "blot"})]
    assert ids == [[kept["id"]]] * 2
    assert told(caller.patch(f"{PATH}/{other['id']}", {"town": "Angers"})) == (404, NOT_FOUND)


def test_consent_is_told_with_its_date_and_changed(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, made = told(caller.post("tilleuls/contacts", {"last_name": "Aubrée", "consent": {"sms": "given"}}))
    assert (status, made["consent"]["email"]) == (201, NEVER_ASKED)
    assert (made["consent"]["sms"]["said"], made["consent"]["sms"]["by"]) == ("given", "Inès Barbier (test)")
    status, changed = told(caller.patch(f"tilleuls/contacts/{made['id']}", {"consent": {"email": "refused"}}))
    assert (status, changed["consent"]["sms"]) == (200, made["consent"]["sms"])
    assert (changed["consent"]["email"]["said"], changed["last_name"]) == ("refused", "Aubrée")
    status, _problem = told(caller.patch(f"tilleuls/contacts/{made['id']}", {"consent": {"fax": "given"}}))
    assert status == 422


def test_who_wants_nothing_more_is_told_by_each_way_and_changed(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    path = f"{PATH}/{make(caller)['id']}"
    status, changed = told(caller.patch(path, {"opt_out": {"sms": "all", "email": "unasked"}}))
    with tilleuls.acting():
        since = {one.medium: one.since for one in tilleuls.organization.opt_outs.all()}
    expected = {
        way: {
            "covers": covers,
            "since": since[way].astimezone(ZoneInfo("Europe/Paris")).replace(microsecond=0).isoformat(),
            "by": "Inès Barbier (test)",
            "words": "",
            "is_stranger": False,
        }
        for way, covers in (("sms", "all"), ("email", "unasked"))
    }
    assert (status, changed["opt_out"]) == (200, expected)
    (found,) = told(caller.get(f"{PATH}?search=aubree"))[1]["items"]
    assert found["opt_out"] == expected
    made = told(member(carpati).post("carpati/contacts", person()))[1]
    assert made["opt_out"] == {"email": None, "sms": None}
    status, changed = told(caller.patch(path, {"opt_out": {"sms": None}}))
    assert (status, changed["opt_out"]) == (200, {**expected, "sms": None})
    assert [len(audited(tilleuls, f"opt-out:{act}")) for act in ("begin", "end")] == [2, 1]


def test_nothing_can_be_stopped_where_nothing_could_go(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    path = f"{PATH}/{make(caller, phone='02 41 22 33 44')['id']}"
    sentence = "The record has no address or number for this."
    problem = {"field": "opt_out.sms", "message": sentence}
    status, body = told(caller.patch(path, {"town": "Angers", "opt_out": {"sms": "all"}}))
    assert (status, body["errors"]) == (422, [problem])
    assert told(caller.get(f"{PATH}?search=aubree"))[1]["items"][0]["town"] == ""
