"""Moving: a week of free times, then why, and whether the patient is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.agenda.queries.slots import Slot
from kalends.booking import operations, rules
from kalends.booking.models import Appointment
from kalends.booking.refusals import SlotNotOpen, SlotTaken, TwoPlacesAtOnce, WrongState
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.appointments.views import facts, looked_at
from kalends.web.staff.confirming import confirmation_of, ways_sent
from kalends.web.staff.days.views import today_of
from kalends.web.staff.overbooking import overbooking
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.shell import address
from kalends.web.staff.weeks import Near, find_slot, nearest, read_week


@dataclass(frozen=True, slots=True)
class Wish:
    """`schedule_id`: where to; None asks all agendas that offer the service. `overbook`: even if it is taken."""

    day: date | None
    schedule_id: UUID | None
    start: datetime | None
    overbook: bool

    @classmethod
    def of(cls, sent: QueryDict, appointment: Appointment) -> Wish:
        schedule_id = asked.row(sent, "schedule") if "schedule" in sent else appointment.schedule_id
        return cls(asked.day(sent, "day"), schedule_id, asked.instant(sent, "start"), sent.get("overbook") == "yes")


@desk(Right.APPOINTMENT_MOVE, READ_AND_ACT)
def moving(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    refusal: Refusal | None = None
    forgotten = request.POST.get("overbook") == "yes" and not asked.line(request.POST, "overbooking_reason")
    if request.method == "POST" and not forgotten:
        try:
            return _move(request, appointment_id)
        except (SlotTaken, SlotNotOpen, TwoPlacesAtOnce) as fault:
            refusal = fault
    context = {**_read(request, appointment_id, refusal), "forgotten": forgotten}
    status = refusal.status if refusal else 422 if forgotten else 200
    return show(request, "staff/appointments/moving.html", context, section="day", status=status)


def _move(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    organization, by, sent = request.organization, request.actor, request.POST
    schedule_id, start = asked.row(sent, "schedule"), asked.instant(sent, "start")
    if schedule_id is None or start is None:
        raise SlotNotOpen
    wanted, at, why = schedule_id, start, asked.line(sent, "why")
    extra = asked.line(sent, "overbooking_reason") if sent.get("overbook") == "yes" else ""

    def act(now: datetime) -> Appointment:
        scope.appointment(organization, by, appointment_id)
        scope.schedule(organization, by, wanted)
        return operations.move(
            organization,
            appointment_id,
            schedule_id=wanted,
            starts_at=at,
            why=why,
            tell_patient=sent.get("tell") == "on",
            tell_provider=ways_sent(sent),
            text_patient=sent.get("tell_sms") == "on",
            overbooking_reason=extra,
            by=by,
            now=now,
        )

    moved = tenancy.perform(act, organization=organization, by=by)
    when = _("%(day)s, %(hour)s") % {"day": dates.day(moved.local_day), "hour": dates.minute(moved.local_minute)}
    messages.success(request, _("Moved to %(when)s. The former time is free.") % {"when": when})
    return redirect(address(organization, "appointment", appointment_id=appointment_id))


def _read(request: OrganizationRequest, appointment_id: UUID, refusal: Refusal | None) -> dict[str, Any]:
    organization, by, sent = request.organization, request.actor, request.POST or request.GET
    with tenancy.acting(organization=organization, by=by) as now:
        found = scope.appointment(organization, by, appointment_id)
        looked_at(found, by=by, now=now)
        if found.status not in rules.MOVABLE:
            raise WrongState
        wish = Wish.of(sent, found)
        here = _Addresses(organization, found, wish)
        schedules = list(scope.schedules(organization, by).filter(is_active=True))
        if wish.schedule_id and wish.schedule_id not in {one.id for one in schedules}:
            raise Http404
        slot, alternatives, extra = None, [], None
        if wish.start and wish.schedule_id:
            near = Near(found.service_id, wish.schedule_id, wish.start, by.channel, now)
            slot = find_slot(organization, near) if refusal is None else None
            alternatives = nearest(organization, near) if slot is None else []
            extra = overbooking(organization, near, by, except_id=found.id) if slot is None else None
            if extra is not None and wish.overbook:
                slot = extra.slot
        there = next((one for one in schedules if one.id == wish.schedule_id), found.schedule)
        confirmation = confirmation_of(
            organization, there.provider_id, "notice_moved", by=by, sent=request.POST or None, texts=True
        )
        today = today_of(organization, now)
        week = read_week(
            organization,
            service_id=found.service_id,
            channel=by.channel,
            now=now,
            around=wish.day or (wish.start.date() if wish.start else found.local_day),
            today=today,
            schedule_id=wish.schedule_id,
            provider_id=by.provider_id if scope.is_bound(by) else None,
            time_url=here.time,
            week_url=here.week,
        )
    return {
        **facts(organization, found, now),
        "slot": slot,
        "slot_when": dates.moment(slot.local_start) if slot else "",
        "week": week,
        "week_open": slot is None,
        "refusal": refusal,
        "overbooking": extra,
        "overbook_url": here.overbook(),
        "overbooking_reason": sent.get("overbooking_reason", ""),
        "gone": wish.start is not None and slot is None and refusal is None,
        "alternatives": [(dates.moment(one.local_start), here.time(one)) for one in alternatives],
        "schedules": [("", _("any agenda")), *((one.id, one.name) for one in schedules)],
        "wish": wish,
        "here": here.page,
        "why": sent.get("why", ""),
        "confirmation": confirmation,
    }


class _Addresses:
    """The addresses of one moving page."""

    def __init__(self, organization: Organization, appointment: Appointment, wish: Wish) -> None:
        self.page = address(organization, "moving", appointment_id=appointment.id)
        self.wish = wish

    def time(self, slot: Slot) -> str:
        return self._with(schedule=slot.schedule.id, start=slot.local_start.isoformat())

    def week(self, day: date) -> str:
        return self._with(schedule=self.wish.schedule_id or "", day=day.isoformat())

    def overbook(self) -> str:
        start = self.wish.start
        return self._with(
            schedule=self.wish.schedule_id or "", start=start.isoformat() if start else "", overbook="yes"
        )

    def _with(self, **query: object) -> str:
        return f"{self.page}?{urlencode(query)}"
