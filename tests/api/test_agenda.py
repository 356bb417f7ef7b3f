"""Staff set agendas up: agendas, hours, closures, blocks, services, channels."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.organizations.permissions import Role
from tests.api.callers import NOT_FOUND, Caller, booking, member, monday, problem, slot, told, unknown, wall
from tests.cast import Clinic

NOBODY = "01990000-0000-7000-8000-000000000000"
DETAIL = "Some fields need your attention."
EMPTY = "Some required fields are empty."


def agenda_of(clinic: Clinic, **changes: Any) -> dict[str, Any]:
    """The clinic's first agenda, as the API tells it."""
    offering = {
        "service": str(clinic.service.id),
        "duration": None,
        "buffer_before": None,
        "buffer_after": None,
        "price_minor": None,
    }
    return {
        "id": str(clinic.schedule.id),
        "name": "Dr Vasseur",
        "provider": str(clinic.schedule.provider_id),
        "location": str(clinic.schedule.location_id),
        "time_zone": "Europe/Paris",
        "step_minutes": 30,
        "capacity": 1,
        "overbooking_limit": 1,
        "weight": 100,
        "priority": 0,
        "note": "",
        "is_active": True,
        "version": 1,
        "services": [offering],
        **changes,
    }


def sent(clinic: Clinic, **changes: Any) -> dict[str, Any]:
    provider, location = str(clinic.schedule.provider_id), str(clinic.schedule.location_id)
    return {"name": "Salle 2", "provider": provider, "location": location, **changes}


def test_agendas(tilleuls: Clinic, carpati: Clinic) -> None:
    assert told(member(tilleuls).get("tilleuls/schedules")) == (200, {"items": [agenda_of(tilleuls)], "next": None})


def test_a_new_agenda(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    offering = {"service": str(tilleuls.service.id), "duration": 45, "price_minor": 6000}
    status, body = told(caller.post("tilleuls/schedules", sent(tilleuls, capacity=3, services=[offering])))
    offered = {**offering, "buffer_before": None, "buffer_after": None}
    expected = agenda_of(tilleuls, id=body["id"], name="Salle 2", step_minutes=15, capacity=3, services=[offered])
    assert (status, body) == (201, expected)
    _, listed = told(caller.get("tilleuls/schedules"))
    assert listed["items"] == [agenda_of(tilleuls), expected]


def test_the_same_key_makes_one_agenda(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    first = told(caller.post("tilleuls/schedules", sent(tilleuls), key="a"))
    assert told(caller.post("tilleuls/schedules", sent(tilleuls), key="a")) == first
    assert len(told(caller.get("tilleuls/schedules"))[1]["items"]) == 2


def test_editing_an_agenda_changes_what_is_said_only(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls), f"tilleuls/schedules/{tilleuls.schedule.id}"
    assert told(caller.patch(path, {"name": "Cabinet 1"})) == (200, agenda_of(tilleuls, name="Cabinet 1"))
    changed = agenda_of(tilleuls, name="Cabinet 1", services=[], note="plein", is_active=False)
    assert told(caller.patch(path, {"services": [], "note": "plein", "is_active": False})) == (200, changed)
    assert told(caller.patch(path, {"note": None})) == (200, {**changed, "note": ""})
    assert told(caller.patch(path, {})) == (200, {**changed, "note": ""})


@pytest.mark.parametrize(
    ("changes", "code", "detail", "error"),
    [
        ({"name": "Dr Vasseur"}, "invalid", DETAIL, ("name", "Another agenda already has this name.")),
        ({"name": " "}, "required_field", EMPTY, ("name", "Please fill this in.")),
        ({"step_minutes": 4}, "invalid", DETAIL, ("step_minutes", "This must be between 5 and 240.")),
        ({"capacity": 10**12}, "invalid", DETAIL, ("capacity", "This should be 2147483647 or less.")),
        ({"capacity": "3"}, "invalid", DETAIL, ("capacity", "This should be a whole number.")),
        ({"is_active": "yes"}, "invalid", DETAIL, ("is_active", "This should be true or false.")),
        ({"note": "x" * 501}, "invalid", DETAIL, ("note", "This is too long: at most 500 characters.")),
        ({"provider": None}, "invalid", DETAIL, ("provider", "This should be text.")),
    ],
)
def test_what_an_agenda_cannot_be(
    tilleuls: Clinic, changes: dict[str, Any], code: str, detail: str, error: tuple[str, str]
) -> None:
    answered = told(member(tilleuls).post("tilleuls/schedules", sent(tilleuls, **changes)))
    assert answered == (422, problem(422, code, detail, error))


def test_ids_of_somebody_else_are_not_found(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    strangers = {"provider": carpati.schedule.provider_id, "location": carpati.schedule.location_id}
    for field, foreign in strangers.items():
        for wrong in (str(foreign), NOBODY, "nonsense"):
            answered = told(caller.post("tilleuls/schedules", sent(tilleuls, **{field: wrong})))
            assert answered == (404, unknown(field))
    offered = [{"service": str(tilleuls.service.id)}, {"service": str(carpati.service.id)}]
    answered = told(caller.post("tilleuls/schedules", sent(tilleuls, services=offered)))
    assert answered == (404, unknown("services[1].service"))
    foreign_path = f"tilleuls/schedules/{carpati.schedule.id}"
    assert told(caller.patch(foreign_path, {"name": "x"})) == (404, NOT_FOUND)
    assert len(told(caller.get("tilleuls/schedules"))[1]["items"]) == 1


def test_opening_hours_go_out_as_they_came_in(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls), f"tilleuls/schedules/{tilleuls.schedule.id}/opening"
    hours = {
        "rules": [
            {
                "weekday": 1,
                "from": "09:00",
                "to": "12:00",
                "valid_from": "2026-01-01",
                "valid_until": "2030-12-31",
                "weeks": "odd",
                "services": [str(tilleuls.service.id)],
            },
            {
                "weekday": 7,
                "from": "18:30",
                "to": "24:00",
                "valid_from": None,
                "valid_until": None,
                "weeks": "all",
                "services": None,
            },
        ],
        "overrides": [
            {"date": "2027-01-01", "periods": []},
            {"date": "2027-01-02", "periods": [{"from": "09:00", "to": "10:00"}, {"from": "11:00", "to": "12:00"}]},
        ],
    }
    assert told(caller.put(path, hours)) == (200, {**hours, "version": 2})
    assert told(caller.get(path)) == (200, {**hours, "version": 2})


def test_hours_that_others_changed_meanwhile_are_not_lost(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls), f"tilleuls/schedules/{tilleuls.schedule.id}/opening"
    hours = {"rules": [{"weekday": 1, "from": "09:00", "to": "12:00"}]}
    assert told(caller.put(path, {**hours, "version": 1}))[1]["version"] == 2
    sentence = "Somebody else has changed these opening hours since you opened them. Load them again."
    assert told(caller.put(path, {**hours, "version": 1})) == (409, problem(409, "edited_meanwhile", sentence))
    assert told(caller.put(path, hours))[1]["version"] == 3


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"to": "09:00"}, ("rules[1].to", "This begins and ends at the same time.")),
        (
            {"to": "08:00"},
            ("rules[1].to", "This ends before it begins. Write a night as two: until 24:00, and from 00:00."),
        ),
        ({"weekday": 8}, ("rules[1].weekday", "Please give a day of the week, 1 (Monday) to 7 (Sunday).")),
        ({"weekday": 1}, ("rules[1].from", "This overlaps with other hours of the same day.")),
        ({"from": "9:00"}, ("rules[1].from", "Write the time as hours and minutes: 09:30.")),
        ({"to": "25:00"}, ("rules[1].to", "Write the time as hours and minutes: 09:30.")),
        ({"weeks": "none"}, ("rules[1].weeks", "This should be one of 'all', 'odd' or 'even'.")),
        ({"valid_from": "1899-01-01"}, ("rules[1].valid_from", "The year should be between 1900 and 2100.")),
        (
            {"valid_from": "2027-01-02", "valid_until": "2027-01-01"},
            ("rules[1].valid_until", "This date is before the first one."),
        ),
        (
            {"services": []},
            ("rules[1].services", "Choose at least one service, or none at all to open for every service."),
        ),
    ],
)
def test_hours_that_cannot_be(tilleuls: Clinic, rule: dict[str, Any], error: tuple[str, str]) -> None:
    path = f"tilleuls/schedules/{tilleuls.schedule.id}/opening"
    good = {"weekday": 1, "from": "09:00", "to": "12:00"}
    answered = told(member(tilleuls).put(path, {"rules": [good, {**good, "weekday": 2, **rule}]}))
    assert answered == (422, problem(422, "invalid", DETAIL, error))


def test_services_of_somebody_else_open_nothing(tilleuls: Clinic, carpati: Clinic) -> None:
    path = f"tilleuls/schedules/{tilleuls.schedule.id}/opening"
    rule = {"weekday": 1, "from": "09:00", "to": "12:00", "services": [str(carpati.service.id)]}
    assert told(member(tilleuls).put(path, {"rules": [rule]})) == (404, unknown("rules[0].services"))


def test_a_closure_takes_its_times_away(tilleuls: Clinic) -> None:
    path, day = f"tilleuls/schedules/{tilleuls.schedule.id}/closures", monday().isoformat()
    asked = {"from": day, "from_time": "09:30", "to": day, "to_time": "17:00", "reason": "Congrès"}
    status, body = told(member(tilleuls).post(path, asked))
    assert (status, body) == (201, {"id": body["id"], "schedule": str(tilleuls.schedule.id), **asked})
    _, free = told(Caller().get("public/tilleuls/slots", **{"service": tilleuls.service.id, "from": day, "to": day}))
    assert free["slots"] == [slot(tilleuls, 9)]


def test_a_closure_is_of_whole_days_unless_told(tilleuls: Clinic) -> None:
    path, day = f"tilleuls/schedules/{tilleuls.schedule.id}/closures", monday().isoformat()
    _, body = told(member(tilleuls).post(path, {"from": day, "to": day}))
    assert (body["from_time"], body["to_time"], body["reason"]) == ("00:00", "24:00", "")
    errors = [({"to": "2020-01-01"}, "to"), ({"to_time": "08:00", "from_time": "09:00"}, "to_time")]
    for changes, field in errors:
        status, body = told(member(tilleuls).post(path, {"from": day, "to": day, **changes}))
        assert (status, [error["field"] for error in body["errors"]]) == (422, [field])


def test_a_block_takes_a_time_that_nobody_has(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls), f"tilleuls/schedules/{tilleuls.schedule.id}/blocks"
    asked = {"start": wall(9, 30), "end": wall(11), "reason": "Réunion"}
    status, body = told(caller.post(path, asked))
    expected = {"id": body["id"], "schedule": str(tilleuls.schedule.id), **asked, "is_pre_reservation": False}
    assert (status, body) == (201, expected)
    assert Caller().post("public/tilleuls/appointments", booking(tilleuls, 10)).status_code == 409
    assert Caller().post("public/tilleuls/appointments", booking(tilleuls, 11)).status_code == 201
    sentence = "Something is already planned in this time. Move it first, or choose another time."
    again = told(caller.post(path, {"start": wall(11), "end": wall(12)}))
    assert again == (409, problem(409, "slot_taken", sentence))
    reversed_ = told(caller.post(path, {"start": wall(16), "end": wall(15)}))
    assert reversed_ == (422, problem(422, "invalid", DETAIL, ("end", "This ends before it begins.")))


def service_of(clinic: Clinic, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(clinic.service.id),
        "name": "Consultation",
        "names": {"fr": "Consultation", "en": "Consultation", "ro": "Consultație"},
        "category": "Dermatologie",
        "duration": 30,
        "buffer_before": 0,
        "buffer_after": 0,
        "price_minor": 5400,
        "currency": "EUR",
        "preparation": {},
        "phone_text": {},
        "colour": 1,
        "visibility": "online",
        "notice_minutes": 60,
        "horizon_days": 60,
        "same_day_release": None,
        "cancel_cutoff_hours": 24,
        "move_cutoff_hours": 24,
        "max_moves": 3,
        "max_active_per_person": 3,
        "new_patients": True,
        "needs_approval": False,
        "approval_hours": 48,
        "payment_due": "",
        "payment_hours": 24,
        "required_fields": ["email", "phone", "birth_date"],
        "position": 0,
        "is_active": True,
        "requirements": [],
        "channels": ["api", "phone", "staff", "website"],
        **changes,
    }


def test_services(tilleuls: Clinic, carpati: Clinic) -> None:
    assert told(member(tilleuls).get("tilleuls/services")) == (200, {"items": [service_of(tilleuls)], "next": None})


def test_a_new_service_has_a_name_a_duration_and_all_channels(tilleuls: Clinic) -> None:
    status, body = told(member(tilleuls).post("tilleuls/services", {"name": "Biopsie", "duration": 45}))
    expected = service_of(
        tilleuls,
        id=body["id"],
        name="Biopsie",
        names={"fr": "Biopsie"},
        category="",
        duration=45,
        price_minor=None,
        horizon_days=90,
        required_fields=[],
    )
    assert (status, body) == (201, expected)


def test_editing_a_service(tilleuls: Clinic) -> None:
    caller, path = member(tilleuls), f"tilleuls/services/{tilleuls.service.id}"
    asked = {
        "name": "Visite",
        "price_minor": None,
        "same_day_release": "07:30",
        "channels": ["staff", "phone", "staff"],
        "preparation": {"fr": "À jeun."},
        "required_fields": ["reason"],
    }
    names = {"fr": "Visite", "en": "Consultation", "ro": "Consultație"}
    changed = service_of(tilleuls, **{**asked, "names": names, "channels": ["phone", "staff"]})
    assert told(caller.patch(path, asked)) == (200, changed)
    emptied = {"preparation": None, "required_fields": None, "same_day_release": None, "category": None}
    changed |= {"preparation": {}, "required_fields": [], "same_day_release": None, "category": ""}
    assert told(caller.patch(path, emptied)) == (200, changed)


@pytest.mark.parametrize(
    ("changes", "code", "error"),
    [
        ({"duration": 4}, "invalid", ("duration", "This must be between 5 and 1440.")),
        ({"names": {"fr": "Visite", "xx": "Visite"}}, "invalid", ("names.xx", "This language is not known here.")),
        ({"visibility": "secret"}, "invalid", ("visibility", "This should be one of 'online', 'phone' or 'hidden'.")),
        ({"price_minor": -1}, "invalid", ("price_minor", "Ensure this value is greater than or equal to 0.")),
        ({"names": None}, "required_field", ("names", "Please give the service a name.")),
        ({"duration": None}, "required_field", ("duration", "Please fill this in.")),
        ({"is_active": None}, "required_field", ("is_active", "Please fill this in.")),
        (
            {"names": {"fr": "Visite", "en": "x" * 201}},
            "invalid",
            ("names.en", "This is too long: at most 200 characters."),
        ),
    ],
)
def test_what_a_service_cannot_be(tilleuls: Clinic, changes: dict[str, Any], code: str, error: tuple[str, str]) -> None:
    answered = told(member(tilleuls).patch(f"tilleuls/services/{tilleuls.service.id}", changes))
    assert answered == (422, problem(422, code, DETAIL if code == "invalid" else EMPTY, error))


def test_channels(tilleuls: Clinic, carpati: Clinic) -> None:
    caller, service = member(tilleuls), str(tilleuls.service.id)
    kinds = ("website", "phone", "staff", "api")
    every = [{"kind": kind, "is_open": True, "services": [service]} for kind in kinds]
    assert told(caller.get("tilleuls/channels")) == (200, {"items": every, "next": None})
    asked = {"items": [{"kind": "website", "services": []}, {"kind": "api", "is_open": False}]}
    changed = [
        {"kind": "website", "is_open": True, "services": []},
        *every[1:3],
        {"kind": "api", "is_open": False, "services": [service]},
    ]
    assert told(caller.put("tilleuls/channels", asked)) == (200, {"items": changed, "next": None})
    assert told(caller.get("tilleuls/channels")) == (200, {"items": changed, "next": None})
    again = {"items": [{"kind": "website", "services": [service]}, {"kind": "api", "is_open": True}]}
    assert told(caller.put("tilleuls/channels", again)) == (200, {"items": every, "next": None})
    foreign = {"items": [{"kind": "website", "services": [service, str(carpati.service.id)]}]}
    assert told(caller.put("tilleuls/channels", foreign)) == (404, unknown("items[0].services"))


def test_a_practitioner_sees_their_own_agendas_only(tilleuls: Clinic) -> None:
    admin = member(tilleuls)
    _, colleague = told(admin.post("tilleuls/providers", {"name": "Dr Autre"}))
    _, other = told(admin.post("tilleuls/schedules", sent(tilleuls, provider=colleague["id"])))
    doctor = member(tilleuls, Role.PROVIDER)
    assert [item["name"] for item in told(doctor.get("tilleuls/schedules"))[1]["items"]] == ["Dr Vasseur"]
    assert told(doctor.get(f"tilleuls/schedules/{other['id']}/opening")) == (404, NOT_FOUND)
    assert doctor.get(f"tilleuls/schedules/{tilleuls.schedule.id}/opening").status_code == 200
