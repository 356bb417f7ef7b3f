"""Calendar files into an agenda: what is busy there is blocked, all of it or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from kalends.agenda.imports.busy import BusyReport
from kalends.agenda.models import Schedule
from kalends.api.access import Call, requires
from kalends.api.acts import done, made
from kalends.api.answers import told_at
from kalends.api.naming import sender_says
from kalends.api.schemas import calendar_files as schemas
from kalends.api.v1.agenda.schedules import find
from kalends.booking import operations as booking
from kalends.booking.operations.calendar_files import CalendarOutcome, read_calendar, source_named, window
from kalends.foundation import clock
from kalends.foundation.errors import Invalid
from kalends.foundation.files import FileRefused
from kalends.organizations.permissions import Right

router = Router(tags=["agendas"])


@router.post(
    "/{slug:org}/schedules/{uuid:id}/calendar-files",
    auth=requires(Right.SETTINGS_AGENDA),
    response={200: schemas.CalendarFile, 201: schemas.CalendarFile},
)
def take_in(request: Call, org: str, id: UUID, asked: schemas.CalendarFileSent) -> HttpResponse:
    """Block what is busy in a calendar, for two years from today. The same file again adds nothing."""

    def act(now: datetime) -> dict[str, Any]:
        schedule = find(request.organization, id, request.actor)
        with sender_says({"source": "name"}):
            name = source_named(asked.name)
            report = _read(asked.content, schedule, now)
            outcome = booking.import_calendar(schedule, report, source=name, by=request.actor, now=now)
        if asked.dry_run:
            transaction.set_rollback(True)
        return _told(schedule, name, report, outcome, now)

    return done(request, act) if asked.dry_run else made(request, act)


def _read(content: str, schedule: Schedule, now: datetime) -> BusyReport:
    try:
        return read_calendar(content.encode(), schedule, now=now)
    except FileRefused as refused:
        place = _("Line %(line)s: ") % {"line": refused.line} if refused.line else ""
        raise Invalid.field("content", place + refused.sentence) from None


def _told(schedule: Schedule, name: str, report: BusyReport, outcome: CalendarOutcome, now: datetime) -> dict[str, Any]:
    zone = clock.zone(schedule.time_zone)
    since, until = window(schedule, now=now)
    return {
        "schedule": schedule.id,
        "name": name,
        "since": told_at(since, zone),
        "until": told_at(until, zone),
        "events": report.events,
        "busy": len(report.busy),
        "first": told_at(report.busy[0].start, zone) if report.busy else None,
        "last": told_at(max(one.end for one in report.busy), zone) if report.busy else None,
        "free": report.free,
        "added": outcome.added,
        "kept": outcome.kept,
        "removed": outcome.replaced,
        "not_needed": outcome.not_needed,
        "repetitions": [
            {
                "line": one.line,
                "uid": one.uid,
                "title": one.summary,
                "count": one.count,
                "first": told_at(one.first, zone),
                "last": told_at(one.last, zone),
                "is_endless": one.is_endless,
            }
            for one in report.repeated
        ],
        "appointments": [{"start": told_at(met.start, zone), "end": told_at(met.end, zone)} for met in outcome.met],
        "problems": [
            {"line": one.line, "uid": one.uid, "code": one.reason, "message": one.sentence, "text": one.text}
            for one in report.problems
        ],
    }
