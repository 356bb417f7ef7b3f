"""The waiting list as patients meet it: asking to be on it, and leaving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kalends.agenda.queries.plans import ServicePlan, plan_of
from kalends.booking.models import EntryStatus, OfferStatus, WaitlistEntry
from kalends.booking.operations import waiting
from kalends.booking.queries.waiting import entry_secret, offer_secret
from kalends.booking.refusals import NoWaitingList
from kalends.contacts import operations as contacts
from kalends.delivery.policy import settings_of
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import FieldError, Invalid, Refusal, Text
from kalends.web.public import dates
from kalends.web.public.choices import ANYONE, read_provider
from kalends.web.public.forms import fields_of, read_details, wishes_of, wishes_shown
from kalends.web.public.offers import Offers, offers_of
from kalends.web.public.page import PublicRequest, first_page, private, private_page, public_page, show
from kalends.web.public.visits import Visit, appointment_id_of, visit_of
from kalends.web.public.waiting import entry_of, lists_of, read_hours, wish_fields
from kalends.web.public.weeks import Question, question_of


@dataclass(frozen=True, slots=True)
class Asked:
    """For what somebody asks to wait: the service, where and with whom; the agendas that keep a list."""

    offers: Offers
    question: Question
    service: ServicePlan
    spans: dict[UUID, int]
    query: dict[str, object]
    asks_consent: bool

    @property
    def span(self) -> int:
        return min(self.spans.values())


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PublicRequest, service: UUID) -> HttpResponse:
    """Somebody for whom nothing is free: which hours suit, and who they are."""
    asked = _asked(request, service)
    if asked is None:
        return HttpResponseRedirect(request.here.to("services"))
    if request.method != "POST":
        return _ask_page(request, asked)
    try:
        return _to_entry(request, _join(request, asked))
    except Invalid as invalid:
        return _ask_page(request, asked, errors=_outside(invalid))
    except Refusal as refusal:
        return _ask_page(request, asked, refusal=refusal)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def earlier(request: PublicRequest, token: str) -> HttpResponse:
    """Whoever has a visit asks for an earlier time; the visit stays."""
    visit = visit_of(request, appointment_id_of(request, token))
    if visit.entry is not None:
        return _to_entry(request, visit.entry)
    if not visit.may_wait:
        raise NoWaitingList
    if request.method != "POST":
        return _earlier_page(request, token, visit)
    try:
        return _to_entry(request, _join_earlier(request, visit))
    except Invalid as invalid:
        return _earlier_page(request, token, visit, errors=_outside(invalid))
    except Refusal as refusal:
        return _earlier_page(request, token, visit, refusal=refusal)


@private_page
@require_safe
def show_one(request: PublicRequest, token: str) -> HttpResponse:
    """What one waits for, and the button to leave."""
    return _entry_page(request, token)


@private_page
@require_POST
def leave(request: PublicRequest, token: str) -> HttpResponse:
    entry = entry_of(request, token)

    def act(now: datetime) -> WaitlistEntry:
        return waiting.leave(request.organization, entry.id, by=request.actor, now=now)

    tenancy.perform(act, organization=request.organization, by=request.actor)
    return HttpResponseRedirect(request.here.to("waiting", token=token), status=303)


_OUTSIDE = {"from_minute": "from", "to_minute": "to", "valid_until": "until"}


def _outside(invalid: Invalid) -> list[FieldError]:
    return [FieldError(_OUTSIDE.get(error.field, error.field), error.message) for error in invalid.errors]


def _asked(request: PublicRequest, service: UUID) -> Asked | None:
    """None: where is asked first. Raises NoWaitingList, NoSuchOffer."""
    provider_id = read_provider(request.GET.get("provider", ""))
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        offers = offers_of(request.organization, now, request.GET.get("location", ""))
        if offers.location is None:
            return None
        question = question_of(offers, service, provider_id)
        spans = lists_of(request.organization, question.schedules)
        asks_consent = settings_of(request.organization).asks_consent
    if not spans:
        raise NoWaitingList
    # The link with which one leaves the list goes there, and the offer first of all.
    plan = replace(question.service, required_fields=(*question.service.required_fields, "email"))
    query: dict[str, object] = {"location": offers.location_asked, "provider": provider_id or ANYONE}
    return Asked(offers, question, plan, spans, query, asks_consent)


def _join(request: PublicRequest, asked: Asked) -> WaitlistEntry:
    """Raises Invalid with every bad field, of both parts of the form."""
    errors = list[FieldError]()
    hours, details = None, None
    try:
        hours = read_hours(request.POST, span=asked.span)
    except Invalid as invalid:
        errors += invalid.errors
    try:
        details = read_details(
            request.POST.dict(),
            asked.service,
            country=request.organization.country,
            language=get_language() or "en",
            today=asked.question.today,
        )
    except Invalid as invalid:
        errors += invalid.errors
    if hours is None or details is None:
        raise Invalid(errors)
    who, wish = details, hours

    def act(now: datetime) -> WaitlistEntry:
        entry = waiting.join(
            request.organization,
            contact=who.contact,
            by=request.actor,
            now=now,
            language=get_language(),
            services=[asked.service.id],
            schedules=list(asked.spans),
            note=who.reason,
            **wish,
        )
        contacts.consent(entry.contact, by=request.actor, now=now)
        if asked.asks_consent:
            contacts.set_consents(entry.contact, wishes_of(asked.service, request.POST), by=request.actor, now=now)
        return entry

    return tenancy.perform(act, organization=request.organization, by=request.actor)


def _join_earlier(request: PublicRequest, visit: Visit) -> WaitlistEntry:
    appointment = visit.appointment
    hours = read_hours(request.POST, span=visit.waiting_span)

    def act(now: datetime) -> WaitlistEntry:
        return waiting.join(
            request.organization,
            contact=appointment.contact,
            keeps_id=appointment.id,
            by=request.actor,
            now=now,
            language=appointment.language,
            schedules=[appointment.schedule_id],
            **hours,
        )

    return tenancy.perform(act, organization=request.organization, by=request.actor)


def _ask_page(
    request: PublicRequest, asked: Asked, *, errors: Sequence[FieldError] = (), refusal: Refusal | None = None
) -> HttpResponse:
    typed: dict[str, Any] = request.POST.dict()
    consent_error: Text = next((error.message for error in errors if error.field == "consent"), "")
    return show(
        request,
        "public/waiting_ask.html",
        {
            **_around(request, errors, refusal, asked.span),
            "service_name": asked.service.name_in(get_language() or "en"),
            "practitioner": asked.question.schedules[0].provider_name if asked.question.provider_id else "",
            "fields": fields_of(asked.service, typed, errors),
            "consent": typed.get("consent") == "yes",
            "consent_error": consent_error,
            "asks_consent": asked.asks_consent,
            "wishes": wishes_shown(asked.service, typed),
            "act": request.here.act("waiting_ask", asked.query, service=asked.service.id),
            "times": request.here.to("times", asked.query, service=asked.service.id),
            "organization_name": request.organization.name,
            "your_data": request.here.to("your_data"),
        },
        location=asked.offers.location,
        status=422 if errors else refusal.status if refusal else 200,
    )


def _earlier_page(
    request: PublicRequest,
    token: str,
    visit: Visit,
    *,
    errors: Sequence[FieldError] = (),
    refusal: Refusal | None = None,
) -> HttpResponse:
    return show(
        request,
        "public/waiting_earlier.html",
        {
            **_around(request, errors, refusal, visit.waiting_span),
            "day": visit.starts.date(),
            "hours": dates.hour(visit.starts),
            "moment": dates.moment(visit.starts),
            "act": request.here.act("earlier", token=token),
            "keep": request.here.to("appointment", token=token),
        },
        location=visit.location,
        status=422 if errors else refusal.status if refusal else 200,
    )


def _around(
    request: PublicRequest, errors: Sequence[FieldError], refusal: Refusal | None, span: int
) -> dict[str, object]:
    wish = wish_fields(request.POST, errors)
    return {"wish": wish, "span": span, "has_errors": bool(errors), "refusal": refusal}


def _to_entry(request: PublicRequest, entry: WaitlistEntry) -> HttpResponse:
    address = request.here.to("waiting", token=entry_secret(entry))
    return private(HttpResponseRedirect(address, status=303))


def _entry_page(request: PublicRequest, token: str) -> HttpResponse:
    entry = entry_of(request, token)
    with tenancy.acting(organization=request.organization, by=request.actor) as now:
        plan = plan_of(request.organization)
        offer = entry.offers.filter(status=OfferStatus.OPEN, expires_at__gt=now).first()
        kept = entry.keeps
    language = get_language() or "en"
    services = [plan.services[id_].name_in(language) for id_ in entry.services if id_ in plan.services]
    practitioners = {plan.schedules[id_].provider_name for id_ in entry.schedules if id_ in plan.schedules}
    return show(
        request,
        "public/waiting.html",
        {
            "entry": entry,
            "is_waiting": entry.status == EntryStatus.WAITING,
            "is_booked": entry.status == EntryStatus.BOOKED,
            "services": ", ".join(services),
            "practitioners": ", ".join(sorted(practitioners)),
            "days": ", ".join(dates.weekday(number) for number in entry.weekdays),
            "hours": (
                ""
                if (entry.from_minute, entry.to_minute) == (0, 1440)
                else (dates.minute(entry.from_minute), dates.minute((entry.to_minute - 1) % 1440 + 1))
            ),
            "until": dates.day(entry.valid_until),
            "kept": dates.moment(kept.starts_at.astimezone(clock.zone(kept.time_zone))) if kept is not None else "",
            "offer_url": request.here.to("offer", token=offer_secret(offer)) if offer else "",
            "act": request.here.act("waiting_leaving", token=token),
            "again": first_page(request),
        },
    )
