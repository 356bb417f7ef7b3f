"""Short addresses for text messages, which have no room for a secret: a code that is kept nowhere.

It proves one text message, for one purpose, for as long as that message is of use.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from datetime import UTC, datetime
from uuid import UUID

from kalends.delivery.models import Delivery, Medium
from kalends.foundation import secrets
from kalends.foundation.database.models import id_at, made_at
from kalends.organizations.models import Organization

# Of a code: when the delivery was made, in seconds, by which it is found; and 60 bits that nobody can guess.
_WHEN, _PROOF = 6, 12
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_CODE = re.compile(f"[{_DIGITS}]{{{_WHEN + _PROOF}}}")
_BEGAN = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())


def code_of(organization: Organization, delivery_id: UUID, *, purpose: str) -> str:
    when = made_at(delivery_id) - _BEGAN
    digits = "".join(_DIGITS[when >> 5 * place & 31] for place in reversed(range(_WHEN)))
    proof = secrets.derived(organization.id, delivery_id.bytes, purpose=purpose).proof
    return digits + b32encode(proof).decode()[:_PROOF].lower()


def meant_by(organization: Organization, code: str, *, purpose: str, now: datetime) -> Delivery | None:
    """The text message that a code was written into; None for any other, and once it is of no more use.

    Inside `tenancy.acting`.
    """
    if not _CODE.fullmatch(code):
        return None
    when = 0
    for digit in code[:_WHEN]:
        when = when * 32 + _DIGITS.index(digit)
    made = organization.deliveries.filter(id__gte=id_at(_BEGAN + when), id__lt=id_at(_BEGAN + when + 1))
    still = made.filter(medium=Medium.SMS, forgotten_at=None, useless_after__gt=now)
    return next(
        (one for one in still if hmac.compare_digest(code_of(organization, one.id, purpose=purpose), code)), None
    )
