"""allauth's passkeys, which nobody can use here (MFA_SUPPORTED_TYPES): loaded when something of them is asked for.

Its pages of the second factor import them with fido2 and cryptography: 10 MB for each process.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from allauth.mfa.webauthn import internal

WHAT_CHECKS_THEM = "allauth.mfa.webauthn.internal.auth"


class _Later(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


def put_off() -> None:
    """Call it before allauth's views are imported."""
    internal.auth = _Later(WHAT_CHECKS_THEM)
