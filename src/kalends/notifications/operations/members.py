"""Who is to work here, and from whom mails are to be."""

from __future__ import annotations

from kalends.delivery import operations as delivery
from kalends.delivery.events import SenderAsked
from kalends.delivery.models import Medium, Nature
from kalends.foundation.database import tenancy
from kalends.notifications.texts import Kind
from kalends.organizations.events import InvitationMade


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
