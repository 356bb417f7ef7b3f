"""Who is to work here, from whom mails are to be, and what administrators have to look after."""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from kalends.delivery import operations as delivery
from kalends.delivery.events import SenderAsked, TextsStopped
from kalends.delivery.models import Medium, Nature
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.notifications.texts import Kind
from kalends.organizations.events import InvitationMade
from kalends.organizations.permissions import Right

# What stands on the page then, too.
WORTH_KNOWING = timedelta(days=1)


def send_invitation(event: InvitationMade) -> None:
    """The letter to somebody who is to work here, in the language of the organization."""
    invitation = event.invitation
    organization = invitation.organization
    delivery.queue(
        organization,
        kind=Kind.INVITATION,
        cause_id=invitation.id,
        cause_version=0,
        medium=Medium.EMAIL,
        recipient=invitation.email,
        language=organization.language,
        facts={
            "invited_by": event.by.label,
            "role": invitation.role,
            "expires_at": invitation.expires_at.isoformat(),
            "seed": bytes(invitation.seed).hex(),
        },
        due_at=tenancy.current().now,
        useless_after=invitation.expires_at,
        now=tenancy.current().now,
    )


def ask_sender(event: SenderAsked) -> None:
    """The letter to an address from which mails are to come."""
    asked = event.sender
    organization = asked.organization
    delivery.queue(
        organization,
        kind=Kind.SENDER,
        cause_id=asked.id,
        cause_version=0,
        medium=Medium.EMAIL,
        recipient=asked.address,
        language=organization.language,
        facts={
            "asked_by": event.by.label,
            "expires_at": event.expires_at.isoformat(),
            "seed": bytes(asked.seed).hex(),
        },
        due_at=event.now,
        useless_after=event.expires_at,
        now=event.now,
        nature=Nature.ANSWER,
    )


def tell_texts_stopped(event: TextsStopped) -> None:
    """Whoever decides what leaves is told of a wall once a day, each in their own language."""
    organization, now = event.organization, event.now
    today = clock.local_date(clock.epoch_of(now), clock.zone(organization.time_zone))
    members = organization.memberships.filter(is_active=True, person__is_active=True).select_related("person")
    for one in members:
        if Right.SETTINGS_NOTIFICATIONS in one.rights:
            delivery.queue(
                organization,
                kind=Kind.TEXTS_STOPPED,
                # It is about a wall, which is no row.
                cause_id=uuid5(NAMESPACE_OID, f"text messages stopped: {event.wall}"),
                cause_version=today.toordinal(),
                medium=Medium.EMAIL,
                recipient=one.person.email,
                language=one.person.language,
                facts={"wall": event.wall, "name": one.person.name, "since": now.isoformat()},
                due_at=now,
                useless_after=now + WORTH_KNOWING,
                now=now,
            )
