"""Whose agendas somebody sees: read by hand for the agenda, by the ORM elsewhere, and the same."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.http import Http404

from kalends.agenda.models import Schedule
from kalends.agenda.queries.plans import plan_of
from kalends.booking.models import Appointment
from kalends.organizations.permissions import Role
from kalends.web.staff import scope
from tests.cast import Clinic
from tests.web.staff.desk import at, book
from tests.web.staff.test_agenda import another


def _values(schedule: Schedule) -> list[dict[str, object]]:
    rows = (schedule, schedule.provider, schedule.location)
    return [{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} for row in rows]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PROVIDER])
def test_agendas_read_by_hand_are_those_of_the_orm(tilleuls: Clinic, role: Role) -> None:
    another(tilleuls, "Dr Abel")
    by = tilleuls.actor(role)
    if role == Role.PROVIDER:
        by = replace(by, provider_id=tilleuls.schedule.provider_id)
    with tilleuls.acting(by):
        expected = [_values(one) for one in scope.schedules(tilleuls.organization, by)]
        found = scope.read_schedules(tilleuls.organization, by, plan_of(tilleuls.organization).revision)
        assert [_values(one) for one in found] == expected
    assert [one.name for one in found] == (["Dr Abel", "Dr Vasseur"] if role == Role.ADMIN else ["Dr Vasseur"])
    assert found[0].provider.organization_id == tilleuls.organization.id


def test_a_practitioner_without_agendas_sees_none(tilleuls: Clinic) -> None:
    by = replace(tilleuls.actor(Role.PROVIDER), provider_id=None)
    with tilleuls.acting(by):
        assert scope.read_schedules(tilleuls.organization, by, plan_of(tilleuls.organization).revision) == ()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PROVIDER])
def test_an_appointment_read_by_hand_is_that_of_the_orm(tilleuls: Clinic, role: Role) -> None:
    visit, by = book(tilleuls, at(10)), tilleuls.actor(role)
    if role == Role.PROVIDER:
        by = replace(by, provider_id=tilleuls.schedule.provider_id)
    with tilleuls.acting(by):
        with_all = tilleuls.organization.appointments.select_related(
            "contact", "service", "schedule__provider", "schedule__location"
        )
        found = scope.appointment(tilleuls.organization, by, visit.id)
        assert _all_of(found) == _all_of(with_all.get(id=visit.id))


@pytest.mark.parametrize("provider_id", [None, uuid4()], ids=["no practitioner", "another practitioner"])
def test_an_appointment_of_somebody_else_is_not_there(tilleuls: Clinic, provider_id: UUID | None) -> None:
    visit, by = book(tilleuls, at(10)), replace(tilleuls.actor(Role.PROVIDER), provider_id=provider_id)
    with tilleuls.acting(by), pytest.raises(Http404):
        scope.appointment(tilleuls.organization, by, visit.id)


def test_an_appointment_of_another_organization_is_not_there(tilleuls: Clinic, carpati: Clinic) -> None:
    visit, by = book(tilleuls, at(10)), carpati.actor(Role.ADMIN)
    with carpati.acting(by), pytest.raises(Http404):
        scope.appointment(carpati.organization, by, visit.id)


def _all_of(visit: Appointment) -> list[dict[str, object]]:
    schedule = visit.schedule
    rows = (visit, visit.contact, visit.service, schedule, schedule.provider, schedule.location)
    return [{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} for row in rows]
