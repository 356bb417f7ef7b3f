"""Schedules: made, edited, kept in the time zone of their place."""

from __future__ import annotations

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.models import Schedule
from kalends.agenda.refusals import StillBooked
from kalends.foundation.errors import Invalid, RequiredField
from kalends.organizations import operations as organizations
from tests.agenda.shared import act, booked, lines, offered
from tests.cast import NOW, Clinic


def make(clinic: Clinic, **more) -> Schedule:
    fields = {"provider": clinic.schedule.provider, "location": clinic.schedule.location, "name": "Salle 2", **more}
    return act(clinic, agenda.make_schedule, clinic.organization, **fields)


def fields_of(refused: pytest.ExceptionInfo) -> list[str]:
    return [error.field for error in refused.value.errors]


def test_a_schedule_is_in_the_time_zone_of_its_location(tilleuls: Clinic) -> None:
    schedule = make(tilleuls, name="  Salle\t2\n", step_minutes=20, capacity=4, note="le mardi")
    with tilleuls.acting():
        found = tilleuls.organization.schedules.get(id=schedule.id)
        entry = tilleuls.organization.audit_entries.get(act="schedule:make")
    assert (found.name, found.time_zone, found.step_minutes, found.capacity) == ("Salle 2", "Europe/Paris", 20, 4)
    assert (entry.subject_id, entry.at, entry.after["step_minutes"]) == (schedule.id, NOW, 20)


def test_every_bad_field_is_named(tilleuls: Clinic) -> None:
    with pytest.raises(Invalid) as refused:
        make(tilleuls, name="", step_minutes=3, capacity=501, overbooking_limit=-1, note="x" * 501)
    assert sorted(fields_of(refused)) == ["capacity", "name", "note", "overbooking_limit", "step_minutes"]
    with tilleuls.acting():
        assert tilleuls.organization.schedules.count() == 1


def test_a_name_that_cannot_be_seen_is_no_name(tilleuls: Clinic) -> None:
    with pytest.raises(RequiredField) as refused:
        make(tilleuls, name="\u200b \u2060")
    assert (refused.value.code, fields_of(refused)) == ("required_field", ["name"])


@pytest.mark.parametrize("name", ["Dr\x00Vasseur", "Dr \ud800"])
def test_characters_that_cannot_be_stored_are_refused_in_a_sentence(tilleuls: Clinic, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        make(tilleuls, name=name)
    assert fields_of(refused) == ["name"]


def test_two_agendas_of_one_organization_have_two_names(tilleuls: Clinic, carpati: Clinic) -> None:
    with pytest.raises(Invalid) as refused:
        make(tilleuls, name="Dr Vasseur")
    assert fields_of(refused) == ["name"]
    assert make(carpati, name="Salle 2").name == make(tilleuls, name="Salle 2").name


def test_a_provider_of_another_organization_is_refused(tilleuls: Clinic, carpati: Clinic) -> None:
    with pytest.raises(ValueError, match="another organization"):
        make(tilleuls, provider=carpati.schedule.provider)


def test_an_edit_writes_what_changed_and_nothing_else(tilleuls: Clinic) -> None:
    edited = act(tilleuls, agenda.edit_schedule, tilleuls.schedule, step_minutes=60, name="Dr Vasseur")
    assert (edited.step_minutes, edited.version) == (60, 1)
    assert lines(tilleuls, "schedule:edit") == [({"step_minutes": 30}, {"step_minutes": 60})]
    assert offered(tilleuls) == ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]


def test_a_shorter_step_leaves_no_time_twice_beside_what_is_booked(tilleuls: Clinic) -> None:
    """SCH-04: a visit at 9:30 stays, and the grid of quarters goes around it."""
    booked(tilleuls, 9, 30)
    act(tilleuls, agenda.edit_schedule, tilleuls.schedule, step_minutes=20)
    assert offered(tilleuls)[:4] == ["09:00", "10:00", "10:20", "10:40"]


def test_a_field_that_is_not_the_schedules_to_change_is_a_defect(tilleuls: Clinic) -> None:
    with pytest.raises(TypeError):
        act(tilleuls, agenda.edit_schedule, tilleuls.schedule, time_zone="Asia/Tokyo")


def test_more_seats_are_offered_and_fewer_drop_nobody(tilleuls: Clinic) -> None:
    booked(tilleuls, 9)
    act(tilleuls, agenda.edit_schedule, tilleuls.schedule, capacity=2)
    assert offered(tilleuls)[0] == "09:00"
    booked(tilleuls, 9, last="Blot", first="Marie", email="marie@blot.example", phone="")
    act(tilleuls, agenda.edit_schedule, tilleuls.schedule, capacity=1)
    assert offered(tilleuls)[0] == "09:30"
    with tilleuls.acting():
        assert tilleuls.organization.appointments.filter(status="booked").count() == 2
        assert sorted(tilleuls.organization.occupancies.values_list("seat", flat=True)) == [1, 2]


def test_a_location_in_another_zone_is_for_an_empty_agenda_only(tilleuls: Clinic) -> None:
    there = act(
        tilleuls, organizations.make_location, tilleuls.organization, name="La Réunion", time_zone="Indian/Reunion"
    )
    appointment = booked(tilleuls, 10)
    with pytest.raises(StillBooked) as refused:
        act(tilleuls, agenda.edit_schedule, tilleuls.schedule, location=there)
    assert (refused.value.code, refused.value.status) == ("still_booked", 409)
    with tilleuls.acting():
        appointment.schedule.occupancies.all().delete()
    assert act(tilleuls, agenda.edit_schedule, tilleuls.schedule, location=there).time_zone == "Indian/Reunion"


def test_a_location_takes_its_agendas_into_its_new_zone(tilleuls: Clinic) -> None:
    location = tilleuls.schedule.location
    act(tilleuls, organizations.edit_location, location, time_zone="Europe/London")
    with tilleuls.acting():
        assert tilleuls.organization.schedules.get().time_zone == "Europe/London"
    assert lines(tilleuls, "location:edit") == [({"time_zone": "Europe/Paris"}, {"time_zone": "Europe/London"})]
    assert lines(tilleuls, "schedule:edit") == [({"time_zone": "Europe/Paris"}, {"time_zone": "Europe/London"})]


def test_a_location_keeps_its_zone_while_somebody_is_to_come(tilleuls: Clinic) -> None:
    booked(tilleuls, 10)
    with pytest.raises(StillBooked):
        act(tilleuls, organizations.edit_location, tilleuls.schedule.location, time_zone="Europe/London")
    with tilleuls.acting():
        assert tilleuls.organization.locations.get().time_zone == "Europe/Paris"
        assert tilleuls.organization.schedules.get().time_zone == "Europe/Paris"
