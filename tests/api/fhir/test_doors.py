"""Who may read FHIR, and that every refusal is an OperationOutcome."""

from __future__ import annotations

import orjson
import pytest

from kalends.api.fhir.metadata import KINDS
from kalends.organizations import operations as organizations
from kalends.organizations.permissions import Right
from tests.api.callers import Caller, booking, member, wall
from tests.api.fhir.readers import Reader, reader
from tests.cast import Clinic

NOTHING = (404, [("not-found", "There is nothing here.", None)])
PATHS = [path for kind in KINDS for path in (kind.name, f"{kind.name}/01990000-0000-7000-8000-000000000000")]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_without_a_token_a_right_or_the_own_house(tilleuls: Clinic, carpati: Clinic, path: str) -> None:
    unauthorized = (401, [("login", "Send a valid API token: Authorization: Bearer …", None)])
    assert Reader().refused(path) == unauthorized
    assert Reader(Caller({"Authorization": "Bearer x"})).refused(path) == unauthorized
    assert Reader().ask(path).headers["WWW-Authenticate"] == 'Bearer realm="kalends"'
    status, issues = reader(tilleuls, scopes=(Right.CONTACT_READ,)).refused(path)
    assert (status, [code for code, _, _ in issues]) == (403, ["forbidden"])
    for slug in ("carpati", "nobody"):
        assert Reader(member(tilleuls), slug).refused(path) == NOTHING


def test_ids_of_others_are_nobodys(tilleuls: Clinic, carpati: Clinic) -> None:
    """TEN-04."""
    theirs = reader(carpati)
    asked = {"service": str(carpati.service.id), "schedule": str(carpati.schedule.id)}
    booked = Caller().post("public/carpati/appointments", {**booking(carpati), **asked})
    assert booked.status_code == 201
    slot = theirs.found("Slot", schedule=carpati.schedule.id, _count=1)[0]["id"]
    appointment = theirs.found("Appointment")[0]
    asking = reader(tilleuls)
    for path in (
        f"Schedule/{carpati.schedule.id}",
        f"Location/{carpati.schedule.location_id}",
        f"Practitioner/{carpati.schedule.provider_id}",
        f"Slot/{slot}",
        f"Appointment/{appointment['id']}",
    ):
        assert theirs.told(path)[0] == 200
        assert asking.refused(path) == NOTHING
    patient = appointment["participant"][0]["actor"]["reference"]
    for kind, question in (
        ("Schedule", {"actor": f"Practitioner/{carpati.schedule.provider_id}"}),
        ("Schedule", {"service-type": carpati.service.id}),
        ("Slot", {"schedule": carpati.schedule.id}),
        ("Slot", {"service-type": carpati.service.id}),
        ("Slot", {"schedule": tilleuls.schedule.id, "service-type": carpati.service.id}),
        ("Appointment", {"patient": patient}),
        ("Appointment", {"_id": appointment["id"]}),
        ("Location", {"_id": carpati.schedule.location_id}),
    ):
        assert asking.found(kind, **question) == [], (kind, question)


@pytest.mark.parametrize("path", ["", "Patient", "Patient/1", "Schedule/x/y", "Schedule/", "Slot/$find", "Slot/a.b.c"])
def test_what_is_not_there(tilleuls: Clinic, path: str) -> None:
    assert reader(tilleuls).refused(path) == NOTHING


@pytest.mark.parametrize("id", ["a" * 26 + "." + "b" * 26 + ".9999999999", "." * 62, "é" * 64, "A" * 64, "a"])
def test_what_is_no_slot(tilleuls: Clinic, id: str) -> None:
    assert reader(tilleuls).refused(f"Slot/{id}") == NOTHING


def test_addresses_beside_it(tilleuls: Clinic) -> None:
    for path in ("/fhir/", "/fhir/R4/", "/fhir/R5/tilleuls/metadata"):
        response = Caller().client.get(path)
        assert (response.status_code, orjson.loads(response.content)["resourceType"]) == (404, "OperationOutcome")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_changed_here(tilleuls: Clinic, method: str) -> None:
    response = reader(tilleuls).ask("Schedule", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert orjson.loads(response.content)["issue"][0]["code"] == "not-supported"


def test_only_json_is_told(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    for accepted in ("application/fhir+json", "application/json", "*/*", "application/fhir+xml, application/*;q=0.1"):
        assert asking.ask("Schedule", headers={"Accept": accepted}).status_code == 200, accepted
    assert asking.ask("Schedule", headers={"Accept": "application/fhir+xml"}, _format="json").status_code == 200
    assert asking.ask("Schedule", _format="application/fhir+json").status_code == 200
    for response in (
        asking.ask("Schedule", headers={"Accept": "application/fhir+xml"}),
        asking.ask("Schedule", _format="xml"),
    ):
        told = orjson.loads(response.content)
        text = "Only JSON is told here: Accept: application/fhir+json."
        assert (response.status_code, told["issue"][0]["details"]["text"]) == (406, text)


@pytest.mark.parametrize(
    ("path", "question", "name", "sentence"),
    [
        ("Schedule", {"name": "x"}, "name", "This cannot be searched by."),
        ("Schedule", {"_id": ["x", "y"]}, "_id", "Say this once, with commas between what it may be."),
        ("Schedule", {"_id": "x,,y"}, "_id", "Say at least one and at most 100."),
        ("Schedule", {"_id": ",".join(["x"] * 101)}, "_id", "Say at least one and at most 100."),
        ("Schedule", {"active": "yes"}, "active", "This should be true or false."),
        ("Schedule", {"actor": "Patient/x"}, "actor", "This should be one of Practitioner/…, Location/…."),
        ("Schedule", {"_count": "0"}, "_count", "This should be a whole number, 1 or more."),
        ("Schedule", {"_cursor": "x"}, "_cursor", "This is no “next” of this list."),
        ("Slot", {}, "schedule", "Say which schedule or which service-type you ask for."),
        ("Slot", {"schedule": "x", "_cursor": "x"}, "_cursor", "This is no “next” of this list."),
        ("Slot", {"schedule": "x", "start": "2026-02-30"}, "start", "There is no such time."),
        ("Slot", {"schedule": "x", "start": "ge2026-12-07T25:00:00Z"}, "start", "There is no such time."),
        (
            "Slot",
            {"schedule": "x", "start": "ap2026"},
            "start",
            "Write a date or a time with its offset: ge2026-12-07, lt2026-12-07T09:00:00Z.",
        ),
        (
            "Appointment",
            {"status": "free"},
            "status",
            "This should be one of pending, booked, arrived, fulfilled, noshow, cancelled.",
        ),
    ],
)
def test_questions_that_are_refused(
    tilleuls: Clinic, path: str, question: dict[str, object], name: str, sentence: str
) -> None:
    assert reader(tilleuls).refused(path, **question) == (400, [("invalid", sentence, f"http.{name}")])


def test_hostile_addresses(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    for query in ("_id=%00", "_id=%ff", "_id=%ed%a0%80", "_count=999999999999", "start=ge9999-12-31"):
        assert asking.refused(f"Schedule?{query}")[0] == 400
    assert len(asking.found("Schedule", _count=999999999)) == 1


def test_what_is_said_to_be_there_is_there(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    status, told = asking.told("metadata")
    assert (status, told["fhirVersion"], told["implementation"]["url"]) == (200, "4.0.1", asking.base)
    [rest] = told["rest"]
    kinds = {kind["type"]: [one["name"] for one in kind["searchParam"]] for kind in rest["resource"]}
    assert sorted(kinds) == ["Appointment", "Location", "Practitioner", "Schedule", "Slot"]
    values = {"_count": "1", "_cursor": None, "_format": "json", "status": {"Slot": "free"}, "active": "true"}
    for kind, names in kinds.items():
        for name in names:
            value = values.get(name, wall(9) if name in ("start", "date") else f"Patient/{tilleuls.id}")
            if name in ("schedule", "practitioner", "location"):
                value = f"{name.capitalize()}/{tilleuls.id}"
            if name == "actor":
                value = f"Location/{tilleuls.id}"
            if name == "status":
                value = "free" if kind == "Slot" else "booked"
            if value is not None:
                needed = {"schedule": tilleuls.schedule.id} if kind == "Slot" and name != "schedule" else {}
                assert asking.told(kind, **{name: value}, **needed)[0] == 200, (kind, name)
    assert [operation["name"] for operation in rest["operation"]] == ["bulk-publish"]


def test_who_is_not_published_is_known_to_their_own_only(tilleuls: Clinic) -> None:
    assert Reader().told("metadata")[0] == 200
    with tilleuls.acting() as now:
        organizations.edit_organization(tilleuls.organization, is_published=False, by=tilleuls.actor(), now=now)
    assert Reader().refused("metadata") == NOTHING
    assert Reader().refused("$bulk-publish") == NOTHING
    assert reader(tilleuls).told("metadata")[0] == 200
