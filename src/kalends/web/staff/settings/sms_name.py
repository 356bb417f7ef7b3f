"""How text messages write the name of an account, and the spelling that is offered for it."""

from __future__ import annotations

from dataclasses import dataclass

from kalends.delivery import segments
from kalends.organizations.models import Provider


@dataclass(frozen=True, slots=True)
class Name:
    """How text messages write the account's name, and what else there is to say of it."""

    account: str
    written: str
    forcing: str
    """What in it needs the dear alphabet."""
    offered: str


def name_of(provider: Provider, typed: str) -> Name:
    shown = typed or provider.name
    text = segments.sendable(shown.replace(chr(0), ""))
    return Name(provider.name, shown, " ".join(segments.count(text).forcing), segments.spelling(text) or "")
