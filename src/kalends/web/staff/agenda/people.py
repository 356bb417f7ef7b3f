"""The list under the field in which one looks for a patient while booking: rows that can be chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kalends.booking.queries import Seen, seen_before
from kalends.foundation.database import tenancy
from kalends.foundation.text import fold
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.page import desk
from kalends.web.staff.patients.reading import LEAST_TYPED, Row, find

MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One person: name and what is known, with what was typed marked in both."""

    id: UUID
    plain: str
    name: SafeString
    birth_date: SafeString
    telephone: SafeString
    seen: str


@desk(Right.CONTACT_READ)
def people(request: OrganizationRequest) -> HttpResponse:
    """Who fits what was typed (`q`), and a last row that makes somebody new."""
    organization, by = request.organization, request.actor
    typed = asked.line(request.GET, "q")
    with tenancy.acting(organization=organization, by=by) as now:
        rows = find(organization, typed, by=by, now=now)[:MOST_OFFERED]
        seen: Mapping[UUID, Seen] = seen_before(organization, [row.contact.id for row in rows], now) if rows else {}
    context = {
        "options": [_option(row, typed, seen.get(row.contact.id)) for row in rows],
        "typed": typed,
        "enough": len(typed) >= LEAST_TYPED,
    }
    return render(request, "staff/agenda/people.html", context)


def _option(row: Row, typed: str, seen: Seen | None) -> Option:
    words = typed.split()
    return Option(
        id=row.contact.id,
        plain=row.name,
        name=_marked(row.name, words),
        birth_date=_marked(row.birth_date, words),
        telephone=_marked(row.telephone, words),
        seen=_seen(seen),
    )


def _marked(text: str, words: list[str]) -> SafeString:
    """With what was typed marked, wherever an accent or capital makes no difference."""
    folded = fold(text)
    if len(folded) != len(text):
        return SafeString(escape(text))
    spans = [
        match.span() for word in words if (wanted := fold(word)) for match in re.finditer(re.escape(wanted), folded)
    ]
    out, at = [], 0
    for begin, end in sorted(spans):
        if begin >= at:
            out.append(f"{escape(text[at:begin])}<mark>{escape(text[begin:end])}</mark>")
            at = end
    return SafeString("".join([*out, escape(text[at:])]))


def _seen(seen: Seen | None) -> str:
    """What tells people apart at the desk: no-shows first, else when they were last here."""
    if seen is not None and seen.no_shows:
        return ngettext("%(count)s no-show in a year", "%(count)s no-shows in a year", seen.no_shows) % {
            "count": seen.no_shows
        }
    if seen is None or seen.last_day is None:
        return _("never came")
    return _("seen on %(day)s by %(whom)s") % {"day": dates.short(seen.last_day, year=True), "whom": seen.last_by}
