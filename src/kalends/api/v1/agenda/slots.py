"""Free times, for patients and for staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from kalends.agenda import rules
from kalends.agenda.queries.free_times import FreeTimes, free_times
from kalends.agenda.queries.plans import plan_of
from kalends.api.access import Call, published, requires
from kalends.api.answers import answer, told_slot
from kalends.api.problems import UnknownId
from kalends.api.schemas.slots import Slots, SlotsAsked, StaffSlotsAsked
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

LONGEST_RANGE = timedelta(days=62)
router = Router(tags=["slots"])


@router.get("/public/{slug:org}/slots", auth=published, response=Slots)
def public_slots(request: Call, org: str, asked: Query[SlotsAsked]) -> HttpResponse:
    """Free times from one local date to another, by start. An empty answer says why, and when there is one."""
    return _slots(request, asked, ChannelKind.WEBSITE)


@router.get("/{slug:org}/slots", auth=requires(Right.AGENDA_READ), response=Slots)
def staff_slots(request: Call, org: str, asked: Query[StaffSlotsAsked]) -> HttpResponse:
    """The same as it may be booked through a channel of the house."""
    return _slots(request, asked, ChannelKind(asked.channel))


def _slots(request: Call, asked: SlotsAsked, channel: ChannelKind) -> HttpResponse:
    if asked.last < asked.first:
        raise Invalid.field("to", _("This is before “from”."))
    if asked.last - asked.first >= LONGEST_RANGE:
        raise Invalid.field("to", _("At most 62 days at once, please."))
    if asked.before <= asked.after:
        raise Invalid.field("before", _("This is not after “after”."))
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        found = free_times(
            organization,
            service_id=asked.service,
            first=asked.first,
            last=asked.last,
            channel=channel,
            now=now,
            schedule_id=asked.schedule,
            provider_id=asked.provider,
            location_id=asked.location,
            suiting=_suiting(asked),
            limit=asked.limit,
        )
        if found is None:
            raise UnknownId("service")
        if not found.slots:
            _refuse_unknown(organization, asked)
    return answer(_told(found))


def _suiting(asked: SlotsAsked) -> rules.Suiting:
    weekdays = asked.weekdays.split(",") if asked.weekdays else ()
    return rules.Suiting(frozenset(map(int, weekdays)), asked.after, asked.before)


def _told(found: FreeTimes) -> dict[str, Any]:
    return {"slots": [told_slot(slot) for slot in found.slots], "reason": found.reason, "next": found.next}


def _refuse_unknown(organization: Organization, asked: SlotsAsked) -> None:
    """An empty answer is about a place that exists; any other is not found."""
    if asked.schedule and asked.schedule not in plan_of(organization).schedules:
        raise UnknownId("schedule")
    for field, rows in (("provider", organization.providers), ("location", organization.locations)):
        wanted: UUID | None = getattr(asked, field)
        if wanted and not rows.filter(id=wanted, is_active=True).exists():
            raise UnknownId(field)
