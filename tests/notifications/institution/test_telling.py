"""Which bookings and cancellations are told to which addresses of the institution, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kalends.agenda.models import Offering, Schedule
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.queries.series import Wish
from kalends.booking.rules.series import Pattern
from kalends.contacts.operations import make
from kalends.delivery.models import Delivery
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Invalid
from kalends.notifications.institution.operations import SettingsChanged, set_notices
from kalends.notifications.institution.queries import settings_of
from kalends.organizations.models import Location
from tests.cast import MONDAY, NOW, Clinic, at, data
from tests.notifications.test_operations import book
from tests.notifications.test_texts import written

DESK, NIGHT = "receptie@arcada.example", "noapte@arcada.example"


def choose(clinic: Clinic, *, now: datetime = NOW, **sent: Any) -> Clinic:
    by = clinic.actor()
    with clinic.acting(by):
        set_notices(clinic.organization, sent=sent, by=by, now=now)
    return clinic


@pytest.fixture
def told(tilleuls: Clinic) -> Clinic:
    """The desk is told of each booking and of each late cancellation."""
    return choose(tilleuls, booking_emails=[DESK], cancellation_emails=[DESK])


def rows(clinic: Clinic, kind: str = "institution") -> list[Delivery]:
    with clinic.acting():
        return list(clinic.organization.deliveries.filter(kind__startswith=kind).order_by("id"))


def notices(clinic: Clinic) -> list[tuple[str, str, str]]:
    return [(row.kind.removeprefix("institution_"), row.recipient, row.state) for row in rows(clinic)]


def told_kinds(clinic: Clinic) -> list[str]:
    return [kind for kind, _to, _state in notices(clinic)]


def move(clinic: Clinic, visit: Appointment, hour: int, **more: Any) -> None:
    by = clinic.actor()
    with clinic.acting(by):
        wish = {"schedule_id": clinic.schedule.id, "starts_at": at(hour), **more}
        booking.move(clinic.organization, visit.id, by=by, now=NOW, **wish)


def cancel(clinic: Clinic, visit: Appointment, *, now: datetime = NOW) -> None:
    with clinic.acting():
        booking.cancel(clinic.organization, visit.id, by=clinic.actor(), now=now)


def undo(clinic: Clinic, visit: Appointment) -> None:
    with clinic.acting():
        booking.undo(clinic.organization, visit.id, by=clinic.actor(), now=NOW)


def elsewhere(clinic: Clinic) -> Schedule:
    """An agenda of the same practitioner at another location."""
    with clinic.acting():
        location = Location.all_rows.create(
            organization=clinic.organization, name="Nord", country="FR", time_zone="Europe/Paris"
        )
        schedule = Schedule.all_rows.create(
            organization=clinic.organization,
            name="Dr Vasseur, Nord",
            provider_id=clinic.schedule.provider_id,
            location=location,
            time_zone=location.time_zone,
            step_minutes=30,
        )
        Offering.all_rows.create(organization=clinic.organization, schedule=schedule, service=clinic.service)
        for rule in clinic.schedule.opening_rules.all():
            type(rule).all_rows.create(
                organization=clinic.organization,
                schedule=schedule,
                weekday=rule.weekday,
                from_minute=rule.from_minute,
                to_minute=rule.to_minute,
            )
    return schedule


def test_until_somebody_chooses_nobody_is_told(tilleuls: Clinic) -> None:
    cancel(tilleuls, book(tilleuls))
    assert notices(tilleuls) == []


def test_each_address_is_told_of_made_and_moved_and_of_late_cancelling(told: Clinic) -> None:
    choose(told, booking_emails=[DESK, NIGHT])
    visit = book(told)
    move(told, visit, 11)
    cancel(told, visit)
    assert notices(told) == [
        ("booked", DESK, "queued"),
        ("booked", NIGHT, "queued"),
        ("moved", DESK, "queued"),
        ("moved", NIGHT, "queued"),
        ("cancelled", DESK, "queued"),
    ]


def test_every_channel_is_told(told: Clinic) -> None:
    for hour, channel in zip((10, 11, 13, 14), ChannelKind, strict=True):
        by = told.actor(channel=channel)
        with told.acting(by):
            booking.book(
                told.organization,
                schedule_id=told.schedule.id,
                service_id=told.service.id,
                starts_at=at(hour),
                contact=data(),
                by=by,
                now=NOW,
                tell_patient=False,
                tell_provider=False,
            )
    assert notices(told) == [("booked", DESK, "queued")] * 4


def test_a_request_is_told_when_it_comes_and_when_it_is_approved(told: Clinic) -> None:
    with told.acting():
        told.organization.services.update(needs_approval=True)
    asked = book(told)
    with told.acting():
        booking.approve(told.organization, asked.id, by=told.actor(), now=NOW)
    assert told_kinds(told) == ["booked", "approved"]
    assert written(told)["institution_booked"].subject.startswith("Rendez-vous demandé")


def test_a_refused_request_frees_its_time(told: Clinic) -> None:
    with told.acting():
        told.organization.services.update(needs_approval=True)
    asked = book(told)
    with told.acting():
        booking.refuse(told.organization, asked.id, by=told.actor(), now=NOW)
    assert told_kinds(told) == ["booked", "cancelled"]


def test_a_series_is_one_notice_and_so_is_its_cancelling(told: Clinic) -> None:
    choose(told, cancellation_mode="every")
    by = told.actor()
    wish = Wish(
        schedule_id=told.schedule.id,
        service_id=told.service.id,
        minute=600,
        pattern=Pattern(MONDAY, 1, "week", 3, None),
        policy="skip",
        has_first=False,
    )
    with told.acting(by) as now:
        contact = make(told.organization, by=by, now=now, data=data())
        made = booking.make_series(told.organization, wish, contact=contact, by=by, now=NOW)
    assert told_kinds(told) == ["booked"]
    letter = written(told)["institution_booked"]
    for day in ("lundi 7 décembre 2026", "lundi 14 décembre 2026", "lundi 21 décembre 2026"):
        assert day in letter.text
    with told.acting(by):
        booking.cancel_rest(told.organization, made.appointments[0].id, by=by, now=NOW)
    assert told_kinds(told) == ["booked", "cancelled"]
    undo(told, made.appointments[1])
    letter = written(told)["institution_cancelled"]
    assert [day in letter.text for day in ("lundi 7 d", "lundi 14 d", "lundi 21 d")] == [True, False, True]


def test_of_a_series_each_visit_is_held_until_its_own_hour(told: Clinic) -> None:
    choose(told, cancellation_mode="held")
    by = told.actor()
    wish = Wish(
        schedule_id=told.schedule.id,
        service_id=told.service.id,
        minute=600,
        pattern=Pattern(MONDAY, 1, "week", 3, None),
        policy="skip",
        has_first=False,
    )
    with told.acting(by) as now:
        contact = make(told.organization, by=by, now=now, data=data())
        made = booking.make_series(told.organization, wish, contact=contact, by=by, now=NOW)
        ids = [visit.id for visit in made.appointments]
    with told.acting(by):
        booking.cancel_rest(told.organization, ids[0], by=by, now=NOW)
    due = {row.cause_id: row.due_at for row in rows(told, "institution_cancelled")}
    assert [due[id_] for id_ in ids[1:]] == [at(10) + timedelta(weeks=week, hours=-24) for week in (1, 2)]
    assert due[ids[0]] < NOW  # at once: the database's own clock is before it


def test_narrowed_to_places_and_services(told: Clinic) -> None:
    nord = elsewhere(told)
    choose(told, booking_locations=[nord.location_id])
    visit = book(told)
    assert notices(told) == []
    move(told, visit, 11, schedule_id=nord.id)
    move(told, visit, 14)
    assert told_kinds(told) == ["moved", "moved"]  # there, and away from there
    choose(told, booking_locations=[], booking_services=[told.service.id])
    move(told, visit, 15)
    assert told_kinds(told) == ["moved", "moved", "moved"]


def test_all_data_of_the_booking_stand_in_the_letter(told: Clinic) -> None:
    with told.acting():
        told.organization.services.update(price_minor=5400)
    who = data(address="3, quai du Roi", postcode="49100", town="Angers", remark="Sourd")
    book(told, contact=who, reason="Grain de beauté")
    letter = written(told)["institution_booked"]
    for words in (
        "Clémence Aubrée",
        "14 mars 1987",
        "06 12 34 56 78",
        "clemence@courriel.example",
        "3, quai du Roi, 49100 Angers",
        "Consultation",
        "Dr Hélène Vasseur",
        "Centre, 12, rue des Tilleuls",
        "30 minutes",
        "54\xa0€",
        "Grain de beauté",
        "lundi 7 décembre 2026",
        "10:00",
    ):
        assert words in letter.text
        assert words.replace("'", "&#x27;") in letter.html
    assert letter.subject == "Nouveau rendez-vous · lundi 7 décembre 2026 à 10:00 · Dr Vasseur"


def test_the_minimal_letter_says_neither_who_nor_why(told: Clinic) -> None:
    choose(told, booking_minimal=True)
    visit = book(told, reason="Grossesse")
    letter = written(told)["institution_booked"]
    assert letter.subject == "Nouveau rendez-vous · lundi 7 décembre 2026 à 10:00"
    assert f"/app/tilleuls/appointments/{visit.id}/" in letter.text
    assert "Consultation" in letter.text
    for secret in ("Aubrée", "Clémence", "Grossesse", "1987", "12 34 56 78", "courriel.example", "Vasseur"):
        assert secret not in letter.text + letter.html + letter.subject
    with told.acting():
        facts = told.organization.deliveries.get(kind="institution_booked").facts
    assert "Aubrée" not in str(facts)


def test_how_late_a_cancelling_was_is_said(told: Clinic) -> None:
    cancel(told, book(told, starts_at=at(16, 30)), now=at(9, 10))
    letter = written(told)["institution_cancelled"]
    assert "7\xa0heures et 20 minutes" in letter.text


def test_a_cancelling_that_is_undone_takes_the_held_notice_back(told: Clinic) -> None:
    choose(told, cancellation_mode="held")
    friday = MONDAY + timedelta(days=4)
    visit = book(told, starts_at=at(10, day=friday))
    cancel(told, visit)
    (held,) = rows(told, "institution_cancelled")
    assert (held.state, held.due_at) == ("queued", at(10, day=friday) - timedelta(hours=24))
    undo(told, visit)
    assert notices(told) == [
        ("booked", DESK, "queued"),
        ("cancelled", DESK, "aborted"),
        ("booked", DESK, "queued"),
    ]
    cancel(told, visit)
    assert notices(told)[-1] == ("cancelled", DESK, "queued")


def test_what_is_held_follows_the_settings(told: Clinic) -> None:
    choose(told, cancellation_mode="held", cancellation_emails=[DESK, NIGHT])
    friday = at(10, day=MONDAY + timedelta(days=4))
    cancel(told, book(told, starts_at=friday))
    choose(told, cancellation_hours=48, cancellation_emails=[NIGHT])
    found = {row.recipient: (row.state, row.due_at) for row in rows(told, "institution_cancelled")}
    assert found == {DESK: ("aborted", friday - timedelta(hours=24)), NIGHT: ("queued", friday - timedelta(hours=48))}
    choose(told, cancellation_mode="every")
    assert {row.due_at for row in rows(told, "institution_cancelled") if row.state == "queued"} == {NOW}


def test_one_bad_address_refuses_the_whole_and_is_named(told: Clinic) -> None:
    with pytest.raises(Invalid) as refusal:
        choose(told, booking_emails=[NIGHT, "asistente@arcada"], cancellation_hours=48)
    assert [(one.field, "asistente@arcada" in str(one.message)) for one in refusal.value.errors] == [
        ("booking_emails.1", True)
    ]
    with told.acting():
        kept = settings_of(told.organization)
    assert (kept.booking_emails, kept.cancellation_hours, kept.version) == ([DESK], 24, 1)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"cancellation_hours": 0}, "cancellation_hours"),
        ({"cancellation_hours": 721}, "cancellation_hours"),
        ({"cancellation_mode": "never"}, "cancellation_mode"),
        ({"booking_locations": [uuid4()]}, "booking_locations"),
        ({"booking_services": [uuid4()]}, "booking_services"),
        ({"booking_emails": [f"a{n}@arcada.example" for n in range(201)]}, "booking_emails"),
    ],
)
def test_what_cannot_be_is_named(told: Clinic, sent: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        choose(told, **sent)
    assert [one.field for one in refusal.value.errors] == [field]


def test_another_clinics_places_are_nobodys(told: Clinic, carpati: Clinic) -> None:
    with pytest.raises(Invalid):
        choose(told, booking_locations=[carpati.schedule.location_id])


def test_the_same_address_twice_is_one(told: Clinic) -> None:
    choose(told, booking_emails=[DESK, "Receptie@ARCADA.example", NIGHT])
    with told.acting():
        assert settings_of(told.organization).booking_emails == [DESK, NIGHT]


def test_saving_what_is_there_already_leaves_no_trace(told: Clinic) -> None:
    choose(told, booking_emails=[DESK], cancellation_emails=[DESK])
    with told.acting():
        lines = told.organization.audit_entries.filter(act="notices:set").order_by("id")
        assert [line.after for line in lines] == [{"booking_emails": [DESK], "cancellation_emails": [DESK]}]


def test_who_looked_before_somebody_else_saved_is_told(told: Clinic) -> None:
    by = told.actor()
    with told.acting(by), pytest.raises(SettingsChanged):
        set_notices(told.organization, sent={"booking_emails": []}, version=0, by=by, now=NOW)
    with told.acting(by):
        set_notices(told.organization, sent={"booking_emails": []}, version=1, by=by, now=NOW)
        assert settings_of(told.organization).version == 2
