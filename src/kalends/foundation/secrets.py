"""Secrets that people carry: links in mails, invitations, API tokens.

A secret names its organization, so that the scope can be set before anything is looked up; what proves it is
stored only as a hash. A secret that must be written again (into a mail, later) is derived from a random seed
and the installation's key, so that no database or backup holds it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

PROOF_BYTES = 16


@dataclass(frozen=True, slots=True)
class Secret:
    organization_id: UUID
    proof: bytes

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.proof).digest()

    def __str__(self) -> str:
        return urlsafe_b64encode(self.organization_id.bytes + self.proof).decode().rstrip("=")


def new_seed() -> bytes:
    return secrets.token_bytes(16)


def derived(organization_id: UUID, seed: bytes, *, purpose: str) -> Secret:
    """The secret of `seed`: 128 bits that nobody can guess without the installation's key."""
    # Not `hmac.digest`: it lets go of the interpreter for its microsecond, and waits thousands of times as long to get
    # it back from another thread that computes (`sys.getswitchinterval`).
    proof = hmac.new(_key(purpose, settings.SECRET_KEY), bytes(seed), hashlib.sha256).digest()[:PROOF_BYTES]
    return Secret(organization_id, proof)


@lru_cache(64)
def _key(purpose: str, installation: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{installation}".encode()).digest()


def random(organization_id: UUID) -> Secret:
    """A secret that is shown once and never again: API tokens."""
    return Secret(organization_id, secrets.token_bytes(24))


def read(text: str) -> Secret | None:
    """Take a secret apart; None when it cannot be one."""
    if not 40 <= len(text) <= 64 or not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    if len(raw) < 16 + PROOF_BYTES or urlsafe_b64encode(raw).decode().rstrip("=") != text:
        return None
    return Secret(UUID(bytes=raw[:16]), raw[16:])


class CannotUnseal(ValueError):
    """It was sealed by an installation with another key."""


def sealed(text: str) -> bytes:
    """`text` so that only this installation's key opens it: passwords that must be said again to others."""
    return _seal().encrypt(text.encode())


def unsealed(token: bytes) -> str:
    """What was sealed. Raises CannotUnseal."""
    from cryptography.fernet import InvalidToken

    try:
        return _seal().decrypt(bytes(token)).decode()
    except InvalidToken:
        raise CannotUnseal from None


def _seal() -> Fernet:
    from cryptography.fernet import Fernet  # large, and few things are sealed

    return Fernet(urlsafe_b64encode(hashlib.sha256(f"seal:{settings.SECRET_KEY}".encode()).digest()))
