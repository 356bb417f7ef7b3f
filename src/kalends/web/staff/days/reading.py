"""Everything that one day of the desk shows, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kalends.agenda.models import Block, Closure, Schedule
from kalends.agenda.queries.occupied import taken, taken_resources
from kalends.agenda.queries.plans import AgendaPlan, plan_of
from kalends.booking.models import Appointment, Hold
from kalends.booking.queries import belongings, day_list
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff.days import free
from kalends.web.staff.days.lines import Agenda, Line, Writer, by_schedule, summary


@dataclass(frozen=True, slots=True)
class Day:
    agendas: list[Agenda]
    summary: str
    appointments: list[Appointment]


def read_day(
    organization: Organization,
    schedules: Sequence[Schedule],
    *,
    day: date,
    service_id: UUID | None,
    with_free: bool,
    overbooked: bool,
    by: Actor,
    now: datetime,
) -> Day:
    """The day of `schedules`; those that are closed for good stand there only while somebody comes.

    `overbooked`: nothing but the visits above the capacity, and only the agendas that have any.
    """
    ids = [schedule.id for schedule in schedules]
    appointments = day_list(organization, day=day, schedule_ids=ids)
    if overbooked:
        return _overbooked(organization, schedules, [one for one in appointments if one.is_overbooked], day, by, now)
    visits = by_schedule(appointments)
    shown = [schedule for schedule in schedules if schedule.is_active or schedule.id in visits]
    plan = plan_of(organization)
    holds, blocks = by_schedule(_holds(organization, ids, now)), by_schedule(_blocks(organization, shown, day))
    closures = list(organization.closures.filter(from_day__lte=day, to_day__gte=day))
    open_times = _free(organization, plan, shown, day, service_id, now) if with_free else {}
    taken_by = belongings(organization, [one.id for one in appointments]) if plan.resources else {}
    writer = Writer(organization, day, now, may_book=by.may(Right.APPOINTMENT_BOOK))
    agendas = []
    for schedule in shown:
        zone = clock.zone(schedule.time_zone)
        stretches = open_times.get(schedule.id, [])
        lines = [writer.visit(one, taken_by.get(one.id, ())) for one in visits.get(schedule.id, [])]
        lines += [
            writer.held(hold, hold.service, zone)
            for hold in holds.get(schedule.id, [])
            if clock.local_date(clock.epoch_of(hold.starts_at), zone) == day
        ]
        lines += [writer.blocked(block, zone) for block in blocks.get(schedule.id, [])]
        lines += [writer.free(stretch, schedule, zone) for stretch in stretches]
        agendas.append(
            Agenda(
                schedule=schedule,
                title=schedule.name,
                subtitle=_subtitle(schedule),
                zone=schedule.time_zone if schedule.time_zone != organization.time_zone else "",
                closed=_why_closed(plan, schedule, closures, day),
                nothing=_why_nothing(plan, schedule, writer, zone),
                lines=_ordered(lines, writer.now_line(zone)),
                summary=summary(visits.get(schedule.id, []), _minutes(stretches, service_id)),
            )
        )
    return Day(
        agendas, summary(appointments, sum(_minutes(found, service_id) for found in open_times.values())), appointments
    )


def _overbooked(
    organization: Organization,
    schedules: Sequence[Schedule],
    appointments: list[Appointment],
    day: date,
    by: Actor,
    now: datetime,
) -> Day:
    visits = by_schedule(appointments)
    writer = Writer(organization, day, now, may_book=by.may(Right.APPOINTMENT_BOOK))
    agendas = [
        Agenda(
            schedule=schedule,
            title=schedule.name,
            subtitle=_subtitle(schedule),
            lines=[writer.visit(one) for one in visits[schedule.id]],
            summary=summary(visits[schedule.id], 0),
        )
        for schedule in schedules
        if schedule.id in visits
    ]
    return Day(agendas, summary(appointments, 0), appointments)


def _holds(organization: Organization, ids: Sequence[UUID], now: datetime) -> list[Hold]:
    return list(organization.holds.select_related("service").filter(schedule_id__in=ids, expires_at__gt=now))


def _blocks(organization: Organization, schedules: Sequence[Schedule], day: date) -> list[Block]:
    if not schedules:
        return []
    bounds = [clock.day_bounds(day, clock.zone(zone)) for zone in {schedule.time_zone for schedule in schedules}]
    first = datetime.fromtimestamp(min(begin for begin, _end in bounds), UTC)
    last = datetime.fromtimestamp(max(end for _begin, end in bounds), UTC)
    found = organization.blocks.filter(
        schedule_id__in=[schedule.id for schedule in schedules], starts_at__lt=last, ends_at__gt=first
    )
    return list(found.order_by("starts_at"))


def _free(
    organization: Organization,
    plan: AgendaPlan,
    schedules: Sequence[Schedule],
    day: date,
    service_id: UUID | None,
    now: datetime,
) -> dict[UUID, list[free.Stretch]]:
    if service_id is not None:
        return free.starts_of(organization, service_id, day, now)
    plans = [plan.schedules[schedule.id] for schedule in schedules if schedule.id in plan.schedules]
    if not plans:
        return {}
    bounds = [clock.day_bounds(day, schedule.zone) for schedule in plans]
    reach = min(begin for begin, _end in bounds) - 8 * 3600, max(end for _begin, end in bounds) + 32 * 3600
    busy = taken(organization, [schedule.id for schedule in plans], *reach, now)
    resources = taken_resources(organization, list(plan.resources), *reach, now) if plan.resources else {}
    return {
        schedule.id: free.stretches(plan, schedule, day, busy.get(schedule.id, ()), resources, now)
        for schedule in plans
    }


def _minutes(stretches: Sequence[free.Stretch], service_id: UUID | None) -> int:
    """How much is free in all. Single times of one service may overlap: they are not added up."""
    return 0 if service_id else sum(stretch.ends - stretch.begins for stretch in stretches) // 60


def _ordered(lines: list[Line], now: Line | None) -> list[Line]:
    ranks = {"now": 0, "blocked": 1, "visit": 2, "free": 3}
    return sorted([*lines, *([now] if now and lines else [])], key=lambda line: (line.at, ranks[line.kind]))


def _subtitle(schedule: Schedule) -> str:
    parts = [schedule.provider.name] if schedule.provider.name != schedule.name else []
    return " · ".join([*parts, *filter(None, [schedule.provider.speciality, schedule.location.name])])


def _why_nothing(plan: AgendaPlan, schedule: Schedule, writer: Writer, zone: ZoneInfo) -> str:
    """What stands there where no line does."""
    known = plan.schedules.get(schedule.id)
    if known is not None and not known.offers:
        return _("No service is offered on this agenda yet.")
    return _("Nobody came.") if writer.is_past(zone) else _("Nothing is free.")


def _why_closed(plan: AgendaPlan, schedule: Schedule, closures: Sequence[Closure], day: date) -> str:
    known = plan.schedules.get(schedule.id)
    if known is None:
        return _("This agenda is switched off: nothing new is booked.")
    if known.open_spans(day, None):
        return ""
    reason = next((one.reason for one in closures if one.schedule_id in (None, schedule.id) and one.reason), "")
    return _("Closed: %(reason)s") % {"reason": reason} if reason else _("Closed on this day.")
