"""Rooms and devices in use, and what each service needs of them, as the tables say at this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kalends.agenda import rules
from kalends.agenda.models import Service
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class ResourcePlan:
    """A room or device in use."""

    id: UUID
    name: str
    kind: str
    location_id: UUID


def needs_of(service: Service, location_id: UUID) -> rules.Needs:
    """What `service` needs at a location, as it is written now: for who has just changed it, and may yet be undone."""
    organization = service.organization
    return at_location(location_id, requirements(organization, resources_in_use(organization)).get(service.id, ()))


def resources_in_use(organization: Organization) -> dict[UUID, ResourcePlan]:
    return {
        row.id: ResourcePlan(row.id, row.name, row.kind, row.location_id)
        for row in organization.resources.filter(is_active=True).order_by("name", "id")
    }


def requirements(
    organization: Organization, resources: Mapping[UUID, ResourcePlan]
) -> dict[UUID, list[list[ResourcePlan]]]:
    """By service: its requirements in order, each with its choices in order."""
    choices: defaultdict[UUID, list[ResourcePlan]] = defaultdict(list)
    for choice in organization.requirement_choices.order_by("position", "id"):
        if (resource := resources.get(choice.resource_id)) is not None:
            choices[choice.requirement_id].append(resource)
    needs: defaultdict[UUID, list[list[ResourcePlan]]] = defaultdict(list)
    for requirement in organization.requirements.order_by("position", "id"):
        needs[requirement.service_id].append(choices[requirement.id])
    return needs


def at_location(location_id: UUID, needs: Sequence[Sequence[ResourcePlan]]) -> rules.Needs:
    """Where nothing of the location meets a need, no choice is left, and nothing is free."""
    return tuple(tuple(one.id for one in choices if one.location_id == location_id) for choices in needs)
