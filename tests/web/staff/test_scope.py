"""Whose agendas somebody sees: read by hand for the agenda, by the ORM elsewhere, and the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kalends.agenda.models import Schedule
from kalends.agenda.queries.plans import plan_of
from kalends.organizations.permissions import Role
from kalends.web.staff import scope
from tests.cast import Clinic
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
