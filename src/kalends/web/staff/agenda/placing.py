"""Moving and stretching by hand: what a drag, or the keys, ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from kalends.booking import operations
from kalends.booking.models import Appointment
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid, Refusal
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.page import ACT, desk
from kalends.web.staff.weeks import Near, nearest


@desk(Right.APPOINTMENT_MOVE, ACT)
def place(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """Put a visit elsewhere (`schedule`, `start`) or let it end at another time (`end`).

    Answers JSON: `told`, a sentence; when refused also `others`, the nearest free times as (words, instant).
    """
    organization, by, sent = request.organization, request.actor, request.POST
    schedule_id, start, end = asked.row(sent, "schedule"), asked.instant(sent, "start"), asked.instant(sent, "end")
    tell = sent.get("tell") == "on"

    def act(now: datetime) -> Appointment:
        scope.appointment(organization, by, appointment_id)
        if end is not None:
            return operations.stretch(organization, appointment_id, ends_at=end, by=by, now=now)
        if schedule_id is None or start is None:
            raise SlotNotOpen
        scope.schedule(organization, by, schedule_id)
        return operations.move(
            organization,
            appointment_id,
            schedule_id=schedule_id,
            starts_at=start,
            tell_patient=tell,
            by=by,
            now=now,
        )

    try:
        placed = tenancy.perform(act, organization=organization, by=by)
    except Refusal as fault:
        others = _others(organization, appointment_id, schedule_id, start, by) if isinstance(fault, SlotTaken) else []
        said = " ".join(str(error.message) for error in fault.errors) if isinstance(fault, Invalid) else str(fault)
        return JsonResponse({"told": said, "others": others}, status=fault.status)
    return JsonResponse({"told": _told(placed, stretched=end is not None)})


def _told(placed: Appointment, *, stretched: bool) -> str:
    if stretched:
        lasts = dates.length(int((placed.ends_at - placed.starts_at).total_seconds()) // 60)
        return _("The visit now lasts %(length)s.") % {"length": lasts}
    when = _("%(day)s, %(hour)s") % {"day": dates.day(placed.local_day), "hour": dates.minute(placed.local_minute)}
    return _("Moved to %(when)s. The former time is free.") % {"when": when}


def _others(
    organization: Organization, appointment_id: UUID, schedule_id: UUID | None, start: datetime | None, by: Actor
) -> list[Any]:
    if schedule_id is None or start is None:
        return []
    with tenancy.acting(organization=organization, by=by) as now:
        found = scope.appointment(organization, by, appointment_id)
        near = Near(found.service_id, schedule_id, start, by.channel, now)
        return [(dates.moment(one.local_start), one.starts_at.isoformat()) for one in nearest(organization, near)]
