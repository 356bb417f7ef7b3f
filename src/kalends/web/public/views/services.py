"""First question: what for? Where an organization has several places: where?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kalends.foundation.database import tenancy
from kalends.web.public.offers import Offers, ShownService, offers_of, practitioners, shown_services
from kalends.web.public.page import PublicRequest, address_of, public_page, show

# A short list is read faster than it is searched.
SEARCHED_FROM = 7


@public_page
@require_safe
def choose(request: PublicRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        offers = offers_of(request.organization, now, request.GET.get("location", ""))
        if offers.asks_where and offers.location is None:
            return _ask_where(request, offers)
        every = shown_services(offers, get_language() or "en")
        found = shown_services(offers, get_language() or "en", typed) if typed else every
    return show(
        request,
        "public/services.html",
        {
            "offers": offers,
            "step": offers.step(1),
            "groups": _grouped(request, offers, found),
            "is_searched": len(every) >= SEARCHED_FROM or bool(typed),
            "typed": typed[:100],
            "carried": {**request.here.carried, "location": offers.location_asked},
            "every": request.here.to("services", {"location": offers.location_asked}),
            "back": request.here.to("services") if offers.asks_where else "",
        },
        location=offers.location,
    )


def _ask_where(request: PublicRequest, offers: Offers) -> HttpResponse:
    places = [
        {
            "name": location.name,
            "address": address_of(location),
            "url": request.here.to("services", {"location": location.id}),
        }
        for location in offers.locations
    ]
    return show(request, "public/locations.html", {"places": places, "offers": offers})


def _grouped(
    request: PublicRequest, offers: Offers, found: Sequence[ShownService]
) -> list[tuple[str, list[dict[str, object]]]]:
    """By category, in the order in which the categories first come."""
    order = {shown.service.category: place for place, shown in reversed(list(enumerate(found)))}
    ordered = sorted(found, key=lambda shown: order[shown.service.category])
    return [
        (category, [_row(request, offers, shown) for shown in group])
        for category, group in groupby(ordered, key=lambda shown: shown.service.category)
    ]


def _row(request: PublicRequest, offers: Offers, shown: ShownService) -> dict[str, object]:
    return {"shown": shown, "url": "" if shown.by_phone else next_question(request, offers, shown)}


def next_question(request: PublicRequest, offers: Offers, shown: ShownService) -> str:
    """Who is not asked where there is only one."""
    people = practitioners(offers.schedules(shown.service.id))
    asked = {"location": offers.location_asked}
    if len(people) == 1:
        return request.here.to("times", {**asked, "provider": people[0].id}, service=shown.service.id)
    return request.here.to("practitioners", asked, service=shown.service.id)
