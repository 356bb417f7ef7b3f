"""The reminders that will leave on a day, as it looks now: tomorrow unless another day is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.notifications.reminders.planning import Coming, coming
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.page import desk, show
from kalends.web.staff.shell import address
from kalends.web.staff.worklists.rows import note_look

MOST_SHOWN = 500
FURTHEST = timedelta(days=90)
MEDIA: dict[str, Promise] = {"email": gettext_lazy("E-mail"), "sms": gettext_lazy("SMS")}


@dataclass(frozen=True, slots=True)
class Line:
    hour: str
    name: str
    url: str
    visit: str
    provider: str
    reminder: str
    by: str


@desk(Right.SETTINGS_REMINDERS)
def coming_reminders(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    zone = clock.zone(organization.time_zone)
    with tenancy.acting(organization=organization, by=by) as now:
        today = clock.local_date(clock.epoch_of(now), zone)
        day = min(max(asked.day(request.GET, "day") or today + timedelta(days=1), today), today + FURTHEST)
        begins, ends = (datetime.fromtimestamp(moment, UTC) for moment in clock.day_bounds(day, zone))
        found = coming(organization, since=max(begins, now), until=ends - timedelta(seconds=1), now=now)
        shown = found[:MOST_SHOWN]
        ids = {one.appointment_id for one in shown}
        visits = organization.appointments.select_related("contact", "schedule__provider").filter(id__in=ids)
        by_id: dict[Any, Any] = {visit.id: visit for visit in visits}
        note_look(organization, list(by_id.values()), by=by, now=now)
    context = {
        "lines": _lines(organization, shown, by_id),
        "no_lines": not shown,
        "more": len(found) - len(shown),
        "day": day,
        "title": dates.day(day, year=True),
        "here": address(organization, "coming_reminders"),
        "providers_url": address(organization, "providers") if by.may(Right.PROVIDER_ENTITY) else "",
    }
    return show(request, "staff/reminders/coming.html", context, place="coming_reminders")


def _lines(organization: Organization, shown: Sequence[Coming], visits: dict[Any, Any]) -> list[Line]:
    zone = clock.zone(organization.time_zone)
    lines = []
    for one in shown:
        visit = visits[one.appointment_id]
        lines.append(
            Line(
                hour=dates.hour(clock.wall(clock.epoch_of(one.due_at), zone)),
                name=visit.contact.full_name,
                url=address(organization, "appointment", appointment_id=visit.id),
                visit=dates.instant(one.starts_at, clock.zone(visit.time_zone)),
                provider=visit.schedule.provider.name,
                reminder=_("Reminder %(number)s") % {"number": one.number},
                by=str(MEDIA[one.medium]),
            )
        )
    return lines
