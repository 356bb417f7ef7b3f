"""Time that is not for patients: blocked, or kept for one who is still to be named."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda import operations
from kalends.agenda.models import Block, Schedule
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.settings.closures import DATE
from kalends.web.staff.settings.editing import attempt, data
from kalends.web.staff.settings.fields import MinuteField
from kalends.web.staff.shell import address
from kalends.web.staff.twice import AsksWhich, instant

# The whole page, or what the agenda shows beside its grid.
PARTS = {"": "staff/days/blocks.html", "drawer": "staff/days/block_drawer.html"}


class BlockForm(AsksWhich):
    schedule = forms.ChoiceField(label=gettext_lazy("Agenda"))
    from_day = forms.DateField(label=gettext_lazy("First day"), widget=DATE)
    from_minute = MinuteField(label=gettext_lazy("From what hour"))
    to_day = forms.DateField(label=gettext_lazy("Last day"), widget=DATE)
    to_minute = MinuteField(label=gettext_lazy("Until what hour"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=200, help_text=gettext_lazy("Shown at the desk")
    )
    is_pre_reservation = forms.BooleanField(
        label=gettext_lazy("Kept for a patient who is still to be named"), required=False
    )

    def __init__(self, *args: Any, schedules: list[Schedule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schedule"].choices = [(str(one.id), one.name) for one in schedules]  # type: ignore[attr-defined]


@desk(Right.APPOINTMENT_BOOK, READ_AND_ACT)
def blocks(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        schedules = list(scope.schedules(organization, by).filter(is_active=True))
        by_id = {one.id: one for one in schedules}
        found = list(
            organization.blocks.filter(ends_at__gt=now, schedule_id__in=list(by_id)).order_by("starts_at")[:200]
        )
    day = asked.day(request.GET, "day")
    initial = {
        "from_day": day,
        "to_day": day,
        "schedule": request.GET.get("schedule", ""),
        "from_minute": _minute(request.GET.get("from", "")),
        "to_minute": _minute(request.GET.get("to", "")),
        "is_pre_reservation": "from" in request.GET,
    }
    part = asked.word(request.POST or request.GET, "part", PARTS)
    form = BlockForm(data(request), schedules=schedules, initial=initial)
    minutes = {"starts_at": "from_minute", "ends_at": "to_minute"}
    tried = attempt(request, form, partial(_add, request), rename=minutes.get, noticing=form.ask_after)
    if tried.done:
        if part == "drawer":
            return JsonResponse({"told": _("The time is blocked.")})
        messages.success(request, _("The time is blocked."))
        query = urlencode({"day": form.cleaned_data["from_day"].isoformat()})
        return redirect(f"{address(organization, 'day')}?{query}")
    context = {
        "form": form,
        "rows": [_row(organization, one, by_id[one.schedule_id]) for one in found],
        "no_rows": not found,
        "day_url": address(organization, "day"),
        "here": address(organization, "blocks"),
    }
    return show(request, PARTS[part], context, section="day", status=tried.status)


@desk(Right.APPOINTMENT_BOOK, ACT)
def remove_block(request: OrganizationRequest, block_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor

    def act(now: datetime) -> None:
        found = organization.blocks.filter(id=block_id).first()
        if found is None:
            raise Http404
        scope.schedule(organization, by, found.schedule_id)
        operations.remove_block(found, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    messages.success(request, _("The time is open again."))
    return redirect(address(organization, "blocks"))


def _add(request: OrganizationRequest, typed: dict[str, Any], now: datetime) -> None:
    schedule = scope.schedule(request.organization, request.actor, UUID(typed["schedule"]))
    zone = clock.zone(schedule.time_zone)
    operations.add_block(
        schedule,
        starts_at=instant(zone, typed["from_day"], typed["from_minute"], "starts_at", typed),
        ends_at=instant(zone, typed["to_day"], typed["to_minute"], "ends_at", typed),
        reason=typed["reason"],
        is_pre_reservation=typed["is_pre_reservation"],
        by=request.actor,
        now=now,
    )


def _minute(text: str) -> int | None:
    """Minutes after midnight of an hour in the address; None for anything else."""
    try:
        return clock.parse_minute(text)
    except clock.ClockRefused:
        return None


def _row(organization: Organization, block: Block, schedule: Schedule) -> dict[str, Any]:
    zone = clock.zone(schedule.time_zone)
    begins, ends = (clock.wall(clock.epoch_of(when), zone) for when in (block.starts_at, block.ends_at))
    first = f"{dates.short(begins, year=True)}, {dates.hour(begins)}"
    if begins.date() == ends.date():
        when = _("%(begin)s to %(end)s") % {"begin": first, "end": dates.hour(ends)}
    else:
        last = f"{dates.short(ends, year=True)}, {dates.hour(ends)}"
        when = _("%(first)s to %(last)s") % {"first": first, "last": last}
    return {
        "when": when,
        "whose": schedule.name,
        "reason": block.reason,
        "kind": _("kept for a patient") if block.is_pre_reservation else _("blocked"),
        "remove_url": address(organization, "remove_block", block_id=block.id),
    }
