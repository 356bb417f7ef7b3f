"""Who is to work here."""

from __future__ import annotations

from kalends.delivery import operations as delivery
from kalends.delivery.models import Medium
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
