"""One sheet of paper for all letters: the same order, the same calm face, once as HTML and once as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.delivery.letters import Letter
from kalends.foundation.phone import written
from kalends.organizations.models import Organization

# Of Unicode's private use: they stand in no template.
_OPENS, _CLOSES = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPENS}([0-9]+){_CLOSES}")


@dataclass(frozen=True, slots=True)
class Way:
    """What one can do, and the page on which one does it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the account: what, and below it in grey what belongs to it, and what one can do with it."""

    label: str
    text: str
    more: str = ""
    way: Way | None = None

    @property
    def line(self) -> str:
        first = _("%(label)s: %(text)s") % {"label": self.label, "text": self.text}
        below = (self.more, *((self.way.words, self.way.address) if self.way else ()))
        return "\n    ".join((first, *filter(None, below)))


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
    below: tuple[str, ...] = ()
    before: str = ""
    button: str = ""
    address: str = ""
    hint: str = ""
    ways: tuple[Way, ...] = ()
    foot: tuple[str, ...] = ()

    def html(self) -> str:
        """From the template, which is rendered once for all sheets of one form."""
        texts = _Texts()
        form = replace(
            self,
            sender=texts.mark(self.sender),
            title=texts.mark(self.title),
            greeting=texts.mark(self.greeting),
            day=texts.mark(self.day),
            hour=texts.mark(self.hour),
            words=tuple(map(texts.mark, self.words)),
            facts=tuple(map(texts.mark_fact, self.facts)),
            below=tuple(map(texts.mark, self.below)),
            before=_MARK.sub("", self.before),
            button=texts.mark(self.button),
            address=texts.mark(self.address),
            hint=texts.mark(self.hint),
            ways=tuple(map(texts.mark_way, self.ways)),
            foot=tuple(map(texts.mark, self.foot)),
        )
        return texts.put_into(_rendered(form, get_language()))

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
            *self.below,
            f"{_('Before you come')}\n{self.before}" if self.before else "",
            f"{self.button}\n{self.address}" if self.address else "",
            self.hint,
            *(f"{way.words}\n{way.address}" for way in self.ways),
            "\n".join(("--", *self.foot)),
        )
        return "\n\n".join(block for block in blocks if block) + "\n"


class _Texts:
    """What differs from sheet to sheet, taken out and put in again. Texts that the template works on stay in."""

    def __init__(self) -> None:
        self._known: list[str] = []

    def mark(self, text: str) -> str:
        """What stands in its place; what is empty stays so, for the template leaves it out."""
        if not text:
            return ""
        self._known.append(text)
        return f"{_OPENS}{len(self._known) - 1}{_CLOSES}"

    def mark_way(self, way: Way) -> Way:
        return Way(self.mark(way.words), self.mark(way.address))

    def mark_fact(self, fact: Fact) -> Fact:
        way = fact.way and self.mark_way(fact.way)
        return Fact(self.mark(fact.label), self.mark(fact.text), self.mark(fact.more), way)

    def put_into(self, pieces: Sequence[str]) -> str:
        """Between words of the template stand the numbers of the texts."""
        escaped = [conditional_escape(text) for text in self._known]
        return "".join(
            escaped[int(piece)] if odd else piece for piece, odd in zip(pieces, cycle((False, True)), strict=False)
        )


@lru_cache(256)
def _rendered(form: Sheet, language: str | None) -> list[str]:
    """The template's own words in the active `language`, parted at the marks."""
    return _MARK.split(render_to_string("notifications/letter.html", {"sheet": form}))


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
