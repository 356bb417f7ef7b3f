"""Moving an appointment: another time, then one question, then the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.refusals import CutoffPassed, SlotNotOpen, SlotTaken
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.web.public import dates
from kalends.web.public.alternatives import Alternative, alternatives_to
from kalends.web.public.choices import Choice
from kalends.web.public.offers import NoSuchOffer, offers_of
from kalends.web.public.page import PublicRequest, private_page, show
from kalends.web.public.views.appointments import facts
from kalends.web.public.views.times import part_of, week_context
from kalends.web.public.visits import Visit, appointment_id_of, visit_of
from kalends.web.public.weeks import question_of, read_time, week_of


@private_page
@require_safe
def choose(request: PublicRequest, token: str) -> HttpResponse:
    """The free times of the same practitioner at the same place."""
    visit = visit_of(request, appointment_id_of(request, token))
    _check(visit)
    appointment = visit.appointment
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        offers = offers_of(request.organization, now, str(visit.location.id))
        question = question_of(offers, appointment.service_id, appointment.schedule.provider_id)
        week = week_of(question, request.GET.get("from", ""), part_of(request))
    question_page = request.here.to("move", token=token)
    return show(
        request,
        "public/new_times.html",
        {
            **week_context(request, question, week, "new_times", {}, token=token),
            "choices": [
                Choice(_("Present time"), dates.moment(visit.starts)),
                Choice(_("Service"), question.service.name_in(get_language() or "en")),
                Choice(_("Practitioner"), appointment.schedule.provider.name),
            ],
            "move": f"{question_page}{'&' if '?' in question_page else '?'}time=",
            "waiting": request.here.to("earlier", token=token) if visit.may_wait else "",
            "back": request.here.to("appointment", token=token),
        },
        location=visit.location,
    )


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: PublicRequest, token: str) -> HttpResponse:
    visit = visit_of(request, appointment_id_of(request, token))
    _check(visit)
    sent = request.POST if request.method == "POST" else request.GET
    schedule_id, starts_at = read_time(sent.get("time", ""))
    if request.method != "POST":
        return _ask(request, token, visit, schedule_id, starts_at)

    def act(now: datetime) -> Appointment:
        return booking.move(
            request.organization,
            visit.appointment.id,
            schedule_id=schedule_id,
            starts_at=starts_at,
            by=request.actor,
            now=now,
        )

    try:
        tenancy.perform(act, organization=request.organization, by=request.actor)
    except (SlotTaken, SlotNotOpen) as refusal:
        return _lost(request, token, visit, refusal, schedule_id, starts_at)
    address = request.here.to("appointment", {"done": "moved"}, token=token)
    return HttpResponseRedirect(address, status=303)


def _check(visit: Visit) -> None:
    """Raise what the act itself would: nobody chooses a time in vain."""
    if not visit.may_move:
        raise CutoffPassed


def _ask(request: PublicRequest, token: str, visit: Visit, schedule_id: UUID, starts_at: datetime) -> HttpResponse:
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        plan = offers_of(request.organization, now, str(visit.location.id)).plan
    schedule = plan.schedules.get(schedule_id)
    if schedule is None:
        raise NoSuchOffer
    wanted = clock.wall(clock.epoch_of(starts_at), schedule.zone)
    return _page(
        request,
        token,
        visit,
        {
            "wanted": wanted,
            "wanted_hour": dates.hour(wanted),
            "needs_approval": visit.appointment.service.needs_approval,
            "wanted_provider": schedule.provider_name,
            "wanted_moment": dates.moment(wanted),
            "time": request.GET["time"],
        },
    )


def _lost(
    request: PublicRequest, token: str, visit: Visit, refusal: Refusal, schedule_id: UUID, starts_at: datetime
) -> HttpResponse:
    """Somebody else was quicker: the visit stays where it was."""
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        nearest: list[Alternative] = alternatives_to(
            offers_of(request.organization, now, str(visit.location.id)),
            service_id=visit.appointment.service_id,
            schedule_id=schedule_id,
            provider_id=visit.appointment.schedule.provider_id,
            starts_at=starts_at,
        )
    context = {"refusal": refusal, "is_taken": isinstance(refusal, SlotTaken), "nearest": nearest}
    return _page(request, token, visit, context, status=refusal.status)


def _page(
    request: PublicRequest, token: str, visit: Visit, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    with timezone.override(visit.zone):
        return show(
            request,
            "public/move.html",
            {
                **facts(request, visit),
                "visit": visit,
                "act": request.here.act("move", token=token),
                "times": request.here.to("new_times", {"from": visit.starts.date()}, token=token),
                "keep": request.here.to("appointment", token=token),
                **context,
            },
            location=visit.location,
            status=status,
        )
