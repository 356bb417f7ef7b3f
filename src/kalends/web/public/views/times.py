"""Third question: when?"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kalends.foundation.database import tenancy
from kalends.web.public import dates, visitors
from kalends.web.public.choices import ANYONE, location_chosen, practitioner_chosen, read_provider, service_chosen
from kalends.web.public.offers import Offers, offers_of
from kalends.web.public.page import PublicRequest, is_embedded, public_page, show
from kalends.web.public.waiting import lists_of
from kalends.web.public.weeks import Part, Question, Week, question_of, week_of
from kalends.web.ui.shell import Link


@public_page
@require_safe
def choose(request: PublicRequest, service: UUID) -> HttpResponse:
    provider_id = read_provider(request.GET.get("provider", ""))
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        offers = offers_of(request.organization, now, request.GET.get("location", ""))
        if offers.location is None:
            return HttpResponseRedirect(request.here.to("services"))
        question = question_of(offers, service, provider_id)
        week = week_of(question, request.GET.get("from", ""), part_of(request))
        kept = visitors.live_holds(request, now)
        keeps_list = bool(lists_of(request.organization, question.schedules))
    here = {"location": offers.location_asked, "provider": provider_id or ANYONE}
    choices = [
        *location_chosen(request, offers),
        service_chosen(request, offers, question.service.name_in(get_language() or "en")),
        practitioner_chosen(request, offers, service, provider_id),
    ]
    who = next((choice.change for choice in choices[-1:] if choice.change), "")
    response = show(
        request,
        "public/times.html",
        {
            **week_context(request, question, week, "times", here, service=service),
            "step": offers.step(3),
            "choices": choices,
            "act": request.here.act("holds"),
            "hidden": {
                "service": service,
                **here,
                "instead": request.GET.get("instead", "")[:36],
                **({"turn": ANYONE} if provider_id is None else {}),
            },
            "waiting": request.here.to("waiting_ask", here, service=service) if keeps_list else "",
            "kept": [visitors.told(request, hold) for hold in kept],
            "back": who or choices[-2].change,
        },
        location=offers.location,
    )
    if not is_embedded(request):
        visitors.remember(request, response)
    return response


def part_of(request: PublicRequest) -> Part:
    asked = request.GET.get("part", "")
    return Part(asked) if asked in list(Part) else Part.ALL


def week_context(
    request: PublicRequest, question: Question, week: Week, page: str, query: Mapping[str, object], **path: object
) -> dict[str, object]:
    """What a screen of seven days shows, whoever asks for it: a new visitor, or somebody who moves a visit."""
    part = part_of(request)
    query = {**query, "instead": request.GET.get("instead", "")[:36]}

    def address(first: object, part: Part = part) -> str:
        return request.here.to(page, {**query, "from": first, "part": part.value}, **path)

    names = {Part.ALL: _("All day"), Part.MORNING: _("Morning"), Part.AFTERNOON: _("Afternoon")}
    next_slot = week.next_slot
    return {
        "offers": question.offers,
        "week": week,
        "parts": [Link(names[one], address(week.first, one), current=one is part) for one in Part],
        "previous": address(week.previous) if week.previous else "",
        "following": address(week.following) if week.following else "",
        "following_day": dates.day_of_month(week.following) if week.following else "",
        "next_time": dates.moment(next_slot.local_start) if next_slot else "",
        "next_url": address(next_slot.local_start.date(), Part.ALL) if next_slot else "",
        "all_day_url": address(week.first, Part.ALL),
        "zone_place": place_of_hours(question.offers),
        "minutes": lengths(question),
    }


def place_of_hours(offers: Offers) -> str:
    location = offers.location
    return (location.town or location.name) if location else ""


def lengths(question: Question) -> int:
    """How long the visit lasts, where all agree; else 0."""
    found = {schedule.offers[question.service.id].visit.duration for schedule in question.schedules}
    return found.pop() if len(found) == 1 else 0
