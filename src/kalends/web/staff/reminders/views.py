"""What will leave on a day, as it looks now: reminders to patients, and to the staff who has not confirmed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.notifications.models import ReminderBy
from kalends.notifications.reminders import unconfirmed
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
    by: Sequence[str]
    is_lost: bool = False
    """Nobody would be told."""


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
        staff = _staff(organization, {one.schedule_id for one in shown if one.medium == ReminderBy.STAFF})
        note_look(organization, list(by_id.values()), by=by, now=now)
    context = {
        "lines": _lines(organization, shown, by_id, staff),
        "no_lines": not shown,
        "more": len(found) - len(shown),
        "day": day,
        "title": dates.day(day, year=True),
        "here": address(organization, "coming_reminders"),
        "providers_url": address(organization, "providers") if by.may(Right.PROVIDER_ENTITY) else "",
    }
    return show(request, "staff/reminders/coming.html", context, place="coming_reminders")


def _lines(
    organization: Organization, shown: Sequence[Coming], visits: dict[Any, Any], staff: Mapping[UUID, Sequence[str]]
) -> list[Line]:
    zone = clock.zone(organization.time_zone)
    lines = []
    for one in shown:
        visit, to_staff = visits[one.appointment_id], one.medium == ReminderBy.STAFF
        reminder = _("Reminder %(number)s: not confirmed yet") if to_staff else _("Reminder %(number)s")
        by = staff[one.schedule_id] if to_staff else [str(MEDIA[one.medium])]
        lines.append(
            Line(
                hour=dates.hour(clock.wall(clock.epoch_of(one.due_at), zone)),
                name=visit.contact.full_name,
                url=address(organization, "appointment", appointment_id=visit.id),
                visit=dates.instant(one.starts_at, clock.zone(visit.time_zone)),
                provider=visit.schedule.provider.name,
                reminder=reminder % {"number": one.number},
                by=by or [_("Nobody is told of this account.")],
                is_lost=not by,
            )
        )
    return lines


def _staff(organization: Organization, schedule_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Who of the staff is told, and how."""
    whom = unconfirmed.whom(organization, schedule_ids)
    members = {member for one in whom.values() for member in one.members}
    names = dict(organization.memberships.filter(id__in=members).values_list("id", "person__name")) if members else {}
    return {
        schedule_id: [
            *(_("E-mail to %(whom)s") % {"whom": to.at} for to in one.emails),
            *(_("Internal message to %(whom)s") % {"whom": names[member]} for member in one.members),
        ]
        for schedule_id, one in whom.items()
    }
