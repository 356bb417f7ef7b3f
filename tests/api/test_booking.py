"""Patients keep a time and book it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import resolve

from kalends.agenda import operations as agenda
from kalends.booking.models import Appointment
from tests.api.callers import Caller, booking, monday, person, problem, slot, told, unknown, wall
from tests.cast import Clinic

PATH = "public/tilleuls/appointments"
HOLDS = "public/tilleuls/holds"
NOBODY = "01990000-0000-7000-8000-000000000000"


def taken(clinic: Clinic, *nearest: tuple[int, int], code: str = "slot_taken") -> dict[str, Any]:
    detail = {
        "slot_taken": "This time has just been taken.",
        "hold_expired": "The time was no longer kept for you, and somebody else has taken it.",
    }[code]
    return problem(409, code, detail, alternatives=[slot(clinic, *half) for half in nearest])


def only_appointment(clinic: Clinic) -> Appointment:
    with clinic.acting():
        return clinic.organization.appointments.select_related("contact").get()


def test_a_booking_is_answered_with_its_private_link(tilleuls: Clinic) -> None:
    status, body = told(Caller().post(PATH, booking(tilleuls, reason="Tache sur le bras", locale="ro-RO")))
    appointment = only_appointment(tilleuls)
    assert status == 201
    assert body == {
        "id": str(appointment.id),
        "status": "booked",
        "start": wall(10),
        "end": wall(10, 30),
        "manage_url": body["manage_url"],
        "payment": None,
    }
    address = urlsplit(body["manage_url"])
    assert f"{address.scheme}://{address.netloc}" == settings.BASE_URL
    assert resolve(address.path).view_name == "public:appointment"
    assert (appointment.source, appointment.reason, appointment.language) == ("website", "Tache sur le bras", "ro")
    contact = appointment.contact
    assert (contact.last_name, contact.phone, contact.language) == ("Aubrée", "+33612345678", "ro")


def test_a_language_that_is_not_offered_is_the_organizations_first(tilleuls: Clinic) -> None:
    assert Caller().post(PATH, booking(tilleuls, locale="de")).status_code == 201
    assert only_appointment(tilleuls).language == "fr"


def test_a_taken_time_is_answered_with_the_nearest_free_ones(tilleuls: Clinic) -> None:
    assert Caller().post(PATH, booking(tilleuls, 10)).status_code == 201
    answered = told(Caller().post(PATH, booking(tilleuls, 10, number=1)))
    assert answered == (409, taken(tilleuls, (9, 0), (9, 30), (10, 30)))


def test_the_same_patient_is_not_in_two_places(tilleuls: Clinic) -> None:
    organization, by = tilleuls.organization, tilleuls.actor()
    with tilleuls.acting() as now:
        other = agenda.make_schedule(
            organization,
            provider=tilleuls.schedule.provider,
            location=tilleuls.schedule.location,
            name="Salle 2",
            step_minutes=30,
            by=by,
            now=now,
        )
        agenda.set_offerings(other, [{"service": tilleuls.service}], by=by, now=now)
        agenda.set_opening(other, rules=[agenda_rule()], overrides=[], version=None, by=by, now=now)
    assert Caller().post(PATH, booking(tilleuls)).status_code == 201
    answered = told(Caller().post(PATH, booking(tilleuls, schedule=str(other.id))))
    sentence = "This patient already has an appointment at that time."
    assert answered == (409, problem(409, "slot_taken", sentence, alternatives=[]))


def agenda_rule() -> Any:
    from kalends.agenda.rules import OpeningRule

    return OpeningRule(1, 540, 720)


@pytest.mark.parametrize(
    "start",
    [
        wall(10, 7),
        wall(8, 30),
        wall(12),
        wall(10, day=monday() - timedelta(days=2)),
        wall(10, day=monday() - timedelta(days=3650)),
        wall(10, day=monday() + timedelta(days=3650)),
        wall(10)[:-9] + ":01+01:00",
    ],
)
def test_a_time_that_was_never_offered_is_not_open(tilleuls: Clinic, start: str) -> None:
    sentence = "This time cannot be booked. Choose one of the times shown."
    expected = (409, problem(409, "slot_not_open", sentence))
    assert told(Caller().post(PATH, booking(tilleuls, start=start))) == expected
    hold = {key: value for key, value in booking(tilleuls, start=start).items() if key != "contact"}
    assert told(Caller().post(HOLDS, hold)) == expected


@pytest.mark.parametrize(
    "start",
    [
        "2026-12-07T10:00:00",
        "2026-12-07",
        "2026-12-07T24:00:00+01:00",
        "2026-12-07T10:60:00+01:00",
        "2026-02-30T10:00:00+01:00",
        "0000-12-07T10:00:00+01:00",
        "20270-12-07T10:00:00+01:00",
        "9999-12-31T23:59:59-12:00",
        "1767000000",
        1767000000,
        True,
        None,
        [],
        {},
        "",
        "now",
    ],
)
def test_a_start_is_an_instant_of_our_time(tilleuls: Clinic, start: Any) -> None:
    status, body = told(Caller().post(PATH, booking(tilleuls, start=start)))
    assert (status, body["code"], [error["field"] for error in body["errors"]]) == (422, "invalid", ["start"])


def test_the_same_instant_may_be_said_in_any_offset(tilleuls: Clinic) -> None:
    utc = datetime.fromisoformat(wall(10)).astimezone(tz=None).isoformat()
    _, body = told(Caller().post(PATH, booking(tilleuls, start=utc)))
    assert body["start"] == wall(10)


@pytest.mark.parametrize("field", ["service", "schedule"])
def test_unknown_foreign_and_unreadable_ids_are_not_found(tilleuls: Clinic, carpati: Clinic, field: str) -> None:
    foreign = str({"service": carpati.service.id, "schedule": carpati.schedule.id}[field])
    for wrong in (foreign, NOBODY, "nonsense", ""):
        assert told(Caller().post(PATH, booking(tilleuls, **{field: wrong}))) == (404, unknown(field))
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 0


def test_every_empty_field_is_named_at_once(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        agenda.edit_service(
            tilleuls.service, required_fields=["email", "birth_date", "reason"], by=tilleuls.actor(), now=now
        )
    answered = told(Caller().post(PATH, booking(tilleuls, contact={"last_name": "  "}, reason="\u200b")))
    empty = [
        (name, "Please fill this in.")
        for name in ("contact.birth_date", "contact.email", "contact.last_name", "reason")
    ]
    assert answered == (422, problem(422, "required_field", "Some required fields are empty.", *empty))


def test_a_field_that_is_missing_altogether_is_named_too(tilleuls: Clinic) -> None:
    answered = told(Caller().post(PATH, {"contact": {"first_name": "Clémence"}}))
    empty = [(name, "Please fill this in.") for name in ("service", "start", "contact.last_name")]
    assert answered == (422, problem(422, "required_field", "Some required fields are empty.", *empty))


def test_what_cannot_be_is_said_with_its_place(tilleuls: Clinic) -> None:
    contact = person(phone="06 12 34 56 7O", birth_date="2999-01-01", email="clemence")
    answered = told(Caller().post(PATH, booking(tilleuls, contact=contact)))
    errors = [
        ("contact.birth_date", "This date is still to come."),
        ("contact.phone", "Character 14 of this number is the letter “O”: digits only, please."),
        ("contact.email", "This is not an e-mail address."),
    ]
    assert answered == (422, problem(422, "invalid", "Some fields need your attention.", *errors))


def test_unknown_fields_are_refused_at_every_depth(tilleuls: Clinic) -> None:
    body = booking(tilleuls, contact=person(status="vip"), status="confirmed")
    errors = [("contact.status", "There is no such field."), ("status", "There is no such field.")]
    assert told(Caller().post(PATH, body)) == (
        422,
        problem(422, "invalid", "Some fields need your attention.", *errors),
    )


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "+33612345678"),
        ("+40722123456", "+40722123456"),
        ("+262 692 12 34 56", "+262692123456"),
    ],
)
def test_phones_in_any_form(tilleuls: Clinic, typed: str, stored: str) -> None:
    assert Caller().post(PATH, booking(tilleuls, contact=person(phone=typed))).status_code == 201
    assert only_appointment(tilleuls).contact.phone == stored


@pytest.mark.parametrize("typed", ["15", "36 46", "07 00 00 00 00", "06 12 34 56 78\n06 12 34 56 79", "1" * 2000])
def test_what_is_no_phone(tilleuls: Clinic, typed: str) -> None:
    status, body = told(Caller().post(PATH, booking(tilleuls, contact=person(phone=typed))))
    assert (status, body["code"], [error["field"] for error in body["errors"]]) == (422, "invalid", ["contact.phone"])


@pytest.mark.parametrize("name", ["Ștefan", "O'Brien", "Ng", "Ł", "李", "Đặng", "N" * 200, "e\u0301tienne"])
def test_names_of_all_kinds(tilleuls: Clinic, name: str) -> None:
    assert Caller().post(PATH, booking(tilleuls, contact=person(last_name=name))).status_code == 201


def test_too_many_bookings_of_one_person(tilleuls: Clinic) -> None:
    for hour in (9, 10, 11):
        assert Caller().post(PATH, booking(tilleuls, hour)).status_code == 201
    sentence = "You already have as many appointments of this kind as can be booked here. Please phone the practice."
    assert told(Caller().post(PATH, booking(tilleuls, 14))) == (409, problem(409, "too_many_bookings", sentence))


def test_a_held_time_is_booked_by_whoever_holds_it(tilleuls: Clinic) -> None:
    asked = {key: value for key, value in booking(tilleuls).items() if key != "contact"}
    status, kept = told(Caller().post(HOLDS, asked))
    with tilleuls.acting():
        hold = tilleuls.organization.holds.get()
    assert (status, kept["id"]) == (201, str(hold.id))
    assert datetime.fromisoformat(kept["expires_at"]) == hold.expires_at.replace(microsecond=0)
    nearest = [(9, 0), (9, 30), (10, 30)]
    assert told(Caller().post(PATH, booking(tilleuls))) == (409, taken(tilleuls, *nearest))
    assert Caller().post(PATH, booking(tilleuls, hold=kept["id"])).status_code == 201


def test_the_same_hold_sent_twice_is_one_booking(tilleuls: Clinic) -> None:
    asked = {key: value for key, value in booking(tilleuls).items() if key != "contact"}
    _, kept = told(Caller().post(HOLDS, asked))
    first = told(Caller().post(PATH, booking(tilleuls, hold=kept["id"])))
    assert told(Caller().post(PATH, booking(tilleuls, hold=kept["id"]))) == first


def test_a_hold_that_is_over_takes_the_time_only_if_it_is_still_free(tilleuls: Clinic) -> None:
    assert Caller().post(PATH, booking(tilleuls)).status_code == 201
    for hold in (NOBODY, "nonsense"):
        answered = told(Caller().post(PATH, booking(tilleuls, number=1, hold=hold)))
        assert answered == (409, taken(tilleuls, (9, 0), (9, 30), (10, 30), code="hold_expired"))
    assert Caller().post(PATH, booking(tilleuls, 11, number=1, hold=NOBODY)).status_code == 201


def test_three_live_holds_at_most_for_each_visitor(tilleuls: Clinic) -> None:
    def keep(hour: int, **headers: str) -> Any:
        asked = {key: value for key, value in booking(tilleuls, hour).items() if key != "contact"}
        return told(Caller(headers).post(HOLDS, asked))

    assert [keep(hour)[0] for hour in (9, 10, 11)] == [201, 201, 201]
    sentence = "You are already keeping three times. Book one of them, or wait a few minutes."
    assert keep(14) == (409, problem(409, "too_many_bookings", sentence))
    assert keep(14, **{"User-Agent": "another"})[0] == 201
    with override_settings(LIMITS=False):
        assert keep(15)[0] == 201


def test_a_forged_address_is_no_other_visitor(tilleuls: Clinic) -> None:
    statuses = []
    for number, hour in enumerate((9, 10, 11, 14)):
        asked = {key: value for key, value in booking(tilleuls, hour).items() if key != "contact"}
        statuses.append(Caller({"X-Forwarded-For": f"198.51.100.{number}"}).post(HOLDS, asked).status_code)
    assert statuses == [201, 201, 201, 409]
