"""The address at which whoever got a message says to want no more of its kind, or not to be whom it was meant for.

Its secret proves one delivery; nothing has to be stored to know it again. A text message has no room for it: there a
short code leads to the same page, for as long as the message is of use.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings

from kalends.delivery.models import Covers, Delivery, Medium
from kalends.delivery.operations.opting import opt_out
from kalends.foundation import secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.database.models import id_at, made_at
from kalends.organizations.models import Organization

PURPOSE = "no more reminders"
SHORT = "no more reminders, in short"
# Of a code: when the delivery was made, in seconds, by which it is found; and 60 bits that nobody can guess.
_WHEN, _PROOF = 6, 12
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_CODE = re.compile(f"[{_DIGITS}]{{{_WHEN + _PROOF}}}")
_BEGAN = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())


def page_of(organization: Organization, delivery_id: UUID) -> str:
    secret = secrets.derived(organization.id, delivery_id.bytes, purpose=PURPOSE)
    return f"{settings.BASE_URL}/{organization.slug}/messages/{delivery_id}/{secret}/"


def short_page_of(organization: Organization, delivery_id: UUID) -> str:
    return f"{settings.BASE_URL}/{organization.slug}/n/{_code(organization, delivery_id)}/"


def meant_by(organization: Organization, code: str, *, now: datetime) -> UUID | None:
    """The text message that a short code was written into; None for any other, and once it is of no more use.

    Inside `tenancy.acting`.
    """
    if not _CODE.fullmatch(code):
        return None
    when = 0
    for digit in code[:_WHEN]:
        when = when * 32 + _DIGITS.index(digit)
    made = organization.deliveries.filter(id__gte=id_at(_BEGAN + when), id__lt=id_at(_BEGAN + when + 1))
    still = made.filter(medium=Medium.SMS, forgotten_at=None, useless_after__gt=now)
    ids = still.values_list("id", flat=True)
    return next((id for id in ids if hmac.compare_digest(_code(organization, id), code)), None)


def _code(organization: Organization, delivery_id: UUID) -> str:
    when = made_at(delivery_id) - _BEGAN
    digits = "".join(_DIGITS[when >> 5 * place & 31] for place in reversed(range(_WHEN)))
    proof = secrets.derived(organization.id, delivery_id.bytes, purpose=SHORT).proof
    return digits + b32encode(proof).decode()[:_PROOF].lower()


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
