"""Approving a request, taking the last step back, and letting two visits change places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.booking import operations, queries
from kalends.booking.models import Appointment
from kalends.booking.refusals import CannotSwap, SlotTaken, TwoPlacesAtOnce
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.appointments.views import facts, looked_at
from kalends.web.staff.booking.wish import Wish
from kalends.web.staff.confirming import confirmation_of, ways_sent
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.shell import address
from kalends.web.staff.weeks import Near, nearest


@desk(Right.APPOINTMENT_BOOK, ACT)
def approval(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """Say yes to a request."""

    def act(now: datetime) -> Appointment:
        return operations.approve(request.organization, appointment_id, by=request.actor, now=now)

    return _take(request, appointment_id, act, done=_("Approved. The patient is told."))


@desk(Right.APPOINTMENT_UNDO, ACT)
def undoing(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """Take the last step back."""
    tell = request.POST.get("tell") == "on"

    def act(now: datetime) -> Appointment:
        return operations.undo(request.organization, appointment_id, tell_patient=tell, by=request.actor, now=now)

    return _take(request, appointment_id, act, done=_("Taken back. The history keeps both."))


@desk(Right.APPOINTMENT_MOVE, READ_AND_ACT)
def swapping(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """Choose, among the visits of the same day that last as long, the one to change places with."""
    organization, by = request.organization, request.actor
    refusal: Refusal | None = None
    other_id = asked.row(request.POST, "other")
    if request.method == "POST" and other_id:
        try:
            _swap(request, appointment_id, other_id)
        except (CannotSwap, TwoPlacesAtOnce) as fault:
            refusal = fault
        else:
            messages.success(request, _("The two visits have changed places."))
            return redirect(address(organization, "appointment", appointment_id=appointment_id))
    with tenancy.acting(organization=organization, by=by) as now:
        found = scope.appointment(organization, by, appointment_id)
        looked_at(found, by=by, now=now)
        mine = {schedule.id for schedule in scope.schedules(organization, by)}
        others = [one for one in queries.swappable(organization, found, now=now) if one.schedule_id in mine]
        for other in others:
            looked_at(other, by=by, now=now)
        confirmation = confirmation_of(
            organization, found.schedule.provider_id, "notice_moved", by=by, sent=request.POST or None
        )
    language = get_language() or "en"
    context = {
        **facts(organization, found, now),
        "refusal": refusal,
        "others": [
            (other.id, f"{dates.minute(other.local_minute)}, {other.contact.full_name}", _beside(other, language))
            for other in others
        ],
        "chosen": other_id,
        "confirmation": confirmation,
        "why": request.POST.get("why", ""),
        "forgotten": request.method == "POST" and other_id is None,
    }
    status = refusal.status if refusal else 422 if context["forgotten"] else 200
    return show(request, "staff/appointments/swapping.html", context, section="day", status=status)


def _swap(request: OrganizationRequest, appointment_id: UUID, other_id: UUID) -> None:
    organization, by = request.organization, request.actor

    def act(now: datetime) -> None:
        for one in (appointment_id, other_id):
            scope.appointment(organization, by, one)
        operations.swap(
            organization,
            appointment_id,
            other_id,
            why=asked.line(request.POST, "why"),
            tell_patients=request.POST.get("tell") == "on",
            tell_provider=ways_sent(request.POST),
            by=by,
            now=now,
        )

    tenancy.perform(act, organization=organization, by=by)


def _beside(other: Appointment, language: str) -> str:
    return f"{other.service.name_in(language)} · {other.schedule.name}"


def _take(
    request: OrganizationRequest, appointment_id: UUID, act: Callable[[datetime], Appointment], *, done: str
) -> HttpResponse:
    """One step on one appointment; where its time is gone by now, the free ones around it."""
    organization, by = request.organization, request.actor

    def seen(now: datetime) -> Appointment:
        scope.appointment(organization, by, appointment_id)
        return act(now)

    try:
        tenancy.perform(seen, organization=organization, by=by)
    except (SlotTaken, TwoPlacesAtOnce) as refusal:
        return _gone(request, appointment_id, refusal)
    messages.success(request, done)
    if request.POST.get("next") == "requests":
        return redirect(address(organization, "requests"))
    return redirect(address(organization, "appointment", appointment_id=appointment_id))


def _gone(request: OrganizationRequest, appointment_id: UUID, refusal: Refusal) -> HttpResponse:
    """Somebody else sits there: book the patient another time."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        found = scope.appointment(organization, by, appointment_id)
        looked_at(found, by=by, now=now)
        near = Near(found.service_id, found.schedule_id, found.starts_at, ChannelKind.STAFF, now)
        slots = nearest(organization, near)
    wish = Wish(
        service_id=found.service_id,
        schedule_id=found.schedule_id,
        start=None,
        day=found.local_day,
        channel=ChannelKind.STAFF,
        contact_id=found.contact_id,
        typed="",
        new=False,
    )
    context = {
        **facts(organization, found, now),
        "refusal": refusal,
        "alternatives": [(dates.moment(one.local_start), wish.time_url(organization, one)) for one in slots],
        "change_url": wish.url(organization),
    }
    return show(request, "staff/appointments/gone.html", context, section="day", status=refusal.status)
