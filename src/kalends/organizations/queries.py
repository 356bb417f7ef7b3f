"""Finding organizations, and who somebody is in them."""

from __future__ import annotations

from uuid import UUID

from kalends.accounts.models import Person
from kalends.foundation import secrets
from kalends.foundation.actor import Actor, ActorKind, ChannelKind, system
from kalends.foundation.database import tenancy
from kalends.foundation.database.reading import read, read_with
from kalends.organizations.models import ApiToken, Invitation, Membership, Organization

INVITATION = "invitation"


def by_slug(slug: str) -> Organization | None:
    return _one("slug = $1 AND is_active", slug)


def published(slug: str) -> Organization | None:
    """An organization whose public page is open; unknown and closed ones look the same."""
    return _one("slug = $1 AND is_active AND is_published", slug)


def by_id(organization_id: UUID) -> Organization | None:
    return _one("id = $1 AND is_active", organization_id)


def _one(condition: str, value: object) -> Organization | None:
    return next(iter(read(Organization, condition, [value])), None)


def memberships_of(person: Person) -> list[Membership]:
    """All active memberships of a person, by organization's name. Opens its own transaction."""
    who = Actor(kind=ActorKind.PERSON, label=person.name, person_id=person.id)
    with tenancy.acting(organization=None, by=who):
        rows = Membership.all_rows.select_related("organization").filter(
            person=person, is_active=True, organization__is_active=True
        )
        return sorted(rows, key=lambda membership: membership.organization.name)


def member_of(person: Person, slug: str, *, address: str = "") -> tuple[Organization, Membership, Actor] | None:
    """Who `person` is in the organization `slug`; None where they are nobody. Opens its own transaction."""
    who = Actor(kind=ActorKind.PERSON, label=person.name, person_id=person.id)
    with tenancy.acting(organization=None, by=who):
        condition = "own.person_id = $1 AND own.is_active AND organization.slug = $2 AND organization.is_active"
        membership = next(iter(read_with(Membership, ("organization",), condition, [person.id, slug])), None)
    if membership is None:
        return None
    return membership.organization, membership, actor_of(membership, person, address=address)


def actor_of(membership: Membership, person: Person, *, address: str = "") -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        label=person.name,
        person_id=person.id,
        role=membership.role,
        channel=ChannelKind.STAFF,
        rights=membership.rights,
        address=address,
        provider_id=membership.provider_id,
    )


def actor_of_token(text: str, *, address: str = "") -> tuple[Organization, Actor] | None:
    """Whose API token this is: never more than its member's rights today, narrowed to its scopes."""
    secret = secrets.read(text)
    organization = by_id(secret.organization_id) if secret else None
    if secret is None or organization is None:
        return None
    with tenancy.acting(organization=organization, by=system("api")) as now:
        token = (
            organization.api_tokens.select_related("person").filter(secret_hash=secret.hash, revoked_at=None).first()
        )
        if token is None or (token.expires_at is not None and token.expires_at <= now) or not token.person.is_active:
            return None
        membership = organization.memberships.filter(person_id=token.person_id, is_active=True).first()
        if membership is None:
            return None
        if token.last_used_on != now.date():
            organization.api_tokens.filter(id=token.id).update(last_used_on=now.date())
    return organization, _token_actor(token, membership, address)


def _token_actor(token: ApiToken, membership: Membership, address: str) -> Actor:
    rights = membership.rights & frozenset(token.scopes) if token.scopes else membership.rights
    return Actor(
        kind=ActorKind.TOKEN,
        label=f"{token.person.name} ({token.name})",
        person_id=token.person_id,
        role=membership.role,
        channel=ChannelKind.API,
        rights=rights,
        address=address,
        provider_id=membership.provider_id,
    )


def invitation_secret(invitation: Invitation) -> str:
    """What stands in the link of an invitation; derived, never stored."""
    return str(secrets.derived(invitation.organization_id, bytes(invitation.seed), purpose=INVITATION))


def invitation_by_token(text: str) -> tuple[Organization, Invitation] | None:
    """The invitation of a link, while it can be accepted. Opens its own transaction.

    Unknown, used, withdrawn and older than 30 days look the same: None.
    """
    secret = secrets.read(text)
    organization = by_id(secret.organization_id) if secret else None
    if secret is None or organization is None:
        return None
    with tenancy.acting(organization=organization, by=system("invitation")) as now:
        invitation = (
            organization.invitations.select_related("provider", "invited_by")
            .filter(secret_hash=secret.hash, accepted_at=None, revoked_at=None, expires_at__gt=now)
            .first()
        )
    return (organization, invitation) if invitation is not None else None
