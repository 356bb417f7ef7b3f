"""Rooms, devices and more agendas for a clinic of the cast."""

from __future__ import annotations

from uuid import UUID

from kalends.agenda import operations as agenda
from kalends.agenda.models import Offering, OpeningRule, Resource, Schedule
from kalends.organizations.models import Provider
from tests.cast import NOW, Clinic


def make_resource(clinic: Clinic, name: str, kind: str = "room") -> Resource:
    with clinic.acting():
        return agenda.make_resource(
            clinic.organization, location=clinic.schedule.location, name=name, kind=kind, by=clinic.actor(), now=NOW
        )


def require(clinic: Clinic, *requirements: list[Resource]) -> None:
    with clinic.acting():
        sent = [[one.id for one in choices] for choices in requirements]
        agenda.set_requirements(clinic.service, sent, by=clinic.actor(), now=NOW)


def second_schedule(clinic: Clinic, name: str = "Dr Roux", **fields: object) -> Schedule:
    """Of a practitioner of its own, with the hours and the service of the first."""
    organization = clinic.organization
    with clinic.acting():
        provider = Provider.all_rows.create(organization=organization, name=name, sort_key=name.lower())
        schedule: Schedule = Schedule.all_rows.create(
            organization=organization,
            name=name,
            provider=provider,
            location=clinic.schedule.location,
            time_zone=clinic.schedule.time_zone,
            step_minutes=30,
            **fields,
        )
        Offering.all_rows.create(organization=organization, schedule=schedule, service=clinic.service)
        for weekday in range(1, 6):
            OpeningRule.all_rows.create(
                organization=organization, schedule=schedule, weekday=weekday, from_minute=540, to_minute=720
            )
    return schedule


def taken_by(clinic: Clinic, holder_id: UUID) -> list[str]:
    """The names of what a holder has taken."""
    with clinic.acting():
        found = clinic.organization.resource_occupancies.filter(holder_id=holder_id).select_related("resource")
        return sorted(row.resource.name for row in found)
