"""Invitations: a link by e-mail, good once, for 30 days, for that address only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from kalends.accounts.models import Person
from kalends.foundation import events, secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import Invalid, NotAllowed
from kalends.organizations.events import InvitationMade
from kalends.organizations.models import Invitation, Membership, Organization, Provider
from kalends.organizations.operations.members import make_membership
from kalends.organizations.operations.trace import tell
from kalends.organizations.permissions import Role
from kalends.organizations.queries import INVITATION, actor_of
from kalends.organizations.refusals import InvitationOver, InvitedSomebodyElse

LIVES = timedelta(days=30)


def invite(
    organization: Organization,
    *,
    email: str,
    role: Role,
    provider: Provider | None = None,
    by: Actor,
    now: datetime,
) -> Invitation:
    """Invite an address; an earlier invitation to it is over. `by` is a person: the mail says who invites.

    Raises Invalid (`email`, `role`, `provider`), NotAllowed where no person invites.
    """
    if by.person_id is None:
        raise NotAllowed
    seed = secrets.new_seed()
    invitation = Invitation(
        organization=organization,
        seed=seed,
        secret_hash=secrets.derived(organization.id, seed, purpose=INVITATION).hash,
        invited_by_id=by.person_id,
        created_at=now,
        expires_at=now + LIVES,
    )
    sent = {"email": email.strip().lower(), "role": role, "provider": provider}
    changes = rows.fill(invitation, sent, allowed=set(sent))
    if role == Role.PROVIDER and provider is None:
        raise Invalid.field("provider", _("Say whose agendas and messages this person looks after."))
    if organization.memberships.filter(person__email=invitation.email, is_active=True).exists():
        raise Invalid.field("email", _("This person already belongs to the organization."))
    for earlier in organization.invitations.filter(email=invitation.email, accepted_at=None, revoked_at=None):
        revoke_invitation(earlier, by=by, now=now)
    rows.insert(invitation)
    tell("invitation:make", invitation, by=by, now=now, changes=changes)
    events.publish(InvitationMade(invitation, by, now))
    return invitation


def accept_invitation(invitation: Invitation, *, person: Person, now: datetime) -> Membership:
    """Make `person` a member as the invitation says; their password and sign-in stay as they are.

    `person` is signed in, or was made a moment ago for this address. Raises InvitedSomebodyElse,
    InvitationOver. Somebody who belonged to the organization before comes back in the new role.
    """
    organization = invitation.organization
    locks.wait_turn(organization.id)
    known = organization.invitations.select_for_update().get(id=invitation.id)
    if known.accepted_at or known.revoked_at or now >= known.expires_at or not person.is_active:
        raise InvitationOver
    if person.email.lower() != known.email.lower():
        raise InvitedSomebodyElse
    membership: Membership | None = organization.memberships.filter(person=person).first()
    by = actor_of(membership or Membership(role=known.role), person)
    if membership is None:
        membership = make_membership(
            organization, person=person, role=Role(known.role), provider=known.provider, by=by, now=now
        )
    elif not membership.is_active:
        membership.role, membership.provider_id = known.role, known.provider_id
        membership.granted, membership.withheld, membership.is_active = [], [], True
        membership.save()
        tell("membership:edit", membership, by=by, now=now)
    known.accepted_at = now
    known.save(update_fields=["accepted_at"])
    tell("invitation:accept", known, by=by, now=now)
    return membership


def revoke_invitation(invitation: Invitation, *, by: Actor, now: datetime) -> Invitation:
    """The link stops at once. Said twice, or after it was used, nothing changes."""
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        tell("invitation:revoke", invitation, by=by, now=now)
    return invitation
