"""The address that one e-mail comes back to (VERP): `bounces+<token>@…`, the envelope's sender.

The token holds the delivery, four bytes by which its organization is found, and what only this installation can
make of both, so nothing has to be stored to know it again. In base 32, because some servers write addresses in
small letters: 48 of the 64 characters that RFC 5321 gives to the part before the @.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from kalends.foundation import secrets

PURPOSE = "returned e-mail"
TAG_BYTES, PROOF_BYTES, TOKEN = 4, 10, 48


def return_address(organization_id: UUID, delivery_id: UUID) -> str:
    """It proves one delivery and no other. Empty where the installation takes nothing back (BOUNCE_ADDRESS)."""
    if not settings.BOUNCE_ADDRESS:
        return ""
    local, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    raw = delivery_id.bytes + _tag(organization_id) + _proof(organization_id, delivery_id)
    return f"{local}+{b32encode(raw).decode().lower()}@{domain}"


def proven_by(text: str, organizations: Iterable[UUID]) -> tuple[UUID, UUID] | None:
    """Organization and delivery of the first return address in `text` that is one of ours; None: there is none."""
    if not settings.BOUNCE_ADDRESS:
        return None
    local, _, domain = map(re.escape, settings.BOUNCE_ADDRESS.rpartition("@"))
    everybody = list(organizations)
    for token in re.findall(rf"(?i)\b{local}\+([a-z2-7]{{{TOKEN}}})@{domain}\b", text):
        raw = b32decode(token.upper())
        delivery_id, rest = UUID(bytes=raw[:16]), raw[16:]
        for organization_id in everybody:
            own = _tag(organization_id) + _proof(organization_id, delivery_id)
            if rest[:TAG_BYTES] == own[:TAG_BYTES] and hmac.compare_digest(rest, own):
                return organization_id, delivery_id
    return None


def _tag(organization_id: UUID) -> bytes:
    """The end of a UUIDv7 is random: it finds the organization, and proves nothing."""
    return organization_id.bytes[-TAG_BYTES:]


def _proof(organization_id: UUID, delivery_id: UUID) -> bytes:
    seed = organization_id.bytes + delivery_id.bytes
    return secrets.derived(organization_id, seed, purpose=PURPOSE).proof[:PROOF_BYTES]
