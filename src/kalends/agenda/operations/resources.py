"""Rooms and devices: what there is, what a service needs of it, when it cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg import errors as postgres

from kalends.agenda.events import RequirementsChanged
from kalends.agenda.models import Requirement, RequirementChoice, Resource, ResourceBlock, ResourceOccupancy, Service
from kalends.agenda.operations import belongings
from kalends.agenda.operations.blocks import check_times
from kalends.agenda.operations.laying import pieces
from kalends.agenda.refusals import PlaceTaken, StillUsed
from kalends.audit import operations as audit
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Location, Organization

FIELDS = frozenset({"name", "kind", "location", "is_active"})
TAKEN = {"resource_name_is_unique_at_its_location": ("name", _("Another one at this location already has this name."))}
MOST_REQUIREMENTS = 10
MOST_CHOICES = 50


def make_resource(
    organization: Organization, *, location: Location, name: str, kind: str, by: Actor, now: datetime
) -> Resource:
    """A new room or device of a location. Raises Invalid."""
    resource = Resource(organization=organization)
    changes = rows.fill(resource, {"location": location, "name": name, "kind": kind}, allowed=FIELDS)
    rows.insert(resource, taken=TAKEN)
    audit.record("resource:make", resource, by=by, now=now, after=changes.after)
    return resource


def edit_resource(resource: Resource, *, by: Actor, now: datetime, **fields: Any) -> Resource:
    """Rename, switch off or on. Its location stays: patients were told where to come.

    Raises StillUsed when it is switched off while visits are to come there (SCH-06), and Invalid.
    """
    locks.wait_turn(resource.id)
    known: Resource = resource.organization.resources.select_for_update(no_key=True).get(id=resource.id)
    changes = rows.fill(known, fields, allowed=FIELDS - {"location"})
    if changes.after.get("is_active") is False:
        _refuse_while_used(known, now)
    rows.update(known, changes, taken=TAKEN)
    audit.record("resource:edit", known, by=by, now=now, before=changes.before, after=changes.after)
    return known


def set_requirements(service: Service, requirements: Sequence[Sequence[UUID]], *, by: Actor, now: datetime) -> None:
    """Say what `service` needs: of each requirement any one choice, the first that is free.

    Visits to come are supplied anew, in order of time. Raises Invalid naming `requirements[1]`, and what listeners
    raise for visits that would be left without; then nothing has changed.
    """
    organization = service.organization
    _check(organization, requirements)
    before = written_requirements(service)
    after = [[str(one) for one in choices] for choices in requirements]
    if before == after:
        return
    named = {one for choices in [*requirements, *before] for one in choices}
    schedules = organization.offerings.filter(service_id=service.id).values_list("schedule_id", flat=True)
    coming = organization.schedules.filter(appointments__service_id=service.id, appointments__starts_at__gt=now)
    locks.wait_turn(*{UUID(str(one)) for one in named}, *schedules, *coming.values_list("id", flat=True).distinct())
    for requirement in service.requirements.all():
        requirement.choices.all().delete()
    service.requirements.all().delete()
    for position, choices in enumerate(requirements):
        made = Requirement(organization=organization, service_id=service.id, position=position)
        made.save(force_insert=True)
        RequirementChoice.all_rows.bulk_create(
            RequirementChoice(
                organization=organization, requirement_id=made.id, resource_id=resource_id, position=place
            )
            for place, resource_id in enumerate(choices)
        )
    events.publish(RequirementsChanged(service, by, now))
    audit.record(
        "requirements:set", service, by=by, now=now, before={"requirements": before}, after={"requirements": after}
    )


def written_requirements(service: Service) -> list[list[str]]:
    """Of each requirement, in order, the ids of its choices in order."""
    requirements = service.requirements.order_by("position", "id").prefetch_related("choices")
    return [
        [str(choice.resource_id) for choice in sorted(one.choices.all(), key=lambda choice: choice.position)]
        for one in requirements
    ]


def block_resource(
    resource: Resource, *, starts_at: datetime, ends_at: datetime, reason: str = "", by: Actor, now: datetime
) -> ResourceBlock:
    """Close a room or device for a time, at most 366 days. Raises PlaceTaken where a visit uses it, and Invalid."""
    check_times(starts_at, ends_at)
    locks.wait_turn(resource.id)
    block = ResourceBlock(organization_id=resource.organization_id, resource_id=resource.id, created_at=now)
    sent = {"starts_at": starts_at, "ends_at": ends_at, "reason": reason}
    changes = rows.fill(block, sent, allowed=set(sent))
    resource.occupancies.filter(expires_at__lte=now, starts_at__lt=ends_at, ends_at__gt=starts_at).delete()
    try:
        ResourceOccupancy.all_rows.bulk_create(
            ResourceOccupancy(
                organization_id=resource.organization_id,
                resource_id=resource.id,
                starts_at=begin,
                ends_at=end,
                holder_id=block.id,
            )
            for begin, end in pieces((starts_at, ends_at))
        )
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise PlaceTaken from fault
        raise
    block.save(force_insert=True)
    audit.record("resource:block", block, by=by, now=now, after=changes.after)
    return block


def unblock_resource(block: ResourceBlock, *, by: Actor, now: datetime) -> None:
    """It can be used again."""
    locks.wait_turn(block.resource_id)
    belongings.give_back(block.organization_id, block.id)
    span = {"starts_at": rows.plain(block.starts_at), "ends_at": rows.plain(block.ends_at)}
    audit.record("resource:unblock", block, by=by, now=now, before=span)
    block.delete()


def _check(organization: Organization, requirements: Sequence[Sequence[UUID]]) -> None:
    if len(requirements) > MOST_REQUIREMENTS:
        sentence = _("A service needs at most %(count)s things at once.") % {"count": MOST_REQUIREMENTS}
        raise Invalid.field("requirements", sentence)
    ids = {one for choices in requirements for one in choices}
    known = set(organization.resources.filter(id__in=ids).values_list("id", flat=True))
    for index, choices in enumerate(requirements):
        field = f"requirements[{index}]"
        if not choices:
            raise Invalid.field(field, _("Please choose at least one room or device."))
        if len(choices) > MOST_CHOICES or len(set(choices)) < len(choices):
            raise Invalid.field(field, _("Please name each room or device once, and at most 50."))
        if not known.issuperset(choices):
            raise Invalid.field(field, _("There is no such room or device."))


def _refuse_while_used(resource: Resource, now: datetime) -> None:
    live = Q(expires_at=None) | Q(expires_at__gt=now)
    blocks = resource.blocks.filter(ends_at__gt=now).values_list("id", flat=True)
    coming = resource.occupancies.filter(live, ends_at__gt=now).exclude(holder_id__in=list(blocks))
    ends = sorted(coming.values_list("ends_at", flat=True))
    if ends:
        raise StillUsed(len(ends), ends[-1])
