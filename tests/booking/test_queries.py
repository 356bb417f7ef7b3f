"""Looking at appointments: lists, the private link, what opening hours no longer cover."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.rules import OpeningRule
from kalends.booking import operations as booking
from kalends.booking import queries
from kalends.booking.models import Appointment
from kalends.booking.queries import appointment_by_link, link_secret
from kalends.foundation import secrets
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Role
from tests.agenda.shared import act, booked
from tests.cast import MONDAY, NOW, Clinic, at, data

TUESDAY = date(2026, 12, 8)
OTHERS = {"last": "Blot", "first": "Marie", "email": "marie@blot.example", "phone": ""}


def found(clinic: Clinic, **asked) -> list[Appointment]:
    with clinic.acting():
        return list(queries.appointments(clinic.organization, **asked))


def after(appointment: Appointment, days: float) -> datetime:
    return appointment.ends_at + timedelta(days=days)


def test_the_link_finds_its_appointment_and_no_other(tilleuls: Clinic, carpati: Clinic) -> None:
    mine, other = booked(tilleuls, 9), booked(tilleuls, 10, **OTHERS)
    assert appointment_by_link(link_secret(mine), now=NOW) == (tilleuls.organization, mine.id)
    assert appointment_by_link(link_secret(other), now=NOW) == (tilleuls.organization, other.id)
    proof = secrets.read(link_secret(mine)).proof
    assert appointment_by_link(str(secrets.Secret(carpati.id, proof)), now=NOW) is None
    assert appointment_by_link(str(secrets.Secret(uuid4(), proof)), now=NOW) is None
    neighbour = bytes([proof[0] ^ 1]) + proof[1:]
    assert appointment_by_link(str(secrets.Secret(tilleuls.id, neighbour)), now=NOW) is None


@pytest.mark.parametrize("text", ["", "a", "A" * 43, "é" * 43, "A" * 9000, "%00" * 15])
def test_what_is_no_link_finds_nothing(tilleuls: Clinic, text: str) -> None:
    assert appointment_by_link(text) is None


def test_the_link_lives_until_thirty_days_after_the_visit(tilleuls: Clinic) -> None:
    """ENU: a dead link and an unknown one look the same."""
    appointment = booked(tilleuls, 9)
    text = link_secret(appointment)
    assert appointment_by_link(text, now=after(appointment, 30)) is not None
    assert appointment_by_link(text, now=after(appointment, 30) + timedelta(seconds=1)) is None


def test_a_move_keeps_the_link(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 9)
    text, later = link_secret(appointment), date(2027, 1, 11)
    fields = {"schedule_id": tilleuls.schedule.id, "starts_at": at(9, day=later)}
    act(tilleuls, booking.move, tilleuls.organization, appointment.id, **fields)
    assert appointment_by_link(text, now=after(appointment, 31)) == (tilleuls.organization, appointment.id)


def test_a_link_that_was_revoked_is_dead(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 9)
    act(tilleuls, booking.revoke_link, tilleuls.organization, appointment.id)
    assert appointment_by_link(link_secret(appointment), now=NOW) is None


def test_the_link_of_a_cancelled_visit_lives_thirty_days_more(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 9, day=date(2027, 2, 1))
    text = link_secret(appointment)
    act(tilleuls, booking.cancel, tilleuls.organization, appointment.id)
    assert appointment_by_link(text, now=NOW + timedelta(days=30)) is not None
    assert appointment_by_link(text, now=NOW + timedelta(days=30, seconds=1)) is None


def test_an_organization_that_was_switched_off_has_no_links(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 9)
    with tilleuls.acting():
        type(tilleuls.organization).objects.filter(id=tilleuls.id).update(is_active=False)
    assert appointment_by_link(link_secret(appointment), now=NOW) is None


def test_the_list_of_a_day_is_in_order_with_all_that_a_line_shows(tilleuls: Clinic) -> None:
    late = booked(tilleuls, 16)
    early = booked(tilleuls, 9, **OTHERS)
    booked(tilleuls, 9, day=TUESDAY)
    act(tilleuls, booking.cancel, tilleuls.organization, late.id)
    with tilleuls.acting():
        listed = queries.day_list(tilleuls.organization, day=MONDAY)
        assert queries.day_list(tilleuls.organization, day=MONDAY, schedule_ids=[]) == []
        own = queries.day_list(tilleuls.organization, day=TUESDAY, schedule_ids=[tilleuls.schedule.id])
        assert [row.local_day for row in own] == [TUESDAY]
    assert [row.id for row in listed] == [early.id, late.id]
    # Rendered after the transaction has ended: nothing more is read.
    lines = [(row.contact.full_name, row.service.name_in("fr"), row.schedule.name, row.status) for row in listed]
    assert lines == [
        ("Marie Blot", "Consultation", "Dr Vasseur", "booked"),
        ("Clémence Aubrée", "Consultation", "Dr Vasseur", "cancelled"),
    ]


def test_a_day_is_a_date_of_the_place_not_of_greenwich(clinics) -> None:
    """18:00 in Toronto is the next day already in UTC."""
    clinic = clinics("erables", country="CA", time_zone="America/Toronto", languages=["fr"])
    act(clinic, agenda.set_opening, clinic.schedule, rules=[OpeningRule(1, 0, 1440)], overrides=[], version=None)
    with clinic.acting():
        booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=at(1, 30, day=TUESDAY),
            contact=data(),
            by=clinic.actor(),
            now=NOW,
        )
        days = {day: len(queries.day_list(clinic.organization, day=day)) for day in (MONDAY, TUESDAY)}
    assert days == {MONDAY: 1, TUESDAY: 0}


def test_each_filter_narrows(tilleuls: Clinic) -> None:
    one, two = booked(tilleuls, 9), booked(tilleuls, 9, day=TUESDAY, **OTHERS)
    act(tilleuls, booking.cancel, tilleuls.organization, two.id)
    schedule = tilleuls.schedule
    for asked, expected in (
        ({}, [one, two]),
        ({"first_day": TUESDAY}, [two]),
        ({"last_day": MONDAY}, [one]),
        ({"first_day": MONDAY, "last_day": TUESDAY}, [one, two]),
        ({"status": "cancelled"}, [two]),
        ({"source": "staff"}, [one, two]),
        ({"source": "website"}, []),
        ({"contact_id": one.contact_id}, [one]),
        ({"schedule_id": schedule.id}, [one, two]),
        ({"schedule_id": uuid4()}, []),
        ({"provider_id": schedule.provider_id, "location_id": schedule.location_id}, [one, two]),
        ({"provider_id": uuid4()}, []),
        ({"location_id": uuid4()}, []),
    ):
        assert [row.id for row in found(tilleuls, **asked)] == [row.id for row in expected], asked


def test_others_see_none_of_it(tilleuls: Clinic, carpati: Clinic) -> None:
    booked(tilleuls, 9)
    assert found(carpati) == []
    assert found(carpati, schedule_id=tilleuls.schedule.id) == []


def test_a_practitioner_sees_their_own_agendas(tilleuls: Clinic) -> None:

    appointment = booked(tilleuls, 9)
    doctor = replace(tilleuls.actor(Role.PROVIDER), provider_id=tilleuls.schedule.provider_id)
    with tilleuls.acting():
        rows = queries.appointments(tilleuls.organization)
        seen = {
            "own": list(queries.for_actor(rows, doctor)),
            "of another": list(queries.for_actor(rows, replace(doctor, provider_id=uuid4()))),
            "of nobody": list(queries.for_actor(rows, replace(doctor, provider_id=None))),
            "staff": list(queries.for_actor(rows, tilleuls.actor(Role.STAFF))),
        }
    assert {who: [row.id for row in rows] for who, rows in seen.items()} == {
        "own": [appointment.id],
        "of another": [],
        "of nobody": [],
        "staff": [appointment.id],
    }


def test_the_history_is_told_from_the_beginning(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 9)
    for operation in (booking.confirm, booking.cancel):
        act(tilleuls, operation, tilleuls.organization, appointment.id)
    with tilleuls.acting():
        assert [entry.what for entry in queries.history_of(appointment)] == ["booked", "confirmed", "cancelled"]


def test_outside_hours_are_those_still_to_come_that_nothing_covers(tilleuls: Clinic) -> None:
    past = booked(tilleuls, 9)
    cancelled = booked(tilleuls, 10, **OTHERS)
    coming = booked(tilleuls, 11, last="Roux", first="Paul", email="paul@roux.example", phone="")
    covered = booked(tilleuls, 13, last="Petit", first="Anne", email="anne@petit.example", phone="")
    act(tilleuls, booking.cancel, tilleuls.organization, cancelled.id)
    act(tilleuls, agenda.set_opening, tilleuls.schedule, rules=[OpeningRule(1, 780, 810)], overrides=[], version=None)
    with tilleuls.acting():
        listed = queries.outside_hours(tilleuls.schedule, now=past.starts_at)
    assert [row.id for row in listed] == [coming.id]
    assert covered.id not in {row.id for row in listed}


def test_hours_for_other_services_do_not_cover_a_visit(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 9)
    other = act(tilleuls, agenda.make_service, tilleuls.organization, names={"fr": "Autre"}, duration=30)
    only = [OpeningRule(1, 540, 720, services=frozenset({other.id}))]
    act(tilleuls, agenda.set_opening, tilleuls.schedule, rules=only, overrides=[], version=None)
    with tilleuls.acting():
        assert [row.id for row in queries.outside_hours(tilleuls.schedule, now=NOW)] == [appointment.id]


def test_an_agenda_that_is_switched_off_covers_nothing(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 9)
    act(tilleuls, agenda.edit_schedule, tilleuls.schedule, is_active=False)
    with tilleuls.acting():
        assert [row.id for row in queries.outside_hours(tilleuls.schedule, now=NOW)] == [appointment.id]
        assert tilleuls.organization.appointments.get().status == "booked"


def test_a_link_is_found_by_its_own_transaction(tilleuls: Clinic) -> None:
    """The scope is set before anything is looked up; asking from within another one is a defect."""
    appointment = booked(tilleuls, 9)
    with pytest.raises(RuntimeError), tenancy.acting(organization=tilleuls.organization, by=tilleuls.actor()):
        appointment_by_link(link_secret(appointment))
