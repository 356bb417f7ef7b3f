"""The address at which whoever got a message says to want no more of its kind, or not to be whom it was meant for.

Its secret proves one delivery; nothing has to be stored to know it again.
"""

from __future__ import annotations

import hmac
from uuid import UUID

from django.conf import settings

from kalends.delivery.models import Covers, Delivery
from kalends.delivery.operations.opting import opt_out
from kalends.foundation import secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

PURPOSE = "no more reminders"


def page_of(organization: Organization, delivery_id: UUID) -> str:
    secret = secrets.derived(organization.id, delivery_id.bytes, purpose=PURPOSE)
    return f"{settings.BASE_URL}/{organization.slug}/messages/{delivery_id}/{secret}/"


def proven(organization: Organization, delivery_id: UUID, secret: str) -> Delivery | None:
    """The delivery whose address this is; None for any other. Inside `tenancy.acting`."""
    read, own = secrets.read(secret), secrets.derived(organization.id, delivery_id.bytes, purpose=PURPOSE)
    if read is None or read.organization_id != organization.id or not hmac.compare_digest(own.proof, read.proof):
        return None
    found: Delivery | None = organization.deliveries.filter(id=delivery_id, forgotten_at=None).first()
    return found


def stop(organization: Organization, delivery: Delivery, *, is_stranger: bool, by: Actor) -> None:
    """No more reminders and offers there; nothing at all where it reaches somebody else (TEL-08)."""
    opt_out(
        organization,
        medium=delivery.medium,
        address=delivery.recipient,
        words="not me" if is_stranger else "unsubscribe",
        covers=Covers.ALL if is_stranger else Covers.UNASKED,
        is_stranger=is_stranger,
        by=by,
        now=tenancy.current().now,
    )
