"""The agenda: the page, its columns and its month as fragments, and the way to the first free time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.agenda.queries.free_times import bookable_on, free_times
from kalends.agenda.queries.plans import AgendaPlan
from kalends.agenda.queries.slots import Slot
from kalends.audit import operations as audit
from kalends.foundation import clock
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.agenda import heads, legend, month
from kalends.web.staff.agenda.bars import Place
from kalends.web.staff.agenda.look import look_of
from kalends.web.staff.agenda.reading import Board, Key, read_board
from kalends.web.staff.agenda.wish import MOST_DAYS, Wish
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import desk, show
from kalends.web.staff.shell import address, to_do_now

PARTS = ("", "columns", "month")


@desk(Right.AGENDA_READ)
def agenda(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    part = asked.word(request.GET, "part", PARTS)
    only = _only(request.GET.getlist("only"))
    first = asked.row(request.GET, "first")
    board, fills, to_do, look = None, {}, None, look_of(request)
    with tenancy.acting(organization=organization, by=by) as now:
        every = scope.read_schedules(organization, by)
        active = [schedule for schedule in every if schedule.is_active]
        today = today_of(organization, now)
        wish = Wish.of(request.GET, look).settled(today, [schedule.id for schedule in active], look)
        shown, days = _shown(every, active, wish), wish.dates()
        slot = _first(organization, first, shown, now) if first else None
        if first:
            pass
        elif part == "month":
            fills = month.read_fills(organization, shown, days[0], now)
        else:
            board = read_board(organization, shown, days, by=by, now=now, only=only)
            if wish.view == "week" and only is None and look is None:
                board, days = _without_idle_weekend(board, days)
            looked_at(organization, board.seen, days, by=by, now=now)
            to_do = to_do_now(organization, by, now) if not part else None
    if first:
        return _go_to_first(request, wish, shown, slot)
    small = month.draw(wish.day or today, days, today, f"{wish.url(organization, day=None)}&day=", fills)
    if board is None:
        return HttpResponse(small)
    grid = {
        "board": board,
        "week_number": days[0].isocalendar().week,
        "hours": _hours(board),
        "now": _now(organization, board, days, now),
    }
    if part == "columns":
        return render(request, "staff/agenda/columns.html", grid)
    context = {
        **grid,
        "month": small,
        **_told(organization, wish, board, shown, days, today),
        **_rail(organization, board.plan, wish, active, shown, by),
    }
    return show(request, "staff/agenda/agenda.html", context, section="day", to_do=to_do)


def _go_to_first(
    request: OrganizationRequest, wish: Wish, shown: Sequence[Schedule], slot: Slot | None
) -> HttpResponse:
    """To the day of the first free time, over the agendas that are shown."""
    if slot is None:
        messages.warning(request, _("Nothing is free in these agendas for this service."))
        return redirect(wish.url(request.organization))
    told = {"when": dates.moment(slot.local_start), "agenda": slot.schedule.name}
    messages.info(request, _("First free: %(when)s, %(agenda)s.") % told)
    there = replace(wish, view="side" if len(shown) > 1 else wish.view, day=slot.local_start.date())
    return redirect(f"{there.url(request.organization)}&{urlencode({'at': slot.start})}")


def _first(organization: Organization, service_id: UUID, schedules: Sequence[Schedule], now: datetime) -> Slot | None:
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
    return replace(board, columns=[column for column in board.columns if column.day in kept]), kept


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


def _hours(board: Board) -> SafeString:
    """The hours at the left, as they stand on the axis."""
    items = [
        f'<li class="at-{at // 60:02}00 for-30">{dates.minute(minute)}{" ×2" if fold else ""}</li>'
        for at, minute, fold in board.axis.hours()
        if board.first * 60 <= at < board.last * 60
    ]
    return SafeString("".join(items))


def _now(organization: Organization, board: Board, days: Sequence[date], now: datetime) -> dict[str, str] | None:
    """The hour that it is, on the clocks of the organization; None where today is not shown."""
    wall = clock.wall(clock.epoch_of(now), clock.zone(organization.time_zone))
    if wall.date() not in days or not board.first <= wall.hour < board.last:
        return None
    at = board.axis.place(wall.hour * 60 + wall.minute, wall.fold)
    return {"css": Place.of(at, at + 15).css, "hour": dates.hour(wall)}


def _told(
    organization: Organization,
    wish: Wish,
    board: Board,
    shown: Sequence[Schedule],
    days: Sequence[date],
    today: date,
) -> dict[str, Any]:
    before, after = wish.neighbours()
    list_url = f"{address(organization, 'day')}?{urlencode({'day': days[0].isoformat()})}"
    views = [
        (_("Day"), wish.url(organization, view="day"), wish.view == "day"),
        (_("%(count)s days") % {"count": wish.days}, wish.url(organization, view="days"), wish.view == "days"),
        (_("Week"), wish.url(organization, view="week"), wish.view == "week"),
        (_("Side by side"), wish.url(organization, view="side"), wish.view == "side"),
        (_("List"), list_url, False),
    ]
    return {
        "wish": wish,
        "title": heads.title(days),
        "lead": heads.about(shown, days, board.visits, board.free),
        "is_today": today in days,
        "views": [{"label": label, "url": url, "current": current} for label, url, current in views],
        "previous_url": wish.url(organization, day=before) if before else "",
        "next_url": wish.url(organization, day=after) if after else "",
        "today_url": wish.url(organization, day=today),
        "said": [
            (name, value)
            for name, values in wish.said().items()
            for value in (values if isinstance(values, list) else [values])
        ],
    }


def _rail(
    organization: Organization,
    plan: AgendaPlan,
    wish: Wish,
    active: Sequence[Schedule],
    shown: Sequence[Schedule],
    by: Actor,
) -> dict[str, Any]:
    language = get_language() or "en"
    ids = {schedule.id for schedule in shown}
    plans = [plan.schedules[id_] for id_ in ids if id_ in plan.schedules]
    offered = {service_id for one in plans for service_id in one.offers}
    services = [service for service in plan.services.values() if service.id in offered]
    may_book = by.may(Right.APPOINTMENT_BOOK)
    return {
        "here": address(organization, "agenda"),
        "schedules": [(schedule, schedule.id in ids) for schedule in active],
        "services": [(service.name_in(language), service.colour) for service in services],
        "bookable": [
            (service.id, service.name_in(language)) for service in services if bookable_on(service, ChannelKind.STAFF)
        ]
        if may_book
        else [],
        "days_choice": [(number, number) for number in range(2, MOST_DAYS + 1)],
        "legend": legend.states(language),
        "book_url": f"{address(organization, 'book')}?{urlencode({'day': (wish.day or date.min).isoformat()})}",
        "blocks_url": address(organization, "blocks"),
        "live_url": address(organization, "live"),
        "people_url": address(organization, "agenda_people") if by.may(Right.CONTACT_READ) else "",
        "settings_url": address(organization, "new_schedule"),
        "place_url": address(organization, "agenda_place", appointment_id=UUID(int=0))
        if by.may(Right.APPOINTMENT_MOVE)
        else "",
    }
