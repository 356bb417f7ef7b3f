"""A calendar file into an agenda: brought, looked at, taken in. Until the last button nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kalends.agenda.imports.busy import LARGEST_FILE, BusyReport
from kalends.agenda.models import Schedule
from kalends.booking import operations as booking
from kalends.booking.operations.calendar_files import (
    LONGEST_SOURCE,
    CalendarOutcome,
    read_calendar,
    source_named,
    window,
)
from kalends.contacts.models import Upload
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.foundation.files import FileRefused
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates, scope
from kalends.web.staff.forms import explain
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.shell import address

CALENDAR = "calendar"
SHOWN_BUSY = 10
SHOWN = 100


class CalendarFileForm(forms.Form):
    schedule = forms.ChoiceField(label=gettext_lazy("Agenda"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".ics,.ical,.ifb,text/calendar"}),
        error_messages={"required": gettext_lazy("Please choose a file.")},
        help_text=gettext_lazy("A calendar in iCalendar format (.ics), at most 5 MB"),
    )
    source = forms.CharField(
        label=gettext_lazy("Name of the calendar"),
        required=False,
        max_length=LONGEST_SOURCE,
        help_text=gettext_lazy(
            "What a calendar of the same name brought to this agenda before is replaced. Left empty: the name of the "
            "file."
        ),
    )

    def __init__(self, *args: Any, schedules: list[Schedule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schedule"].choices = [(str(one.id), one.name) for one in schedules]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        sent: UploadedFile = self.cleaned_data["file"]
        if sent.size is None or sent.size > LARGEST_FILE:
            raise forms.ValidationError(_refused(FileRefused("too_large", what=f"{LARGEST_FILE // 1_000_000} MB")))
        return sent


@dataclass(slots=True)
class Looked:
    """What taking the file in does, or would do."""

    upload: Upload
    schedule: Schedule
    report: BusyReport
    done: CalendarOutcome
    until: datetime


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def calendar_file(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by):
        schedules = list(scope.schedules(organization, by).filter(is_active=True))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CalendarFileForm(*sent, schedules=schedules, initial={"schedule": request.GET.get("schedule", "")})
    if form.is_bound and form.is_valid():
        try:
            schedule_id, calendar_id = _kept(request, form.cleaned_data)
        except FileRefused as refused:
            form.add_error("file", _refused(refused))
        except Refusal as fault:
            explain(form, fault)
        else:
            return redirect(address(organization, "calendar_preview", schedule_id=schedule_id, calendar_id=calendar_id))
    context = {
        "form": form,
        "no_schedule": not schedules,
        "schedules_url": address(organization, "schedules"),
        **_crumb(request),
    }
    status = 422 if form.is_bound else 200
    return show(request, "staff/files/calendar_file.html", context, section="patients", status=status)


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def calendar_preview(request: OrganizationRequest, schedule_id: UUID, calendar_id: UUID) -> HttpResponse:
    """What the file would do; sent with the last button, it is done."""
    organization, by = request.organization, request.actor
    stands = request.method == "POST"

    def act(now: datetime) -> Looked:
        kept = organization.uploads.filter(id=calendar_id, kind=CALENDAR, person_id=request.user.id)
        upload = kept.first()
        if upload is None:
            raise Http404
        schedule = scope.schedule(organization, by, schedule_id)
        report = read_calendar(bytes(upload.content), schedule, now=now)
        done = booking.import_calendar(schedule, report, source=upload.name, by=by, now=now)
        if stands:
            kept.delete()
        transaction.set_rollback(not stands)
        return Looked(upload, schedule, report, done, window(schedule, now=now)[1])

    looked = tenancy.perform(act, organization=organization, by=by)
    if stands:
        added = looked.done.added
        made = ngettext("%(count)s time is blocked now.", "%(count)s times are blocked now.", added)
        messages.success(request, made % {"count": added})
        return redirect(f"{address(organization, 'calendar_file')}?schedule={schedule_id}")
    return show(request, "staff/files/calendar_preview.html", _shown(request, looked), section="patients")


def _kept(request: OrganizationRequest, sent: dict[str, Any]) -> tuple[UUID, UUID]:
    """Keep the file for an hour. Raises FileRefused where it is no calendar, and Invalid."""
    organization, by = request.organization, request.actor
    content = sent["file"].read()
    name = source_named(sent["source"] or sent["file"].name[:LONGEST_SOURCE])

    def act(now: datetime) -> tuple[UUID, UUID]:
        schedule = scope.schedule(organization, by, UUID(sent["schedule"]))
        read_calendar(content, schedule, now=now)
        made = Upload(organization=organization, kind=CALENDAR, name=name, content=content)
        made.person_id, made.made_at = request.user.id, now
        made.save(force_insert=True)
        return UUID(str(schedule.id)), UUID(str(made.id))

    return tenancy.perform(act, organization=organization, by=by)


def _refused(refused: FileRefused) -> str:
    place = _("Line %(line)s: ") % {"line": refused.line} if refused.line else ""
    return place + refused.sentence


def _crumb(request: OrganizationRequest) -> dict[str, str]:
    """Back to the tables for whoever may see them, else to the agendas."""
    organization, by = request.organization, request.actor
    if by.may(Right.CONTACT_READ) and not scope.is_bound(by):
        return {"back_url": address(organization, "files"), "back": _("Import and export")}
    return {"back_url": address(organization, "schedules"), "back": _("Agendas")}


def _shown(request: OrganizationRequest, looked: Looked) -> dict[str, Any]:
    organization, by, report, done = request.organization, request.actor, looked.report, looked.done
    zone = clock.zone(looked.schedule.time_zone)
    may_see = by.may(Right.AGENDA_READ)
    visits = [
        {
            "when": dates.instant(met.start, zone),
            "until": dates.instant(met.end, zone),
            "url": address(organization, "appointment", appointment_id=met.id) if may_see else "",
        }
        for met in done.met[:SHOWN]
    ]
    repeated = [
        {
            "line": one.line,
            "uid": one.uid,
            "title": one.summary,
            "count": one.count,
            "first": dates.instant(one.first, zone),
            "last": dates.instant(one.last, zone),
            "is_endless": one.is_endless,
        }
        for one in report.repeated[:SHOWN]
    ]
    busy = [
        {"start": dates.instant(one.start, zone), "end": dates.instant(one.end, zone), "title": one.summary}
        for one in report.busy[:SHOWN_BUSY]
    ]
    return {
        "name": looked.upload.name,
        "schedule": looked.schedule,
        "report": report,
        "done": done,
        "last_day": dates.numeric(clock.local_date(clock.epoch_of(looked.until) - 1, zone)),
        "first": dates.instant(report.busy[0].start, zone) if report.busy else "",
        "last": dates.instant(max(one.end for one in report.busy), zone) if report.busy else "",
        "busy": busy,
        "more_busy": len(report.busy) - len(busy),
        "repeated": repeated,
        "more_repeated": len(report.repeated) - len(repeated),
        "visits": visits,
        "more_visits": len(done.met) - len(visits),
        "problems": report.problems[:SHOWN],
        "more_problems": max(0, len(report.problems) - SHOWN),
        "file_url": f"{address(organization, 'calendar_file')}?schedule={looked.schedule.id}",
        **_crumb(request),
    }
