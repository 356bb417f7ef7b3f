"""The addresses at which gateways and providers answer: receipts of one delivery, and what people write back.

Each holds a secret that only this installation can make, so nothing has to be stored to know it again.
"""

from __future__ import annotations

import hmac
import re
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from kalends.foundation import secrets

PATH = "/api/v1/webhooks/sms"
MAIL_PATH = "/api/v1/webhooks/mail/"
RECEIPTS = "delivery receipt"
REPLIES = "text message replies"
MAIL_EVENTS, MAIL_PROOF = "mail events", "mail event"
MAIL_USER = "kalends"
EVERYBODY = UUID(int=0)
_REFERENCE = re.compile(r"([0-9a-f-]{36})(?:-[0-9]{1,5})?")


class Meant(NamedTuple):
    """Which delivery somebody speaks of. `reference` is what it was handed over under; empty: whenever that was."""

    organization_id: UUID
    delivery_id: UUID
    reference: str = ""


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


def mail_proof(organization_id: UUID, delivery_id: UUID) -> str:
    """What a provider of mails gets along with each, and tells again with each event: it proves this one delivery."""
    return str(secrets.derived(organization_id, delivery_id.bytes, purpose=MAIL_PROOF))


def meant_by(reference: str, proof: str) -> Meant | None:
    """None where they do not belong together."""
    found, read = _REFERENCE.fullmatch(reference), secrets.read(proof)
    if found is None or read is None:
        return None
    try:
        delivery_id = UUID(found[1])
    except ValueError:
        return None
    own = secrets.derived(read.organization_id, delivery_id.bytes, purpose=MAIL_PROOF)
    return Meant(read.organization_id, delivery_id, reference) if hmac.compare_digest(own.proof, read.proof) else None


def mail_events_address() -> str:
    """What the provider of mails is told to call with each event; the password is in front of the host."""
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{mail_password()}@{parts.netloc}{MAIL_PATH}"


def mail_password() -> str:
    """User and password, as a provider says them (RFC 7617)."""
    return f"{MAIL_USER}:{secrets.derived(EVERYBODY, EVERYBODY.bytes, purpose=MAIL_EVENTS)}"
