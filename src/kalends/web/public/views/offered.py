"""A time offered to who waits. Opening the page decides nothing: mail programs open links by themselves (WL-10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from kalends.booking import links
from kalends.booking.models import Offer, OfferStatus
from kalends.booking.operations import waiting
from kalends.booking.queries import link_secret
from kalends.booking.queries.waiting import entry_secret, offer_by_link, offer_secret
from kalends.booking.refusals import OfferGone
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.web.public import dates
from kalends.web.public.page import PublicRequest, address_of, first_page, private_page, show
from kalends.web.public.short import meant_by
from kalends.web.public.visits import LinkGone


@private_page
@require_safe
def short(request: PublicRequest, code: str) -> HttpResponse:
    """From a text message to the offer."""
    organization = request.organization

    def find(now: datetime) -> Offer | None:
        meant = links.offer_meant_by(organization, code, now=now)
        return organization.offers.filter(id=meant).first() if meant else None

    offer = meant_by(request, find)
    if offer is None:
        raise LinkGone
    return HttpResponseRedirect(request.here.to("offer", token=offer_secret(offer)))


@private_page
@require_safe
def show_one(request: PublicRequest, token: str) -> HttpResponse:
    return _page(request, token, _offer_id(request, token))


@private_page
@require_POST
def accept(request: PublicRequest, token: str) -> HttpResponse:
    offer_id = _offer_id(request, token)
    try:
        booked = tenancy.perform(
            lambda now: waiting.accept(request.organization, offer_id, by=request.actor, now=now),
            organization=request.organization,
            by=request.actor,
        )
    except OfferGone:
        raise
    except Refusal as refusal:
        return _page(request, token, offer_id, refusal=refusal)
    done = "moved" if booked.sequence else "booked"
    address = request.here.to("appointment", {"done": done}, token=link_secret(booked))
    return HttpResponseRedirect(address, status=303)


@private_page
@require_POST
def decline(request: PublicRequest, token: str) -> HttpResponse:
    offer_id = _offer_id(request, token)

    def act(now: datetime) -> Offer:
        return waiting.decline(request.organization, offer_id, by=request.actor, now=now)

    return _settled(request, token, offer_id, act)


def _settled(request: PublicRequest, token: str, offer_id: UUID, act: Callable[[datetime], Offer]) -> HttpResponse:
    try:
        tenancy.perform(act, organization=request.organization, by=request.actor)
    except OfferGone:
        raise
    except Refusal as refusal:
        return _page(request, token, offer_id, refusal=refusal)
    return HttpResponseRedirect(request.here.to("offer", token=token), status=303)


def _offer_id(request: PublicRequest, token: str) -> UUID:
    found = offer_by_link(token)
    if found is None or found[0].id != request.organization.id:
        raise LinkGone
    return found[1]


def _page(request: PublicRequest, token: str, offer_id: UUID, *, refusal: Refusal | None = None) -> HttpResponse:
    organization, language = request.organization, get_language() or "en"
    with tenancy.acting(organization=organization, by=request.actor) as now:
        offer = organization.offers.select_related(
            "entry__contact", "entry__keeps", "service", "schedule__provider", "schedule__location"
        ).get(id=offer_id)
        appointment = (
            organization.appointments.filter(id=offer.appointment_id).first() if offer.appointment_id else None
        )
    if offer.entry.contact.merged_into_id is not None:
        raise OfferGone
    zone = clock.zone(offer.schedule.time_zone)
    starts, ends = offer.starts_at.astimezone(zone), offer.ends_at.astimezone(zone)
    kept = offer.entry.keeps
    is_over = offer.status == OfferStatus.EXPIRED or (offer.status == OfferStatus.OPEN and offer.expires_at <= now)
    with timezone.override(zone):
        return show(
            request,
            "public/offer.html",
            {
                "offer": offer,
                "refusal": refusal,
                "is_open": offer.status == OfferStatus.OPEN and not is_over,
                "is_over": is_over,
                "now": now,
                "total": int((offer.expires_at - offer.made_at).total_seconds()),
                "day": starts.date(),
                "hours": f"{dates.hour(starts)} – {dates.hour(ends)}",
                "moment": dates.moment(starts),
                "service_name": offer.service.name_in(language),
                "preparation": offer.service.preparation_in(language),
                "provider": offer.schedule.provider,
                "patient": offer.entry.contact.first_name or offer.entry.contact.last_name,
                "location": offer.schedule.location,
                "address": address_of(offer.schedule.location),
                "kept": dates.moment(kept.starts_at.astimezone(clock.zone(kept.time_zone)))
                if kept is not None and kept.is_active
                else "",
                "acceptance": request.here.act("offer_acceptance", token=token),
                "declining": request.here.act("offer_declining", token=token),
                "waiting": request.here.to("waiting", token=entry_secret(offer.entry)),
                "appointment": request.here.to("appointment", token=link_secret(appointment)) if appointment else "",
                "again": first_page(request),
            },
            location=offer.schedule.location,
            status=refusal.status if refusal else 200,
        )
