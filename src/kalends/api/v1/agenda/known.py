"""What an address or a body speaks of, where it is none of the organization's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from kalends.api.problems import UnknownId
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Organization, Provider


def provider_of(organization: Organization, provider_id: UUID) -> Provider:
    """The practitioner in the address of a call. Raises NotFound."""
    found: Provider | None = organization.providers.filter(id=provider_id).first()
    if found is None:
        raise NotFound
    return found


def refuse_unknown_services(organization: Organization, asked: Mapping[str, Collection[UUID]]) -> None:
    """Raise UnknownId for the first field of `asked` with a service that is none of `organization`'s."""
    wanted = {service for services in asked.values() for service in services}
    known = set(organization.services.filter(id__in=wanted).values_list("id", flat=True)) if wanted else set()
    for field, services in asked.items():
        if not known.issuperset(services):
            raise UnknownId(field)
