"""The agenda options of practitioners, as they are or as they are at first."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kalends.agenda.models import ProviderOptions
from kalends.organizations.models import Organization


def options_of(organization: Organization, provider_id: UUID) -> ProviderOptions:
    """The options of one practitioner; who never chose any has those of a new account, as a row not yet written."""
    found = organization.provider_options.filter(provider_id=provider_id).first()
    return found or ProviderOptions(organization=organization, provider_id=provider_id)


def with_waiting_list(organization: Organization, provider_ids: Collection[UUID] | None = None) -> dict[UUID, int]:
    """The practitioners who keep a waiting list, and their validity span in minutes (CLI-10, CLI-11).

    Of `provider_ids`, or of all.
    """
    found = organization.provider_options.filter(waiting_list=True)
    if provider_ids is not None:
        found = found.filter(provider_id__in=list(provider_ids))
    return dict(found.values_list("provider_id", "waiting_span"))
