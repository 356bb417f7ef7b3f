"""Staff book, move, cancel, note what became of a visit, and look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from kalends.organizations.permissions import Right, Role
from tests.api.callers import (
    NOT_FOUND,
    Caller,
    booking,
    member,
    monday,
    person,
    problem,
    slot,
    told,
    unknown,
    wall,
)
from tests.cast import Clinic

PATH = "tilleuls/appointments"
NOBODY = "01990000-0000-7000-8000-000000000000"
NOT_ALLOWED = problem(403, "not_allowed", "Your role does not allow this. Ask an administrator of your organization.")


def shown(clinic: Clinic, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An appointment at 10:00 as staff see it, with the ids and the instant of `body`."""
    return {
        "id": body["id"],
        "status": "booked",
        "start": wall(10),
        "end": wall(10, 30),
        "schedule": str(clinic.schedule.id),
        "provider": str(clinic.schedule.provider_id),
        "location": str(clinic.schedule.location_id),
        "service": str(clinic.service.id),
        "contact": {
            "id": body["contact"]["id"],
            "last_name": "Aubrée",
            "first_name": "Clémence",
            "birth_date": "1987-03-14",
            "email": "clemence@courriel.example",
            "phone": "+33612345678",
        },
        "reason": "",
        "remark": "",
        "source": "api",
        "language": "fr",
        "price_minor": 5400,
        "currency": "EUR",
        "payment": None,
        "cancelled_by": "",
        "cancel_reason": "",
        "moves": 0,
        "status_since": body["status_since"],
        "approve_by": None,
        "is_overbooked": False,
        "overbooking_reason": "",
        "version": 1,
        "booked_at": body["booked_at"],
        **changes,
    }


def book(clinic: Clinic, caller: Caller | None = None, hour: int = 10, **more: Any) -> dict[str, Any]:
    status, body = told((caller or member(clinic)).post(PATH, booking(clinic, hour, **more)))
    assert status == 201
    return dict(body)


def ids(response: Any) -> list[str]:
    status, body = told(response)
    assert status == 200
    return [item["id"] for item in body["items"]]


def test_booking_for_whoever_is_described(tilleuls: Clinic) -> None:
    status, body = told(member(tilleuls).post(PATH, booking(tilleuls, reason="Contrôle", channel="phone")))
    assert (status, body) == (201, shown(tilleuls, body, reason="Contrôle", source="phone"))


def test_what_is_for_the_practitioner_and_the_text_message_at_once(tilleuls: Clinic) -> None:
    """As the booking window has it: a remark, and the reminder at once by SMS."""
    caller = member(tilleuls)
    body = book(tilleuls, caller, remark="Vient avec  sa mère", text_patient=True, tell_patient=False)
    assert body == shown(tilleuls, body, remark="Vient avec sa mère")
    moving = {"schedule": str(tilleuls.schedule.id), "start": wall(15), "tell_patient": False}
    assert told(caller.post(f"{PATH}/{body['id']}/move", {**moving, "text_patient": True}))[0] == 200
    assert told(caller.post(f"{PATH}/{body['id']}/move", {**moving, "start": wall(16)}))[0] == 200
    with tilleuls.acting():
        left = tilleuls.organization.deliveries.order_by("queued_at", "id")
        assert list(left.values_list("kind", "medium")) == [("appointment_booked", "sms"), ("appointment_moved", "sms")]


def test_booking_for_somebody_known(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    contact = book(tilleuls, caller)["contact"]["id"]
    asked = {name: value for name, value in booking(tilleuls, 11).items() if name != "contact"}
    status, body = told(caller.post(PATH, {**asked, "contact_id": contact}))
    assert (status, body["contact"]["id"]) == (201, contact)
    stranger = told(member(carpati).post("carpati/contacts", person()))[1]["id"]
    for wrong in (stranger, NOBODY, "nonsense"):
        assert told(caller.post(PATH, {**asked, "contact_id": wrong})) == (404, unknown("contact_id"))
    empty = problem(422, "required_field", "Some required fields are empty.", ("contact", "Please fill this in."))
    assert told(caller.post(PATH, asked)) == (422, empty)


def test_staff_meet_the_same_constraint(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    book(tilleuls, caller)
    alternatives = [slot(tilleuls, 9), slot(tilleuls, 9, 30), slot(tilleuls, 10, 30)]
    taken = problem(409, "slot_taken", "This time has just been taken.", alternatives=alternatives)
    assert told(caller.post(PATH, booking(tilleuls, number=1))) == (409, taken)


def test_the_same_key_books_once(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    first = told(caller.post(PATH, booking(tilleuls), key="a"))
    assert told(caller.post(PATH, booking(tilleuls), key="a")) == first
    assert len(ids(caller.get(PATH))) == 1


def test_moving(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    body = book(tilleuls, caller)
    moved = shown(tilleuls, body, start=wall(15), end=wall(15, 30), version=2)
    asked = {"schedule": str(tilleuls.schedule.id), "start": wall(15), "reason": "Empêchement"}
    assert told(caller.post(f"{PATH}/{body['id']}/move", asked)) == (200, moved)
    assert told(caller.post(f"{PATH}/{body['id']}/move", asked)) == (200, moved)


def test_moving_to_a_taken_time_or_a_strangers_agenda(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    body = book(tilleuls, caller)
    book(tilleuls, caller, 15, number=1)
    path = f"{PATH}/{body['id']}/move"
    alternatives = [slot(tilleuls, 14), slot(tilleuls, 14, 30), slot(tilleuls, 15, 30)]
    taken = problem(409, "slot_taken", "This time has just been taken.", alternatives=alternatives)
    assert told(caller.post(path, {"schedule": str(tilleuls.schedule.id), "start": wall(15)})) == (409, taken)
    foreign = {"schedule": str(carpati.schedule.id), "start": wall(16)}
    assert told(caller.post(path, foreign)) == (404, unknown("schedule"))
    assert told(caller.get(PATH))[1]["items"][0] == shown(tilleuls, body)


def test_cancelling(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    body = book(tilleuls, caller)
    path = f"{PATH}/{body['id']}/cancel"
    status, cancelled = told(caller.post(path, {"reason": "Médecin absent", "tell_patient": False}))
    more = {"status": "cancelled", "cancelled_by": "staff", "cancel_reason": "Médecin absent", "version": 2}
    assert (status, cancelled) == (200, shown(tilleuls, cancelled, **more))
    assert told(caller.post(path)) == (200, cancelled)
    with tilleuls.acting():
        assert tilleuls.organization.deliveries.filter(kind__contains="cancelled").count() == 0


def long_ago(owner: psycopg.Connection, body: dict[str, Any]) -> None:
    """Three weeks before it was; the clock is the database's, and a test cannot wait."""
    owner.execute(
        "UPDATE booking_appointment SET starts_at = starts_at - interval '21 days', "
        "ends_at = ends_at - interval '21 days', local_day = local_day - 21 WHERE id = %s",
        [body["id"]],
    )


def test_noting_what_became_of_it(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    caller = member(tilleuls)
    body = book(tilleuls, caller)
    path = f"{PATH}/{body['id']}/status"
    code, noted = told(caller.post(path, {"status": "confirmed"}))
    assert (code, noted) == (200, shown(tilleuls, noted, status="confirmed", version=2))
    early = "This can be noted only once the visit has begun; an arrival, from the day of the visit on."
    for status in ("arrived", "fulfilled", "no_show"):
        assert told(caller.post(path, {"status": status})) == (409, problem(409, "invalid", early))
    long_ago(owner, body)
    for version, status in enumerate(("arrived", "fulfilled"), start=3):
        code, noted = told(caller.post(path, {"status": status}))
        assert (code, noted["status"], noted["version"]) == (200, status, version)
    sentence = "This appointment can no longer be changed in this way."
    for status in ("booked", "no_show", "cancelled", "pending"):
        assert told(caller.post(path, {"status": status})) == (409, problem(409, "invalid", sentence))
    error = (
        "status",
        "This should be one of 'pending', 'booked', 'confirmed', 'arrived', 'fulfilled', 'no_show' or 'cancelled'.",
    )
    refused = problem(422, "invalid", "Some fields need your attention.", error)
    assert told(caller.post(path, {"status": "gone"})) == (422, refused)


@pytest.mark.parametrize("act", ["move", "cancel", "status", "undo", "swap"])
def test_strangers_appointments_are_not_found(tilleuls: Clinic, carpati: Clinic, act: str) -> None:
    asked = {
        **booking(tilleuls),
        "service": str(carpati.service.id),
        "schedule": str(carpati.schedule.id),
    }
    status, foreign = told(member(carpati).post("carpati/appointments", asked))
    assert status == 201
    sent: dict[str, Any] = {
        "move": {"schedule": str(tilleuls.schedule.id), "start": wall(15)},
        "cancel": {"reason": "x"},
        "status": {"status": "arrived"},
        "undo": {},
        "swap": {"with": NOBODY},
    }[act]
    for wrong in (foreign["id"], NOBODY):
        assert told(member(tilleuls).post(f"{PATH}/{wrong}/{act}", sent)) == (404, NOT_FOUND)
    assert told(member(carpati).get("carpati/appointments"))[1]["items"] == [foreign]


def test_filters(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    first = book(tilleuls, caller, 10)
    second = book(tilleuls, caller, 11, number=1, channel="staff")
    tuesday = monday() + timedelta(days=1)
    third = book(tilleuls, caller, number=2, start=wall(9, day=tuesday))
    assert caller.post(f"{PATH}/{second['id']}/cancel").status_code == 200
    all_three = [first["id"], second["id"], third["id"]]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, all_three),
        ({"from": monday(), "to": monday()}, all_three[:2]),
        ({"from": tuesday}, all_three[2:]),
        ({"to": monday() - timedelta(days=1)}, []),
        ({"schedule": tilleuls.schedule.id}, all_three),
        ({"provider": tilleuls.schedule.provider_id}, all_three),
        ({"status": "cancelled"}, [second["id"]]),
        ({"source": "staff"}, [second["id"]]),
        ({"contact": third["contact"]["id"]}, [third["id"]]),
        ({"contact": third["contact"]["id"], "status": "cancelled"}, []),
        ({"schedule": carpati.schedule.id}, []),
        ({"provider": carpati.schedule.provider_id}, []),
        ({"contact": NOBODY}, []),
        ({"schedule": "nonsense"}, []),
    ]
    for asked, expected in cases:
        assert ids(caller.get(PATH, **asked)) == expected, asked


def test_pages_by_time(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    booked = [book(tilleuls, caller, hour, number=hour)["id"] for hour in (15, 9, 11)]
    _, page = told(caller.get(PATH, limit=2))
    assert [item["id"] for item in page["items"]] == [booked[1], booked[2]]
    assert ids(caller.get(PATH, limit=2, cursor=page["next"])) == [booked[0]]


def test_looking_is_written_down(tilleuls: Clinic) -> None:
    caller = member(tilleuls, Role.STAFF)
    body = book(tilleuls)
    caller.get(PATH)
    with tilleuls.acting():
        entry = tilleuls.organization.audit_entries.get(act="appointment:list")
        assert (entry.person_id, entry.channel, entry.role) == (tilleuls.staff.id, "api", "staff")
        assert entry.after == {"shown": [body["id"]]}


def test_who_may_not_read_contacts_sees_no_address(tilleuls: Clinic) -> None:
    body = book(tilleuls)
    caller = member(tilleuls, scopes=(Right.AGENDA_READ,))
    _, listed = told(caller.get(PATH))
    assert listed["items"][0]["contact"] == {**shown(tilleuls, body)["contact"], "email": None, "phone": None}


def test_a_practitioner_sees_and_changes_their_own_only(tilleuls: Clinic) -> None:
    admin = member(tilleuls)
    own = book(tilleuls, admin)
    _, colleague = told(admin.post("tilleuls/providers", {"name": "Dr Autre"}))
    sent = {
        "name": "Salle 2",
        "provider": colleague["id"],
        "location": str(tilleuls.schedule.location_id),
        "step_minutes": 30,
        "services": [{"service": str(tilleuls.service.id)}],
    }
    _, other = told(admin.post("tilleuls/schedules", sent))
    hours = {"rules": [{"weekday": 1, "from": "09:00", "to": "12:00"}]}
    assert admin.put(f"tilleuls/schedules/{other['id']}/opening", hours).status_code == 200
    foreign = book(tilleuls, admin, number=1, schedule=other["id"])
    with tilleuls.acting():
        membership = tilleuls.organization.memberships.get(person=tilleuls.doctor)
        membership.provider_id = tilleuls.schedule.provider_id
        membership.granted = [Right.APPOINTMENT_BOOK, Right.APPOINTMENT_MOVE, Right.APPOINTMENT_CANCEL]
        membership.save()
    doctor = member(tilleuls, Role.PROVIDER)
    assert ids(doctor.get(PATH)) == [own["id"]]
    assert told(doctor.post(f"{PATH}/{foreign['id']}/cancel")) == (404, NOT_FOUND)
    to_colleague = {"schedule": other["id"], "start": wall(11)}
    assert told(doctor.post(f"{PATH}/{own['id']}/move", to_colleague)) == (404, unknown("schedule"))
    assert told(doctor.post(PATH, booking(tilleuls, 11, number=2, schedule=other["id"]))) == (
        404,
        unknown("schedule"),
    )
    assert doctor.post(f"{PATH}/{own['id']}/status", {"status": "confirmed"}).status_code == 200
    assert told(doctor.post("tilleuls/contacts", person())) == (403, NOT_ALLOWED)
