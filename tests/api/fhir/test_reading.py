"""Schedule, Slot, Appointment over FHIR R4."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from kalends.agenda import operations as agenda
from kalends.booking import operations as booking
from kalends.organizations.permissions import Right, Role
from tests.api.callers import Caller, member, monday, wall
from tests.api.callers import booking as asked_booking
from tests.api.fhir.readers import Reader, reader
from tests.cast import Clinic


def service_type(clinic: Clinic, base: Reader) -> dict[str, Any]:
    coding = {
        "system": f"{base.base.partition('/fhir/')[0]}/api/v1/tilleuls/services",
        "code": str(clinic.service.id),
        "display": "Consultation",
    }
    return {"coding": [coding], "text": "Consultation"}


def actors(clinic: Clinic) -> list[dict[str, str]]:
    return [
        {"reference": f"Practitioner/{clinic.schedule.provider_id}", "display": "Dr Hélène Vasseur"},
        {"reference": f"Location/{clinic.schedule.location_id}", "display": "Centre"},
    ]


def booked(clinic: Clinic, hour: int = 10, number: int = 0) -> str:
    response = Caller().post("public/tilleuls/appointments", asked_booking(clinic, hour, number=number))
    assert response.status_code == 201, response.content
    return str(orjson.loads(response.content)["id"])


def test_an_agenda(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    expected = {
        "resourceType": "Schedule",
        "id": str(tilleuls.schedule.id),
        "meta": {"versionId": "1"},
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "Europe/Paris"}],
        "active": True,
        "actor": actors(tilleuls),
        "serviceType": [service_type(tilleuls, asking)],
        "specialty": [{"text": "Dermatologie"}],
    }
    assert asking.told(f"Schedule/{tilleuls.schedule.id}") == (200, expected)
    for question in (
        {},
        {"_id": tilleuls.schedule.id},
        {"active": "true"},
        {"actor": f"Practitioner/{tilleuls.schedule.provider_id}"},
        {"actor": f"Location/{tilleuls.schedule.location_id},Practitioner/x"},
        {"service-type": f"x|{tilleuls.service.id}"},
    ):
        assert asking.found("Schedule", **question) == [expected], question
    for question in ({"_id": "x"}, {"active": "false"}, {"actor": "Practitioner/x"}, {"service-type": "x"}):
        assert asking.found("Schedule", **question) == [], question


def test_what_agendas_refer_to_is_there(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    place = {
        "resourceType": "Location",
        "id": str(tilleuls.schedule.location_id),
        "status": "active",
        "name": "Centre",
        "mode": "instance",
        "address": {"country": "FR", "city": "Angers", "postalCode": "49000", "line": ["12, rue des Tilleuls"]},
    }
    who = {
        "resourceType": "Practitioner",
        "id": str(tilleuls.schedule.provider_id),
        "active": True,
        "name": [{"text": "Dr Hélène Vasseur"}],
        "qualification": [{"code": {"text": "Dermatologie"}}],
    }
    for told in (place, who):
        assert asking.told(f"{told['resourceType']}/{told['id']}") == (200, told)
        assert asking.found(told["resourceType"]) == [told]
        assert asking.found(told["resourceType"], _id=told["id"]) == [told]
        assert asking.found(told["resourceType"], _id="x") == []


def test_free_times_of_a_morning(tilleuls: Clinic) -> None:
    booked(tilleuls, 10)
    asking = reader(tilleuls)
    window = [f"ge{wall(9)}", f"lt{wall(12)}"]
    slots = asking.found("Slot", schedule=f"Schedule/{tilleuls.schedule.id}", start=window, status="free")
    expected = [wall(9), wall(9, 30), wall(10, 30), wall(11), wall(11, 30)]
    assert [(slot["start"], slot["status"]) for slot in slots] == [(start, "free") for start in expected]
    first = {
        "resourceType": "Slot",
        "id": slots[0]["id"],
        "serviceType": [service_type(tilleuls, asking)],
        "schedule": {"reference": f"Schedule/{tilleuls.schedule.id}"},
        "status": "free",
        "start": wall(9),
        "end": wall(9, 30),
    }
    assert slots[0] == first
    assert asking.told(f"Slot/{first['id']}") == (200, first)
    for question in (
        {"service-type": tilleuls.service.id},
        {"schedule": tilleuls.schedule.id, "service-type": tilleuls.service.id},
        {"schedule": f"{asking.base}/Schedule/{tilleuls.schedule.id}"},
    ):
        assert asking.found("Slot", start=window, **question) == slots
    for question in ({"service-type": "x"}, {"schedule": "x"}, {"schedule": tilleuls.schedule.id, "status": "busy"}):
        assert asking.found("Slot", start=window, **question) == []


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        ([f"{monday()}"], wall(9)),
        ([f"ge{monday()}"], wall(9)),
        ([f"gt{wall(9)}"], wall(9, 30)),
        ([f"{wall(11, 30)}"], wall(11, 30)),
        ([f"ge{wall(13)}", f"le{monday()}"], wall(13)),
        ([f"gt{monday()}"], wall(9, day=monday() + timedelta(days=1))),
    ],
)
def test_how_a_time_is_asked_for(tilleuls: Clinic, asked: list[str], begins: str) -> None:
    found = reader(tilleuls).found("Slot", schedule=tilleuls.schedule.id, start=asked, _count=1)
    assert [slot["start"] for slot in found] == [begins]


def test_pages_of_free_times_hold_each_once(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    question = {"schedule": tilleuls.schedule.id, "start": [f"ge{monday()}", f"lt{monday() + timedelta(days=3)}"]}
    whole = [slot["id"] for slot in asking.found("Slot", **question)]
    assert len(whole) == 3 * 14
    pages, following = [], "Slot"
    while following:
        _, bundle = asking.told(following, **(question | {"_count": 9} if following == "Slot" else {}))
        pages.append([entry["resource"]["id"] for entry in bundle["entry"]])
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        following = links.get("next", "").removeprefix(f"{asking.base}/")
    assert [len(page) for page in pages] == [9, 9, 9, 9, 6]
    assert [id for page in pages for id in page] == whole


def test_a_taken_time_is_busy_and_one_never_offered_is_not_there(tilleuls: Clinic) -> None:
    asking = reader(tilleuls)
    ten = asking.found("Slot", schedule=tilleuls.schedule.id, start=wall(10))[0]["id"]
    booked(tilleuls, 10)
    assert asking.told(f"Slot/{ten}")[1]["status"] == "busy"
    with tilleuls.acting() as now:
        agenda.add_closure(
            tilleuls.organization, from_day=monday(), to_day=monday(), reason="", by=tilleuls.actor(), now=now
        )
    assert asking.refused(f"Slot/{ten}")[0] == 404


def test_an_appointment(tilleuls: Clinic) -> None:
    id = booked(tilleuls)
    with tilleuls.acting():
        row = tilleuls.organization.appointments.get()
    asking = reader(tilleuls)
    status, told = asking.told(f"Appointment/{id}")
    provider, location = actors(tilleuls)
    assert (status, told) == (
        200,
        {
            "resourceType": "Appointment",
            "id": id,
            "meta": {"versionId": "1"},
            "status": "booked",
            "serviceType": [service_type(tilleuls, asking)],
            "start": wall(10),
            "end": wall(10, 30),
            "minutesDuration": 30,
            "created": told["created"],
            "participant": [
                {
                    "actor": {"reference": f"Patient/{row.contact_id}", "display": "Clémence Aubrée"},
                    "required": "required",
                    "status": "accepted",
                },
                {"actor": provider, "required": "required", "status": "accepted"},
                {"actor": location, "required": "required", "status": "accepted"},
            ],
        },
    )
    for question in (
        {"date": [f"ge{wall(10)}", f"lt{wall(10, 30)}"]},
        {"date": f"{monday()}", "status": "booked,arrived"},
        {"patient": f"Patient/{row.contact_id}"},
        {"actor": f"Practitioner/{tilleuls.schedule.provider_id}"},
        {"practitioner": tilleuls.schedule.provider_id, "location": tilleuls.schedule.location_id},
        {"service-type": tilleuls.service.id, "_id": id},
    ):
        assert asking.found("Appointment", **question) == [told], question
    for question in (
        {"date": f"gt{wall(10)}"},
        {"date": f"lt{wall(10)}"},
        {"status": "pending"},
        {"patient": "Patient/x"},
        {"_id": "x"},
    ):
        assert asking.found("Appointment", **question) == [], question


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["confirmed"], "booked"),
        (["arrived"], "arrived"),
        (["arrived", "fulfilled"], "fulfilled"),
        (["no_show"], "noshow"),
    ],
)
def test_what_became_of_it(tilleuls: Clinic, steps: list[str], told: str) -> None:
    """The states of the house in those of FHIR."""
    id = booked(tilleuls)
    with tilleuls.acting():
        tilleuls.organization.appointments.update(status=steps[-1])
    assert reader(tilleuls).told(f"Appointment/{id}")[1]["status"] == told


@pytest.mark.parametrize(("by_patient", "code"), [(True, "pat"), (False, "prov")])
def test_a_cancelled_one_says_by_whom(tilleuls: Clinic, by_patient: bool, code: str) -> None:
    id = booked(tilleuls)
    by = tilleuls.patient() if by_patient else tilleuls.actor()
    with tilleuls.acting() as now:
        row = tilleuls.organization.appointments.get()
        booking.cancel(tilleuls.organization, row.id, reason="Empêchement", by=by, now=now)
    told = reader(tilleuls).told(f"Appointment/{id}")[1]
    system = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
    expected = {"coding": [{"system": system, "code": code}], "text": "Empêchement"}
    assert (told["status"], told["cancelationReason"]) == ("cancelled", expected)
    who = ["declined", "accepted", "accepted"] if by_patient else ["accepted", "declined", "accepted"]
    assert [one["status"] for one in told["participant"]] == who


def test_a_request_waits_for_the_practitioner(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        agenda.edit_service(tilleuls.service, needs_approval=True, by=tilleuls.actor(), now=now)
    told = reader(tilleuls).told(f"Appointment/{booked(tilleuls)}")[1]
    assert told["status"] == "pending"
    assert [one["status"] for one in told["participant"]] == ["accepted", "needs-action", "accepted"]


def test_names_only_for_whom_contacts_are(tilleuls: Clinic) -> None:
    booked(tilleuls)
    asking = reader(tilleuls, scopes=(Right.AGENDA_READ,))
    [told] = asking.found("Appointment")
    assert "display" not in told["participant"][0]["actor"]
    assert "Aubr" not in str(told)


def test_looking_is_written_down(tilleuls: Clinic) -> None:
    id = booked(tilleuls)
    asking = reader(tilleuls)
    asking.found("Appointment")
    asking.told(f"Appointment/{id}")
    with tilleuls.acting():
        lines = tilleuls.organization.audit_entries.filter(act="appointment:list").order_by("at")
        assert [line.after for line in lines] == [{"shown": [id]}, {"shown": [id]}]


def test_a_practitioner_sees_their_own(tilleuls: Clinic) -> None:
    id = booked(tilleuls)
    own, none = Reader(member(tilleuls, Role.PROVIDER)), Reader(member(tilleuls, Role.PROVIDER))
    assert [told["id"] for told in own.found("Appointment")] == [id]
    slot = own.found("Slot", schedule=tilleuls.schedule.id, _count=1)[0]["id"]
    with tilleuls.acting():
        tilleuls.organization.memberships.filter(person=tilleuls.doctor).update(provider_id=None)
    assert (none.found("Schedule"), none.found("Appointment")) == ([], [])
    assert none.found("Slot", schedule=tilleuls.schedule.id) == []
    for path in (f"Schedule/{tilleuls.schedule.id}", f"Appointment/{id}", f"Slot/{slot}"):
        assert none.refused(path)[0] == 404


def test_pages_of_appointments(tilleuls: Clinic) -> None:
    ids = [booked(tilleuls, hour, number) for number, hour in enumerate((9, 10, 11))]
    asking = reader(tilleuls)
    _, first = asking.told("Appointment", _count=2)
    following = {link["relation"]: link["url"] for link in first["link"]}["next"]
    _, second = asking.told(following.removeprefix(f"{asking.base}/"))
    assert [entry["resource"]["id"] for page in (first, second) for entry in page["entry"]] == ids
    assert [link["relation"] for link in second["link"]] == ["self"]
