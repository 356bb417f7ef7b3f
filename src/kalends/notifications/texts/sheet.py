"""One sheet of paper for all letters: the same order, the same calm face, once as HTML and once as text."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string

from kalends.foundation.phone import written
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the account: what, and below it in grey what belongs to it."""

    label: str
    text: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on it, from top to foot; empty parts are left out. Nothing in here is evaluated or replaced."""

    language: str
    sender: str
    title: str
    greeting: str = ""
    day: str = ""
    hour: str = ""
    struck: bool = False
    words: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    before: str = ""
    button: str = ""
    address: str = ""
    hint: str = ""
    foot: tuple[str, ...] = ()

    def html(self) -> str:
        return render_to_string("notifications/letter.html", {"sheet": self})

    def text(self) -> str:
        return render_to_string("notifications/letter.txt", {"sheet": self}).strip() + "\n"


def foot_of(organization: Organization) -> tuple[str, ...]:
    """Who writes, and where one finds them."""
    phone = written(organization.phone, country=organization.country) if organization.phone else ""
    return tuple(line for line in (organization.name, phone, organization.email) if line)
