"""One sheet of paper for all letters: the same order, the same calm face, once as HTML and once as text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kalends.delivery.letters import Letter
from kalends.foundation.phone import written
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the account: what, and below it in grey what belongs to it."""

    label: str
    text: str
    more: str = ""

    @property
    def line(self) -> str:
        first = _("%(label)s: %(text)s") % {"label": self.label, "text": self.text}
        return f"{first}\n    {self.more}" if self.more else first


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
        """The same in plain words: blocks with an empty line between them."""
        when = ", ".join(part for part in (self.day, self.hour) if part)
        blocks = (
            self.sender,
            self.title,
            self.greeting,
            *self.words,
            f"    {when}" if when else "",
            "\n".join(fact.line for fact in self.facts),
            f"{_('Before you come')}\n{self.before}" if self.before else "",
            f"{self.button}\n{self.address}" if self.address else "",
            self.hint,
            "\n".join(("--", *self.foot)),
        )
        return "\n\n".join(block for block in blocks if block) + "\n"


def foot_of(organization: Organization) -> tuple[str, ...]:
    """Who writes, and where one finds them."""
    phone = written(organization.phone, country=organization.country) if organization.phone else ""
    return tuple(line for line in (organization.name, phone, organization.email) if line)


# Where the paper begins in the template.
_PAPER = '<div role="article"'
_ABOVE = (
    '<p class="ink-2" style="max-width:544px; margin:0 auto 12px; color:#434f57; font-family:system-ui,-apple-system,'
    "'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif; font-size:15px; line-height:1.5;\">{}</p>\n"
)


def with_line_above(letter: Letter, line: str) -> Letter:
    """The same letter with a line above the paper, for a reader to whom it was not written."""
    html = letter.html.replace(_PAPER, format_html(_ABOVE, line) + _PAPER, 1)
    return replace(letter, text=f"{line}\n\n{letter.text}", html=html)
