"""The agenda options of practitioners, as they are or as they are at first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from kalends.agenda.models import ProviderOptions
from kalends.agenda.queries.plans import plan_seen
from kalends.foundation import phone
from kalends.organizations.models import Membership, Organization
from kalends.organizations.permissions import Role

TOLD_ROLES = (Role.PROVIDER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a notice goes, and in which language."""

    at: str
    language: str


@dataclass(frozen=True, slots=True)
class Recipients:
    """Where the notices of one practitioner go, by each way; each address once."""

    emails: tuple[Address, ...]
    phones: tuple[Address, ...]
    members: tuple[UUID, ...]


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
    plan = plan_seen(organization)
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
    chosen = organization.notice_recipients.filter(provider_id=provider_id).select_related(
        "membership__person", "membership__provider"
    )
    return [one.membership for one in chosen.order_by("id")]


def told_of(organization: Organization, provider_id: UUID) -> Recipients:
    """Who is told of a practitioner's appointments: who was chosen and is still here, else the account (CLI-16).

    By internal message the account is whoever looks after it: the members who are this practitioner.
    """
    present = [one for one in recipients_of(organization, provider_id) if one.is_active and one.person.is_active]
    if present:
        return Recipients(
            emails=_each_once((one.person.email, one.person.language) for one in present),
            phones=_each_once((_mobile_of(one), one.person.language) for one in present),
            members=tuple(one.id for one in present),
        )
    account = organization.providers.get(id=provider_id)
    own = organization.memberships.filter(provider_id=provider_id, is_active=True, person__is_active=True)
    return Recipients(
        emails=_each_once([(account.email, organization.language)]),
        phones=_each_once([(_mobile(account.phone), organization.language)]),
        members=tuple(own.filter(role=Role.PROVIDER).order_by("id").values_list("id", flat=True)),
    )


def _each_once(found: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    return tuple({at: Address(at, language) for at, language in found if at}.values())


def _mobile_of(membership: Membership) -> str:
    """A member's own number, else that of the account they look after."""
    own = _mobile(membership.phone)
    return own or (_mobile(membership.provider.phone) if membership.provider_id and membership.provider else "")


def _mobile(number: str) -> str:
    return number if number and phone.takes_texts(number) else ""
