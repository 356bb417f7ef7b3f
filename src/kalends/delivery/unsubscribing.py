"""The address at which whoever got a message says to want no more of its kind, or not to be whom it was meant for.

Its secret proves one delivery; nothing has to be stored to know it again. A text message has no room for it: there a
short code leads to the same page, for as long as the message is of use (short_links.py).
"""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings

from kalends.delivery import short_links
from kalends.delivery.models import Covers, Delivery
from kalends.delivery.operations.opting import opt_out
from kalends.foundation import secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

PURPOSE = "no more reminders"
SHORT = "no more reminders, in short"


def page_of(organization: Organization, delivery_id: UUID) -> str:
    secret = secrets.derived(organization.id, delivery_id.bytes, purpose=PURPOSE)
    return f"{settings.BASE_URL}/{organization.slug}/messages/{delivery_id}/{secret}/"


def short_page_of(organization: Organization, delivery_id: UUID) -> str:
    return f"{settings.BASE_URL}/{organization.slug}/n/{short_links.code_of(organization, delivery_id, purpose=SHORT)}/"


def meant_by(organization: Organization, code: str, *, now: datetime) -> UUID | None:
    """The text message that a short code was written into; None for any other, and once it is of no more use.

    Inside `tenancy.acting`.
    """
    found = short_links.meant_by(organization, code, purpose=SHORT, now=now)
    return found.id if found else None


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
