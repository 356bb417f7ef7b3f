"""Past visits of which nobody said what became of them: one press for each, or a whole day as seen."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kalends.booking import operations, queries
from kalends.booking.models import Appointment, Status
from kalends.booking.refusals import WrongState
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.appointments.views import back_to_list
from kalends.web.staff.page import ACT, desk, first_of, show
from kalends.web.staff.shell import address
from kalends.web.staff.worklists.rows import note_look, row_of

MOST_SHOWN = 100


@desk(Right.AGENDA_READ)
def outcomes(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    provider_id, day = asked.row(request.GET, "provider"), asked.day(request.GET, "day")
    with tenancy.acting(organization=organization, by=by) as now:
        waiting = queries.without_outcome(organization, by, now=now, provider_id=provider_id, day=day)
        shown, more = first_of(waiting, MOST_SHOWN)
        note_look(organization, shown, by=by, now=now)
        providers = {one.provider_id: one.provider.name for one in scope.schedules(organization, by)}
    context = {
        "days": _by_day(request, shown),
        "no_rows": not shown,
        "more": more,
        "providers": [("", _("all practitioners")), *providers.items()] if len(providers) > 1 else (),
        "provider_id": provider_id,
        "day": day,
        "sure": asked.day(request.GET, "sure"),
        "here": address(organization, "outcomes"),
        "seen_url": address(organization, "all_seen"),
        "back_url": f"{address(organization, 'outcomes')}?{urlencode(_said(provider_id, day))}",
        "may_note": by.may(Right.APPOINTMENT_BOOK),
    }
    return show(request, "staff/worklists/outcomes.html", context, section="outcomes")


def _by_day(request: OrganizationRequest, shown: list[Appointment]) -> list[dict[str, Any]]:
    """A day after the other, the latest first; each leads to the question whether all of it was seen."""
    organization, language = request.organization, get_language() or "en"
    provider_id, only = asked.row(request.GET, "provider"), asked.day(request.GET, "day")
    return [
        {
            "date": day,
            "title": dates.day(day, year=True),
            "rows": [
                (row_of(organization, one, language), address(organization, "status", appointment_id=one.id))
                for one in visits
            ],
            "sure_url": f"{address(organization, 'outcomes')}?{urlencode(_said(provider_id, only) | {'sure': day})}",
        }
        for day, visits in groupby(shown, key=lambda one: one.local_day)
    ]


def _said(provider_id: object, day: object) -> dict[str, object]:
    return {name: value for name, value in (("provider", provider_id), ("day", day)) if value}


@desk(Right.APPOINTMENT_BOOK, ACT)
def all_seen(request: OrganizationRequest) -> HttpResponse:
    """Note all visits that were shown of a day as seen; each is an act of its own, and what changed meanwhile stays."""
    ids = asked.rows(request.POST, "visit")
    if len(ids) > MOST_SHOWN:
        raise BadRequest("visit")
    seen = sum(_note_seen(request, one) for one in ids)
    said = ngettext("%(count)s visit noted as seen.", "%(count)s visits noted as seen.", seen) % {"count": seen}
    if seen < len(ids):
        said += " " + _("The others had been noted meanwhile, and stay as they are.")
    messages.success(request, said)
    return redirect(back_to_list(request))


def _note_seen(request: OrganizationRequest, appointment_id: UUID) -> bool:
    """False: somebody has noted something else meanwhile, or it is not this person's to note."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> bool:
        found = scope.appointment(organization, by, appointment_id)
        if found.ends_at > now or found.status == Status.FULFILLED:
            return False
        operations.set_status(organization, appointment_id, status=Status.FULFILLED, by=by, now=now)
        return True

    try:
        return tenancy.perform(act, organization=organization, by=by)
    except WrongState:
        return False
