"""Who is absent and when; what becomes of each visit; what was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.foundation.database import tenancy
from kalends.notifications.texts import Kind
from kalends.notifications.texts.appointments import said
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import scope
from kalends.web.staff.absence.acting import Doing, close, do
from kalends.web.staff.absence.reading import MOST_SHOWN, lines, visits
from kalends.web.staff.absence.wish import CANCEL, LEAVE, MOVE, Wish
from kalends.web.staff.confirming import confirmation_of, ways_sent
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.shell import address
from kalends.web.staff.worklists.rows import note_look
from kalends.web.ui.shell import Link

CHOICE = "visit_"


@desk(Right.APPOINTMENT_MOVE, READ_AND_ACT)
def absence(request: OrganizationRequest) -> HttpResponse:
    if request.method == "POST":
        return _done(request, Wish.of(request.POST))
    organization, by, wish = request.organization, request.actor, Wish.of(request.GET)
    language = get_language() or "en"
    with tenancy.acting(organization=organization, by=by) as now:
        all_schedules = list(scope.schedules(organization, by))
        found, offered, confirmation = [], [], None
        if wish.who and wish.first and wish.last:
            schedules = _of(all_schedules, wish.who)
            found = visits(organization, schedules, wish.first, wish.last, now)
            note_look(organization, found, by=by, now=now)
            may_cancel = by.may(Right.APPOINTMENT_CANCEL)
            offered = lines(organization, found, wish, now=now, language=language, may_cancel=may_cancel)
            when = "notice_moved" if wish.preset == MOVE else "notice_deleted"
            confirmation = confirmation_of(organization, schedules[0].provider_id, when, by=by)
    context = {
        "wish": wish,
        "asked": bool(wish.who and wish.first),
        "here": address(organization, "absence"),
        "whose": _choices(all_schedules),
        "lines": offered,
        "no_lines": not offered,
        "cut": len(found) == MOST_SHOWN,
        "presets": _presets(request, wish),
        "confirmation": confirmation,
        "letters": [said(kind, organization.language) for kind in (Kind.MOVED, Kind.CANCELLED)],
        "agenda_url": address(organization, "agenda"),
    }
    return show(request, "staff/absence/absence.html", context, section="day")


def _of(schedules: list[Schedule], who: UUID) -> list[Schedule]:
    """The agendas of a practitioner, or the one agenda. Raises Http404 for anybody else's."""
    found = [one for one in schedules if who in (one.provider_id, one.id)]
    if not found:
        raise Http404
    return found


def _choices(schedules: list[Schedule]) -> list[tuple[UUID | str, str]]:
    """Practitioners, then single agendas of those who have several."""
    names = {one.provider_id: one.provider.name for one in schedules}
    several = [one for one in schedules if sum(other.provider_id == one.provider_id for other in schedules) > 1]
    agendas = [(one.id, _("only %(agenda)s") % {"agenda": one.name}) for one in several]
    return [("", _("Choose …")), *names.items(), *agendas]


def _presets(request: OrganizationRequest, wish: Wish) -> list[Link]:
    """What can be chosen for all visits at once; each can still be changed by itself."""
    words = [(LEAVE, _("Leave all")), (MOVE, _("Move all"))]
    if request.actor.may(Right.APPOINTMENT_CANCEL):
        words.append((CANCEL, _("Cancel all")))
    return [Link(word, wish.url(request.organization, key), current=key == wish.preset) for key, word in words]


def _done(request: OrganizationRequest, wish: Wish) -> HttpResponse:
    """Do it, and say of each visit what was done or why not. Sent twice, nothing more happens."""
    organization, by = request.organization, request.actor
    if not (wish.who and wish.first and wish.last):
        raise BadRequest("who")
    with tenancy.acting(organization=organization, by=by):
        schedules = _of(list(scope.schedules(organization, by)), wish.who)
    doing = Doing(organization, by, wish.reason, request.POST.get("tell") == "on", ways_sent(request.POST))
    closed = request.POST.get("close") == "on"
    if closed:  # first of all, so that no time that becomes free is offered to anybody
        close(doing, schedules, wish.first, wish.last)
    chosen = {name: value for name, value in request.POST.items() if name.startswith(CHOICE)}
    if len(chosen) > MOST_SHOWN:
        raise BadRequest("visit")
    results = [do(doing, _id_of(name), str(choice)) for name, choice in chosen.items()]
    context: dict[str, Any] = {
        "results": [one for one in results if one.done],
        "failures": [one for one in results if one.failed],
        "closed": closed,
        "again_url": wish.url(organization, LEAVE),
        "agenda_url": address(organization, "agenda"),
    }
    return show(request, "staff/absence/done.html", context, section="day")


def _id_of(name: str) -> UUID:
    try:
        return UUID(name.removeprefix(CHOICE))
    except ValueError as fault:
        raise BadRequest("visit") from fault
