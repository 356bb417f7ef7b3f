"""The agenda: the page, its columns and its month as fragments, and the way to the first free time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kalends.agenda import rules
from kalends.agenda.models import Schedule
from kalends.agenda.queries.free_times import free_times
from kalends.agenda.queries.plans import plan_of
from kalends.agenda.queries.slots import Slot
from kalends.audit import operations as audit
from kalends.foundation import clock
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.agenda import frame, month
from kalends.web.staff.agenda.axis import Axis
from kalends.web.staff.agenda.bars import Place
from kalends.web.staff.agenda.look import look_of
from kalends.web.staff.agenda.reading import Board, Key, read_board
from kalends.web.staff.agenda.wish import Wish
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import desk, show_framed
from kalends.web.staff.shell import to_do_now

PARTS = ("", "columns", "month")
WEEKDAYS = ("", *"1234567")
HALVES = {"": (0, 1440), "morning": (0, 720), "afternoon": (720, 1440)}


@desk(Right.AGENDA_READ)
def agenda(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    part = asked.word(request.GET, "part", PARTS)
    only = _only(request.GET.getlist("only"))
    first = asked.row(request.GET, "first")
    board, fills, to_do, look = None, {}, None, look_of(request)
    with tenancy.acting(organization=organization, by=by) as now:
        plan = plan_of(organization)
        every = scope.read_schedules(organization, by, plan.revision)
        active = [schedule for schedule in every if schedule.is_active]
        today = today_of(organization, now)
        wish = Wish.of(request.GET, look).settled(today, [schedule.id for schedule in active], look)
        shown, days = _shown(every, active, wish), wish.dates()
        slot = _first(organization, first, shown, _suiting(request), now) if first else None
        if first:
            pass
        elif part == "month":
            fills = month.read_fills(organization, shown, days[0], now)
        else:
            board = read_board(organization, plan, shown, days, by=by, now=now, only=only)
            if wish.view == "week" and only is None and look is None:
                board, days = _without_idle_weekend(board, days)
            looked_at(organization, board.seen, days, by=by, now=now)
            to_do = to_do_now(organization, by, now) if not part else None
    if first:
        return _go_to_first(request, wish, shown, slot)
    if board is None:
        return HttpResponse(
            month.draw(wish.day or today, days, today, f"{wish.url(organization, day=None)}&day=", fills)
        )
    grid = {
        "board": board,
        "week_number": days[0].isocalendar().week,
        "hours": _hours(board.axis, board.first, board.last),
        "now": _now(organization, board, days, now),
    }
    columns = render_to_string("staff/agenda/columns.html", grid)
    if to_do is None:
        return HttpResponse(columns)
    seen = frame.Seen.of(organization, by, wish, days, today, active, shown, plan, board)
    holes = {"columns": columns}
    return show_framed(request, "staff/agenda/agenda.html", seen, frame.context, holes, section="day", to_do=to_do)


def _go_to_first(
    request: OrganizationRequest, wish: Wish, shown: Sequence[Schedule], slot: Slot | None
) -> HttpResponse:
    """To the day of the first free time, over the agendas that are shown."""
    if slot is None:
        messages.warning(request, _("Nothing that suits is free in these agendas for this service."))
        return redirect(wish.url(request.organization))
    told = {"when": dates.moment(slot.local_start), "agenda": slot.schedule.name}
    messages.info(request, _("First free: %(when)s, %(agenda)s.") % told)
    there = replace(wish, view="side" if len(shown) > 1 else wish.view, day=slot.local_start.date())
    return redirect(f"{there.url(request.organization)}&{urlencode({'at': slot.start})}")


def _suiting(request: OrganizationRequest) -> rules.Suiting:
    """The day and the half of the day that were chosen beside “first free”."""
    day = asked.word(request.GET, "on", WEEKDAYS)
    begins, ends = HALVES[asked.word(request.GET, "half", tuple(HALVES))]
    return rules.Suiting(frozenset({int(day)} if day else ()), begins, ends)


def _first(
    organization: Organization,
    service_id: UUID,
    schedules: Sequence[Schedule],
    suiting: rules.Suiting,
    now: datetime,
) -> Slot | None:
    """Raises Http404 for a service that is not there."""
    ids, day = {schedule.id for schedule in schedules}, clock.local_date(clock.epoch_of(now), clock.zone("UTC"))
    for reach in (1, 7, 31, 124, 568):
        last = day + timedelta(days=reach - 1)
        found = free_times(
            organization,
            service_id=service_id,
            first=day,
            last=last,
            channel=ChannelKind.STAFF,
            now=now,
            limit=1_000_000 if len(ids) > 1 else 1,
            schedule_id=next(iter(ids)) if len(ids) == 1 else None,
            suiting=suiting,
            want_next=False,
        )
        if found is None:
            raise Http404
        if slot := next((one for one in found.slots if one.schedule.id in ids), None):
            return slot
        day = last + timedelta(days=1)
    return None


def _only(keys: Sequence[str]) -> set[Key] | None:
    """The columns asked for, each by its day and its agenda. Raises BadRequest."""
    try:
        pairs = [key.partition("_") for key in keys]
        return {(UUID(schedule), clock.parse_day(day)) for day, _sign, schedule in pairs} or None
    except ValueError as fault:
        raise BadRequest("only") from fault


def _shown(every: Sequence[Schedule], active: Sequence[Schedule], wish: Wish) -> list[Schedule]:
    """The agendas of the page. Raises Http404 where one is asked for that is not there for this person."""
    if not wish.schedule_ids:
        return list(active if wish.view == "side" else active[:1])
    found = [schedule for schedule in every if schedule.id in wish.schedule_ids]
    if len(found) < len(wish.schedule_ids):
        raise Http404
    return found


def _without_idle_weekend(board: Board, days: list[date]) -> tuple[Board, list[date]]:
    """A week without the Saturday and Sunday on which nobody works and nobody comes."""
    kept = list(days)
    while len(kept) > 5 and all(column.is_idle for column in board.columns if column.day == kept[-1]):
        kept.pop()
    return replace(board, columns=tuple(column for column in board.columns if column.day in kept)), kept


def looked_at(
    organization: Organization, seen: Sequence[str], days: Sequence[date], *, by: Actor, now: datetime
) -> None:
    """`seen`: the ids of the visits."""
    if not seen:
        return
    after: dict[str, Any] = {"day": days[0].isoformat(), "appointments": list(seen)}
    if len(days) > 1:
        after["until"] = days[-1].isoformat()
    audit.record_about(
        "agenda:read",
        organization_id=organization.id,
        kind="appointment",
        subject_id=None,
        by=by,
        now=now,
        after=after,
    )


@lru_cache(maxsize=64)
def _hours(axis: Axis, first: int, last: int) -> SafeString:
    """The hours at the left, as they stand on the axis."""
    items = [
        f'<li class="at-{at // 60:02}00 for-30">{dates.minute(minute)}{" ×2" if fold else ""}</li>'
        for at, minute, fold in axis.hours()
        if first * 60 <= at < last * 60
    ]
    return SafeString("".join(items))


def _now(organization: Organization, board: Board, days: Sequence[date], now: datetime) -> dict[str, str] | None:
    """The hour that it is, on the clocks of the organization; None where today is not shown."""
    wall = clock.wall(clock.epoch_of(now), clock.zone(organization.time_zone))
    if wall.date() not in days or not board.first <= wall.hour < board.last:
        return None
    at = board.axis.place(wall.hour * 60 + wall.minute, wall.fold)
    return {"css": Place.of(at, at + 15).css, "hour": dates.hour(wall)}
