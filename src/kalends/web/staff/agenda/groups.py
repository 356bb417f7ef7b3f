"""Who comes to one group: what a bar of the agenda never shows."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.booking.models import Status
from kalends.booking.queries import Drawn, drawn
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates, scope
from kalends.web.staff.agenda.views import looked_at
from kalends.web.staff.page import desk, show
from kalends.web.staff.shell import address


@desk(Right.AGENDA_READ)
def group(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """All who come at the same time, on the same agenda, for the same service as this visit."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        one_of_them = scope.appointment(organization, by, appointment_id)
        schedule, service = one_of_them.schedule, one_of_them.service
        start = clock.epoch_of(one_of_them.starts_at)
        every = drawn(organization, [schedule.id], start, start + 1)
        who = [one for one in every if one.begins == start and one.service_id == service.id]
        local = clock.wall(start, clock.zone(schedule.time_zone))
        looked_at(organization, [str(one.id) for one in who], [local.date()], by=by, now=now)
    coming = [one for one in who if one.status != Status.CANCELLED]
    has_room = len(coming) < schedule.capacity and start > clock.epoch_of(now)
    may_book = by.may(Right.APPOINTMENT_BOOK)
    name = service.name_in(get_language() or "en")
    context = {
        "title": name,
        "when": dates.moment(local, year=True),
        "schedule": schedule,
        "count": _("%(taken)s of %(seats)s") % {"taken": len(coming), "seats": schedule.capacity},
        "rows": [
            (one, address(organization, "appointment", appointment_id=one.id)) for one in sorted(who, key=_by_name)
        ],
        "day_url": f"{address(organization, 'agenda')}?day={local.date().isoformat()}&schedule={schedule.id}",
        "book_url": _book_url(organization, service.id, schedule.id, local) if has_room and may_book else "",
    }
    return show(request, "staff/agenda/group.html", context, section="day")


def _book_url(organization: Organization, service_id: UUID, schedule_id: UUID, start: datetime) -> str:
    chosen = {"service": service_id, "schedule": schedule_id, "start": start.isoformat()}
    return f"{address(organization, 'book')}?{urlencode(chosen)}"


def _by_name(one: Drawn) -> tuple[str, str]:
    return one.last_name.casefold(), one.first_name.casefold()
