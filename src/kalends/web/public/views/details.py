"""Last question: who comes? The time is kept meanwhile; sending the form books it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kalends.agenda.queries.plans import SchedulePlan, ServicePlan
from kalends.booking import operations as booking
from kalends.booking import rules
from kalends.booking.models import Appointment, Hold
from kalends.booking.queries import link_secret
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.contacts import operations as contacts
from kalends.delivery.policy import settings_of
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Invalid, NotFound, Refusal, Text
from kalends.foundation.money import written
from kalends.web.public import dates
from kalends.web.public.alternatives import Alternative, alternatives_to
from kalends.web.public.choices import ANYONE, read_provider
from kalends.web.public.forms import Details, fields_of, read_details, wishes_of, wishes_shown
from kalends.web.public.offers import NoSuchOffer, Offers, offers_of
from kalends.web.public.page import PublicRequest, private, public_page, show
from kalends.web.public.weeks import read_time

# Until then a hold sent again answers with what it booked.
ANSWERS_AGAIN_FOR = timedelta(days=1)


class HoldOver(NotFound):
    sentence = _("This time is no longer kept. Choose it again if it is still free.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A hold and what it is for, as one transaction saw it. `nearest` is looked up only once the hold is over."""

    hold: Hold
    offers: Offers
    schedule: SchedulePlan
    service: ServicePlan
    nearest: Sequence[Alternative]
    asks_consent: bool

    @property
    def is_over(self) -> bool:
        return self.hold.expires_at <= self.offers.now

    @property
    def starts(self) -> datetime:
        return self.hold.starts_at.astimezone(self.schedule.zone)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in(request: PublicRequest, hold: UUID) -> HttpResponse:
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        booked = request.organization.appointments.filter(hold_id=hold, booked_at__gt=now - ANSWERS_AGAIN_FOR).first()
        kept = None if booked else _kept(request, hold, now)
    if kept is None:
        return _to_appointment(request, booked)
    if request.method == "POST":
        return private(_book(request, kept))
    if kept.is_over:
        return private(_over(request, kept))
    return private(_form(request, kept))


def _kept(request: PublicRequest, hold_id: UUID, now: datetime) -> Kept:
    hold = request.organization.holds.filter(id=hold_id).first()
    if hold is None:
        raise HoldOver
    offers = offers_of(request.organization, now, request.GET.get("location", ""))
    schedule = offers.plan.schedules.get(hold.schedule_id)
    service = offers.plan.services.get(hold.service_id)
    if schedule is None or service is None:
        raise NoSuchOffer
    nearest = _nearest(request, offers, hold) if hold.expires_at <= now else []
    return Kept(hold, offers, schedule, service, nearest, settings_of(request.organization).asks_consent)


def _nearest(request: PublicRequest, offers: Offers, hold: Hold) -> list[Alternative]:
    return alternatives_to(
        offers,
        service_id=hold.service_id,
        schedule_id=hold.schedule_id,
        provider_id=read_provider(request.GET.get("provider", "")),
        starts_at=hold.starts_at,
    )


def _book(request: PublicRequest, kept: Kept) -> HttpResponse:
    try:
        details = _read(request, kept)
        schedule_id, starts_at = kept.hold.schedule_id, kept.hold.starts_at
        if request.POST.get("time"):
            schedule_id, starts_at = read_time(request.POST["time"])
    except Invalid as invalid:
        return _form(request, kept, errors=invalid.errors, status=invalid.status)

    def act(now: datetime) -> Appointment:
        appointment = booking.book(
            request.organization,
            schedule_id=schedule_id,
            service_id=kept.service.id,
            starts_at=starts_at,
            contact=details.contact,
            by=request.actor,
            now=now,
            hold_id=kept.hold.id,
            chosen=kept.hold.chosen if schedule_id == kept.hold.schedule_id else None,
            reason=details.reason,
            language=get_language(),
        )
        contacts.consent(appointment.contact, by=request.actor, now=now)
        if kept.asks_consent:
            contacts.set_consents(appointment.contact, wishes_of(kept.service, request.POST), by=request.actor, now=now)
        return appointment

    try:
        booked = tenancy.perform(act, organization=request.organization, by=request.actor)
    except (SlotTaken, SlotNotOpen) as refusal:
        return _form(request, _with_alternatives(request, kept), refusal=refusal, status=refusal.status)
    except Refusal as refusal:
        return _form(request, kept, refusal=refusal, status=refusal.status)
    return _to_appointment(request, booked)


def _read(request: PublicRequest, kept: Kept) -> Details:
    return read_details(
        request.POST.dict(),
        kept.service,
        country=request.organization.country,
        language=get_language() or "en",
        today=kept.offers.now.astimezone(kept.schedule.zone).date(),
    )


def _with_alternatives(request: PublicRequest, kept: Kept) -> Kept:
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        offers = offers_of(request.organization, now, request.GET.get("location", ""))
        return replace(kept, offers=offers, nearest=_nearest(request, offers, kept.hold))


def _to_appointment(request: PublicRequest, booked: Appointment | None) -> HttpResponse:
    assert booked is not None, "either it is booked or it is kept"
    address = request.here.to("appointment", {"done": "booked"}, token=link_secret(booked))
    return private(HttpResponseRedirect(address, status=303))


def _form(
    request: PublicRequest,
    kept: Kept,
    *,
    errors: Sequence[FieldError] = (),
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    typed: dict[str, Any] = request.POST.dict()
    consent_error: Text = next((error.message for error in errors if error.field == "consent"), "")
    with timezone.override(kept.schedule.zone):
        return show(
            request,
            "public/details.html",
            {
                **_context(request, kept),
                "fields": fields_of(kept.service, typed, errors),
                "needs_approval": kept.service.needs_approval,
                "has_errors": bool(errors),
                "consent": typed.get("consent") == "yes",
                "consent_error": consent_error,
                "asks_consent": kept.asks_consent,
                "wishes": wishes_shown(kept.service, typed),
                "refusal": refusal,
                "chosen": typed.get("time", ""),
                "alternatives": kept.nearest if refusal else (),
                "act": request.here.act("details", _asked(request), hold=kept.hold.id),
                "organization_name": request.organization.name,
                "your_data": request.here.to("your_data"),
            },
            location=kept.offers.location,
            status=status,
        )


def _over(request: PublicRequest, kept: Kept) -> HttpResponse:
    """The minutes are over: take the time again if it is still free, or one of the nearest."""
    same = next((near for near in kept.nearest if near.slot.starts_at == kept.hold.starts_at), None)
    with timezone.override(kept.schedule.zone):
        return show(
            request,
            "public/over.html",
            {
                **_context(request, kept),
                "same": same,
                "nearest": [near for near in kept.nearest if near is not same],
                "act": request.here.act("holds"),
                "hidden": {"service": kept.service.id, **_asked(request), "instead": kept.hold.id},
            },
            location=kept.offers.location,
            status=410,
        )


def _context(request: PublicRequest, kept: Kept) -> dict[str, Any]:
    starts, offer = kept.starts, kept.schedule.offers[kept.service.id]
    deadline = rules.deadline(kept.hold.starts_at, kept.service.cancel_cutoff_hours)
    price = offer.price_minor
    language = get_language() or "en"
    return {
        "offers": kept.offers,
        "step": kept.offers.step(4),
        "hold": kept.hold,
        "minutes_kept": request.organization.hold_minutes,
        "seconds_kept": request.organization.hold_minutes * 60,
        "is_over": kept.is_over,
        "day": starts.date(),
        "hour": dates.hour(starts),
        "service_name": kept.service.name_in(language),
        "practitioner": kept.schedule.provider_name,
        "place": kept.schedule.location_name if kept.offers.asks_where else "",
        "price": written(price, request.organization.currency, language=language) if price is not None else "",
        "cancel_until": dates.moment(deadline.astimezone(kept.schedule.zone)) if deadline > kept.offers.now else "",
        "times": request.here.to(
            "times",
            {**_asked(request), "from": starts.date(), "instead": "" if kept.is_over else kept.hold.id},
            service=kept.service.id,
        ),
    }


def _asked(request: PublicRequest) -> dict[str, str]:
    return {
        "location": request.GET.get("location", "")[:36],
        "provider": request.GET.get("provider", "")[:36] or ANYONE,
    }
