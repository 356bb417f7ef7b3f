"""Keeping the chosen time while the form is filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from kalends.booking import operations as booking
from kalends.booking.models import Hold
from kalends.booking.refusals import SlotNotOpen, SlotTaken, TooManyHolds
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.web.public import visitors
from kalends.web.public.alternatives import alternatives_to
from kalends.web.public.choices import ANYONE, read_provider
from kalends.web.public.offers import NoSuchOffer, offers_of
from kalends.web.public.page import PublicRequest, public_page, show
from kalends.web.public.weeks import read_time


@public_page
@require_POST
def keep(request: PublicRequest) -> HttpResponse:
    service_id = _id(request.POST.get("service", ""))
    schedule_id, starts_at = read_time(request.POST.get("time", ""))
    instead = request.POST.get("instead", "")

    def act(now: datetime) -> Hold:
        if instead:
            _give_back(request, _id(instead))
        wish: dict[str, Any] = {
            "service_id": service_id,
            "starts_at": starts_at,
            "visitor": visitors.visitor_of(request),
            "by": request.actor,
            "now": now,
        }
        if request.POST.get("turn") == ANYONE:
            return booking.hold_any(request.organization, location_id=_place(request), **wish)
        return booking.hold(request.organization, schedule_id=schedule_id, **wish)

    try:
        kept = tenancy.perform(act, organization=request.organization, by=request.actor)
    except (SlotTaken, SlotNotOpen, TooManyHolds) as refusal:
        return _refused(request, refusal, service_id, schedule_id, starts_at)
    return HttpResponseRedirect(request.here.to("details", _asked(request), hold=kept.id), status=303)


def _give_back(request: PublicRequest, hold_id: UUID) -> None:
    """The visitor chose another time than the one they were keeping."""
    known = request.organization.holds.filter(id=hold_id, visitor=visitors.visitor_of(request)).first()
    if known is not None:
        booking.release(known)


def _refused(
    request: PublicRequest, refusal: Refusal, service_id: UUID, schedule_id: UUID, starts_at: datetime
) -> HttpResponse:
    asked = _asked(request)
    provider_id = read_provider(asked["provider"])
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        offers = offers_of(request.organization, now, asked["location"])
        offers.bookable(service_id)
        nearest = alternatives_to(
            offers, service_id=service_id, schedule_id=schedule_id, provider_id=provider_id, starts_at=starts_at
        )
        kept = visitors.live_holds(request, now)
    return show(
        request,
        "public/taken.html",
        {
            "refusal": refusal,
            "is_taken": isinstance(refusal, SlotTaken),
            "nearest": [] if isinstance(refusal, TooManyHolds) else nearest,
            "kept": [visitors.told(request, hold) for hold in kept],
            "act": request.here.act("holds"),
            "hidden": {"service": service_id, **asked, "instead": request.POST.get("instead", "")[:36]},
            "times": request.here.to("times", asked, service=service_id),
        },
        location=offers.location,
        status=refusal.status,
    )


def _asked(request: PublicRequest) -> dict[str, str]:
    """The choices that led here, for the way back."""
    return {
        "location": request.POST.get("location", "")[:36],
        "provider": request.POST.get("provider", "")[:36] or ANYONE,
    }


def _place(request: PublicRequest) -> UUID | None:
    asked = request.POST.get("location", "")
    return _id(asked) if asked else None


def _id(sent: str) -> UUID:
    try:
        return UUID(sent)
    except ValueError as fault:
        raise NoSuchOffer from fault
