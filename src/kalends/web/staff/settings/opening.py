"""Editing the opening hours of one agenda. Two people at once: the second is told, and keeps what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kalends.agenda import operations, rules
from kalends.agenda.models import Schedule
from kalends.agenda.refusals import EditedMeanwhile
from kalends.booking.models import Appointment
from kalends.booking.queries import outside_hours
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Invalid
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.settings import opening_form
from kalends.web.staff.settings.opening_form import Opening, Row
from kalends.web.staff.settings.schedules import schedule_of, tabs
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link

WEEKS = (("all", gettext_lazy("every week")), ("odd", gettext_lazy("odd weeks")), ("even", gettext_lazy("even weeks")))
# The acts on the form that save nothing; each works without scripts.
REARRANGE = ("add", "add_day", "remove", "remove_day", "copy")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known now: the hours as stored, who stands outside of them, what services there are."""

    schedule: Schedule
    opening: Opening
    past: list[rules.DayOverride]
    outside: list[Appointment]
    services: list[tuple[str, str]]


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def opening(request: OrganizationRequest, schedule_id: UUID) -> HttpResponse:
    stored = _stored(request, schedule_id)
    if request.method != "POST":
        return _page(request, stored, stored.opening)
    typed = opening_form.of_post(request.POST)
    if any(name in request.POST for name in REARRANGE):
        focus = _rearrange(typed, request.POST)
        return _page(request, stored, typed, changed=True, focus=focus)
    wanted, overrides = opening_form.read(typed)
    if not typed.is_wrong:
        try:
            _save(request, schedule_id, wanted, [*stored.past, *overrides], typed.version)
        except EditedMeanwhile as fault:
            return _meanwhile(request, stored, typed, fault)
        except Invalid as fault:
            opening_form.explain(typed, _without_past(fault, len(stored.past)))
        else:
            messages.success(request, _("The hours are saved."))
            return redirect(address(request.organization, "opening", schedule_id=schedule_id))
    return _page(request, stored, typed, changed=True, status=422)


def _save(
    request: OrganizationRequest,
    schedule_id: UUID,
    wanted: list[rules.OpeningRule],
    overrides: list[rules.DayOverride],
    version: int,
) -> None:
    def act(now: datetime) -> None:
        schedule = schedule_of(request.organization, schedule_id)
        operations.set_opening(schedule, rules=wanted, overrides=overrides, version=version, by=request.actor, now=now)

    tenancy.perform(act, organization=request.organization, by=request.actor)


def _stored(request: OrganizationRequest, schedule_id: UUID) -> Stored:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        schedule = schedule_of(organization, schedule_id)
        found = list(schedule.opening_rules.order_by("weekday", "from_minute", "id"))
        days = list(schedule.overrides.order_by("day"))
        today = today_of(organization, now)
        services = organization.services.filter(offerings__schedule_id=schedule.id).order_by("position", "id")
        language = get_language() or "en"
        return Stored(
            schedule=schedule,
            opening=opening_form.of_rows(schedule.version, found, [day for day in days if day.day >= today]),
            past=[
                rules.DayOverride(day.day, tuple((start, end) for start, end in day.periods))
                for day in days
                if day.day < today
            ],
            outside=outside_hours(schedule, now=now),
            services=[(str(one.id), one.name_in(language)) for one in services],
        )


def _rearrange(typed: Opening, sent: Any) -> str:
    """Add, remove or copy rows without saving; returns the key of the row to stand in."""
    if "copy" in sent:
        opening_form.copy_monday(typed)
        return ""
    if "add_day" in sent:
        opening_form.add_day(typed)
        return ""
    if "add" in sent and sent["add"] in set("1234567"):
        return opening_form.add_row(typed, int(sent["add"]))
    typed.rows = [row for row in typed.rows if row.key != sent.get("remove")]
    typed.days = [day for day in typed.days if day.key != sent.get("remove_day")]
    return ""


def _meanwhile(request: OrganizationRequest, stored: Stored, typed: Opening, fault: EditedMeanwhile) -> HttpResponse:
    """Say so, show what stands there now, keep what was typed: saving again is then done knowingly."""
    typed.version = stored.opening.version
    context = {"meanwhile": str(fault), "theirs": _by_weekday(stored.opening.rows)}
    return _page(request, stored, typed, changed=True, status=fault.status, context=context)


def _without_past(fault: Invalid, count: int) -> Invalid:
    """Days of the past are not on the page: those on it are counted from the first that is."""

    def shifted(name: str) -> str:
        return re.sub(r"^overrides\[(\d+)\]", lambda found: f"overrides[{int(found[1]) - count}]", name)

    return Invalid([FieldError(shifted(error.field), error.message) for error in fault.errors], fault.sentence)


def _page(
    request: OrganizationRequest,
    stored: Stored,
    typed: Opening,
    *,
    changed: bool = False,
    focus: str = "",
    status: int = 200,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    organization: Organization = request.organization
    shown = {
        "schedule": stored.schedule,
        "opening": typed,
        "weekdays": _by_weekday(typed.rows),
        "blank": Row(key="__key__", weekday=0),
        "weeks": WEEKS,
        "services": stored.services,
        "outside": [_outside(organization, one) for one in stored.outside],
        "changed": changed,
        "focus": focus,
        "tabs": tabs(organization, stored.schedule, "opening"),
        "crumbs": [Link(_("Schedules and hours"), address(organization, "schedules"))],
        "here": address(organization, "opening", schedule_id=stored.schedule.id),
        "closures_url": address(organization, "closures"),
        "zone": stored.schedule.time_zone,
        **(context or {}),
    }
    return show(request, "staff/settings/opening.html", shown, place="schedules", status=status)


def _by_weekday(rows: list[Row]) -> list[tuple[int, str, list[Row]]]:
    return [
        (number, dates.weekday(number).capitalize(), [row for row in rows if row.weekday == number])
        for number in range(1, 8)
    ]


def _outside(organization: Organization, appointment: Appointment) -> dict[str, str]:
    contact = appointment.contact
    return {
        "when": f"{dates.short(appointment.local_day, year=True)}, {dates.minute(appointment.local_minute)}",
        "name": f"{contact.last_name} {contact.first_name}".strip(),
        "url": address(organization, "appointment", appointment_id=appointment.id),
    }
