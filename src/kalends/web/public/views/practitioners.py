"""Second question: with whom?"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kalends.foundation.database import tenancy
from kalends.web.public import dates
from kalends.web.public.choices import location_chosen, service_chosen
from kalends.web.public.offers import first_free, offers_of, practitioners
from kalends.web.public.page import PublicRequest, public_page, show


@public_page
@require_safe
def choose(request: PublicRequest, service: UUID) -> HttpResponse:
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        offers = offers_of(request.organization, now, request.GET.get("location", ""))
        if offers.location is None:
            return HttpResponseRedirect(request.here.to("services"))
        wanted = offers.bookable(service)
        people = practitioners(offers.schedules(service))
        free = first_free(offers, service, [person.id for person in people]) if len(people) > 1 else {}
    asked = {"location": offers.location_asked}
    if len(people) == 1:
        return HttpResponseRedirect(request.here.to("times", {**asked, "provider": people[0].id}, service=service))
    first = min(free.values(), key=lambda slot: slot.start, default=None)
    rows = [
        {
            "person": person,
            "first": dates.moment(free[person.id].local_start) if person.id in free else "",
            "url": request.here.to("times", {**asked, "provider": person.id}, service=service),
        }
        for person in people
    ]
    return show(
        request,
        "public/practitioners.html",
        {
            "offers": offers,
            "step": offers.step(2),
            "rows": rows,
            "first": dates.moment(first.local_start) if first else "",
            "anyone": request.here.to("times", {**asked, "provider": "anyone"}, service=service),
            "choices": [
                *location_chosen(request, offers),
                service_chosen(request, offers, wanted.name_in(get_language() or "en")),
            ],
            "back": request.here.to("services", asked),
        },
        location=offers.location,
    )
