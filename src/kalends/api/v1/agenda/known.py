"""Services that a body speaks of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from kalends.api.problems import UnknownId
from kalends.organizations.models import Organization


def refuse_unknown_services(organization: Organization, asked: Mapping[str, Collection[UUID]]) -> None:
    """Raise UnknownId for the first field of `asked` with a service that is none of `organization`'s."""
    wanted = {service for services in asked.values() for service in services}
    known = set(organization.services.filter(id__in=wanted).values_list("id", flat=True)) if wanted else set()
    for field, services in asked.items():
        if not known.issuperset(services):
            raise UnknownId(field)
