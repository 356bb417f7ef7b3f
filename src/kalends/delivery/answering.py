"""The addresses at which gateways answer: receipts of one delivery, and what people write back.

Each holds a secret that only this installation can make, so nothing has to be stored to know it again.
"""

from __future__ import annotations

import hmac
from uuid import UUID

from django.conf import settings

from kalends.foundation import secrets

PATH = "/api/v1/webhooks/sms"
RECEIPTS = "delivery receipt"
REPLIES = "text message replies"
EVERYBODY = UUID(int=0)


def receipt_address(organization_id: UUID, delivery_id: UUID, *, signed: bool = False) -> str:
    """It proves one delivery and no other. `signed`: for gateways that prove beside that who they are."""
    secret = secrets.derived(organization_id, delivery_id.bytes, purpose=RECEIPTS)
    return f"{settings.BASE_URL}{PATH}/{'signed-receipts' if signed else 'receipts'}/{delivery_id}/{secret}/"


def proven_by(secret: str, delivery_id: UUID) -> UUID | None:
    """Whose delivery it is; None where the secret is not this one's."""
    read = secrets.read(secret)
    if read is None:
        return None
    own = secrets.derived(read.organization_id, delivery_id.bytes, purpose=RECEIPTS)
    return read.organization_id if hmac.compare_digest(own.proof, read.proof) else None


def reply_address() -> str:
    """What the gateway is told to call with each message that comes in."""
    return f"{settings.BASE_URL}{PATH}/replies/{_reply_secret()}/"


def reply_address_for(speaks: str) -> str:
    """The same as each kind of gateway is told it; empty where replies come over our own line."""
    if speaks == "kannel":
        return f"{reply_address()}?from=%p&charset=%C&text=%a"
    return f"{settings.BASE_URL}{PATH}/signed-replies/" if speaks == "json" else ""


def is_reply_secret(secret: str) -> bool:
    return secret.isascii() and hmac.compare_digest(secret, _reply_secret())


def _reply_secret() -> str:
    return str(secrets.derived(EVERYBODY, EVERYBODY.bytes, purpose=REPLIES))
