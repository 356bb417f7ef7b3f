"""A letter on paper: the PDF that a fax is sent from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kalends.delivery.letters import Letter
from kalends.foundation import clock, days
from kalends.foundation.phone import written
from kalends.organizations.models import Organization

TEMPLATE = Path(__file__).with_name("page.typ")
# Longer than a line: an address of the web is cut where there is room, as paper has no other end.
_WITHOUT_END = re.compile(r"\S{60,}")
_MAY_BREAK_HERE = "\u200b"


@dataclass(frozen=True, slots=True)
class Paper:
    pdf: bytes
    pages: int


def printed(organization: Organization, letter: Letter, *, number: str, language: str, at: datetime) -> Paper:
    """The pages of a letter to the fax at `number` (E.164), under the letterhead of who sends it, dated `at`.

    Reads nothing and needs no font, program or network beyond its own package.
    """
    import typst  # large, and needed by whoever prints only

    with override(language):
        told = _told(organization, letter, number=number, language=language, at=at)
    compiler = typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, ignore_system_fonts=True, sys_inputs={"told": json.dumps(told)}
    )
    pdf = compiler.compile()
    assert isinstance(pdf, bytes), "nothing else was asked for"
    return Paper(pdf, int(compiler.query("<pages>", field="value", one=True)))


def _told(organization: Organization, letter: Letter, *, number: str, language: str, at: datetime) -> dict[str, object]:
    home = organization.country
    zone = clock.zone(organization.time_zone)
    to = [(pgettext("mail", "To"), letter.to)] if letter.to else []
    about = [(_("Subject"), letter.subject)] if letter.subject else []
    return {
        "language": language.split("-")[0],
        "title": letter.subject,
        "sender": organization.name,
        "letterhead": [
            line
            for line in (
                written(organization.phone, country=home) if organization.phone else "",
                organization.email,
                organization.website,
            )
            if line
        ],
        "lines": [
            *to,
            (_("Fax"), written(number, country=home)),
            (_("Date"), days.written(clock.local_date(clock.epoch_of(at), zone), "d MMMM y", language)),
            *about,
        ],
        "page": _("Page"),
        "paragraphs": [[_breakable(line) for line in paragraph.splitlines()] for paragraph in _paragraphs(letter.text)],
    }


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip()) if part.strip()]


def _breakable(line: str) -> str:
    return _WITHOUT_END.sub(lambda found: _MAY_BREAK_HERE.join(found.group()), line)
