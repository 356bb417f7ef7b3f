"""The notices of whoever is signed in: what happened in the agendas they are told of, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.booking.queries import for_actor
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.notifications.models import Notice
from kalends.notifications.operations.notices import mark_read
from kalends.notifications.queries import notices_of, unread_count
from kalends.notifications.texts.practitioners import News
from kalends.notifications.texts.visit import places_of
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.page import ACT, desk, first_of, show
from kalends.web.staff.shell import address, bell
from kalends.web.staff.worklists.rows import note_look
from kalends.web.ui.shell import Link

MOST_SHOWN = 100
SHOWN = ("unread", "all")


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    title: str
    when: str
    others: str
    """How many more dates of a series."""
    agenda: str
    name: str
    words: Sequence[str]
    written: str
    url: str
    is_new: bool


@desk(Right.AGENDA_READ)
def notices(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    wanted = asked.word(request.GET, "show", SHOWN)
    with tenancy.acting(organization=organization, by=by) as now:
        found = notices_of(organization, by)
        if wanted == "unread":
            found = found.filter(read_at=None)
        shown, more = first_of(found, MOST_SHOWN)
        places = places_of(organization, {notice.id: notice.facts for notice in shown})
        ids = {notice.facts["appointment"] for notice in shown}
        seen = list(for_actor(organization.appointments.filter(id__in=ids), by))
        note_look(organization, seen, by=by, now=now)
    language, zone = get_language() or "en", clock.zone(organization.time_zone)
    known = {str(visit.id) for visit in seen}
    lines = [
        _line(organization, one, News(one.kind, one.facts, places[one.id], language), known, zone) for one in shown
    ]
    here = address(organization, "notices")
    context = {
        "lines": lines,
        "no_lines": not lines,
        "unread_only": wanted == "unread",
        "more": more,
        "any_new": any(line.is_new for line in lines),
        "read_url": address(organization, "read_notices"),
        "tabs": [
            Link(_("Unread"), here, current=wanted == "unread"),
            Link(_("All"), f"{here}?show=all", current=wanted == "all"),
        ],
        "shown": wanted,
    }
    return show(request, "staff/notices/notices.html", context, section="notices")


@desk(Right.AGENDA_READ, ACT)
def read_notices(request: OrganizationRequest) -> HttpResponse:
    """Those that were shown, or the one; what came meanwhile stays unread."""
    organization, by = request.organization, request.actor
    ids, wanted = asked.rows(request.POST, "notice"), asked.word(request.POST, "show", SHOWN)

    def act(now: datetime) -> int:
        return mark_read(organization, by=by, now=now, notice_ids=ids)

    tenancy.perform(act, organization=organization, by=by)
    return redirect(f"{address(organization, 'notices')}?show={wanted}")


@desk(Right.AGENDA_READ)
def notices_bell(request: OrganizationRequest) -> HttpResponse:
    """The bell alone, for pages that hear of news while they are open."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by):
        count = unread_count(organization, by)
    return render(request, "shell/bell.html", {"bell": bell(organization, count, current=False)})


def _line(organization: Organization, notice: Notice, news: News, known: set[str], zone: ZoneInfo) -> Line:
    facts: Mapping[str, Any] = notice.facts
    others = len(news.starts) - 1
    return Line(
        id=notice.id,
        title=news.title,
        when=news.when,
        others=_("and %(count)s more") % {"count": others} if others else "",
        agenda=news.agenda,
        name=facts["name"],
        words=news.words,
        written=dates.instant(notice.written_at, zone),
        url=address(organization, "appointment", appointment_id=facts["appointment"])
        if facts["appointment"] in known
        else "",
        is_new=notice.read_at is None,
    )
