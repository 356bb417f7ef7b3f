"""API tokens: shown once, kept as a hash."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from kalends.accounts.models import Person
from kalends.foundation import secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.foundation.errors import Invalid
from kalends.organizations.models import ApiToken, Organization
from kalends.organizations.operations.trace import tell
from kalends.organizations.permissions import Right


def make_token(
    organization: Organization,
    *,
    person: Person,
    name: str,
    scopes: Collection[str] = (),
    expires_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A token that acts as `person` here, narrowed to `scopes` (none: all of their rights), and its text.

    The text is never readable again. Raises Invalid (`name`, `scopes`, `expires_at`, `person`).
    """
    if not organization.memberships.filter(person=person, is_active=True).exists():
        raise Invalid.field("person", _("This person does not belong to the organization."))
    if unknown := sorted(set(scopes) - set(Right)):
        raise Invalid.field("scopes", _("There are no such rights: %(names)s.") % {"names": ", ".join(unknown)})
    if expires_at is not None and expires_at <= now:
        raise Invalid.field("expires_at", _("This moment has passed."))
    secret = secrets.random(organization.id)
    token = ApiToken(
        organization=organization,
        person=person,
        secret_hash=secret.hash,
        scopes=sorted(scopes),
        created_at=now,
        expires_at=expires_at,
    )
    rows.fill(token, {"name": name}, allowed={"name"})
    rows.insert(token)
    made = rows.Changes(after={"name": token.name, "person": str(person.id), "scopes": token.scopes})
    tell("token:make", token, by=by, now=now, changes=made)
    return token, str(secret)


def revoke_token(token: ApiToken, *, by: Actor, now: datetime) -> ApiToken:
    """The token stops at once. Said twice, nothing changes."""
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        tell("token:revoke", token, by=by, now=now)
    return token
