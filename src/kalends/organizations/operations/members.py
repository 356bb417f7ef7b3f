"""Who belongs to an organization, in which role, with which rights."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kalends.accounts.models import Person
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import FieldError, Invalid
from kalends.organizations.models import Membership, Organization, Provider
from kalends.organizations.operations import checks
from kalends.organizations.operations.trace import tell
from kalends.organizations.permissions import AT_MOST, Role
from kalends.organizations.refusals import LastAdministrator

FIELDS = frozenset({"role", "provider", "granted", "withheld", "phone", "is_active"})
TAKEN = {"one_membership_per_person": ("person", _("This person already belongs to the organization."))}


def make_membership(
    organization: Organization,
    *,
    person: Person,
    role: Role,
    provider: Provider | None = None,
    granted: Collection[str] = (),
    withheld: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> Membership:
    """Give `person` a place in the organization. Raises Invalid (`role`, `provider`, `granted`, `person`)."""
    membership = Membership(organization=organization, person=person, created_at=now)
    sent = {"role": role, "provider": provider, "granted": list(granted), "withheld": list(withheld)}
    changes = _fill(membership, sent)
    rows.insert(membership, taken=TAKEN)
    tell("membership:make", membership, by=by, now=now, changes=changes)
    return membership


def edit_membership(membership: Membership, *, by: Actor, now: datetime, **fields: Any) -> Membership:
    """Change some of `FIELDS`; rights hold from the person's next request. Raises LastAdministrator, Invalid."""
    organization = membership.organization
    locks.wait_turn(organization.id)
    known: Membership = organization.memberships.get(id=membership.id)
    changes = _fill(known, fields)
    rows.update(known, changes)
    if not organization.memberships.filter(role=Role.ADMIN, is_active=True, person__is_active=True).exists():
        raise LastAdministrator
    tell("membership:edit", known, by=by, now=now, changes=changes)
    return known


def _fill(membership: Membership, sent: dict[str, Any]) -> rows.Changes:
    changes = checks.fill(membership, sent, allowed=FIELDS, country=membership.organization.country)
    errors = []
    if membership.role == Role.PROVIDER and membership.provider_id is None:
        errors.append(FieldError("provider", _("Say whose agendas and messages this person looks after.")))
    if set(membership.granted) - AT_MOST[Role(membership.role)]:
        errors.append(FieldError("granted", _("This role cannot be given all of these rights.")))
    if errors:
        raise Invalid(errors)
    return changes
