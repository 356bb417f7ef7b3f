"""The agenda options of practitioners, as they are or as they are at first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kalends.agenda.models import ProviderOptions
from kalends.agenda.queries.plans import plan_of
from kalends.organizations.models import Membership, Organization
from kalends.organizations.permissions import Role

TOLD_ROLES = (Role.PROVIDER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a notice goes, and in which language."""

    email: str
    language: str


def options_of(organization: Organization, provider_id: UUID) -> ProviderOptions:
    """The options of one practitioner; who never chose any has those of a new account, as a row not yet written."""
    return chosen_options(organization, provider_id) or ProviderOptions(
        organization=organization, provider_id=provider_id
    )


def chosen_options(organization: Organization, provider_id: UUID) -> ProviderOptions | None:
    """None: nobody ever chose any."""
    return organization.provider_options.filter(provider_id=provider_id).first()


def chosen_options_of_schedule(organization: Organization, schedule_id: UUID) -> ProviderOptions | None:
    """As `chosen_options`, of the practitioner whose agenda it is; kept with the plan, for every booking asks."""
    plan = plan_of(organization)
    if (schedule := plan.schedules.get(schedule_id)) is not None:
        return plan.options.get(schedule.provider_id)
    return organization.provider_options.filter(provider__schedules__id=schedule_id).first()


def with_waiting_list(organization: Organization, provider_ids: Collection[UUID] | None = None) -> dict[UUID, int]:
    """The practitioners who keep a waiting list, and their validity span in minutes (CLI-10, CLI-11).

    Of `provider_ids`, or of all.
    """
    found = organization.provider_options.filter(waiting_list=True)
    if provider_ids is not None:
        found = found.filter(provider_id__in=list(provider_ids))
    return dict(found.values_list("provider_id", "waiting_span"))


def can_be_told(organization: Organization) -> list[Membership]:
    """Who may receive the notices of practitioners: practitioners and administrators (CLI-16), by name."""
    found = organization.memberships.filter(role__in=TOLD_ROLES, is_active=True, person__is_active=True)
    return list(found.select_related("person", "provider").order_by("person__name", "id"))


def recipients_of(organization: Organization, provider_id: UUID) -> list[Membership]:
    """Who was chosen, also those who have left since."""
    chosen = organization.notice_recipients.filter(provider_id=provider_id).select_related("membership__person")
    return [one.membership for one in chosen.order_by("id")]


def addresses_of(organization: Organization, provider_id: UUID) -> list[Address]:
    """Where notices of a practitioner go by e-mail: to who was chosen and is still here, else to the account (CLI-16).

    Each address once. Empty: nobody was chosen, and the account has no address.
    """
    present = [
        one
        for one in recipients_of(organization, provider_id)
        if one.is_active and one.person.is_active and one.person.email
    ]
    if present:
        return list({one.person.email: Address(one.person.email, one.person.language) for one in present}.values())
    email = organization.providers.values_list("email", flat=True).get(id=provider_id)
    return [Address(email, organization.language)] if email else []
