"""Offering a time, taking an offer back, answering for somebody on the telephone, leaving the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.agenda.queries.plans import plan_of
from kalends.booking.models import Appointment, Offer
from kalends.booking.operations import waiting as operations
from kalends.booking.rules.waiting import By
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, scope
from kalends.web.staff.page import ACT, desk
from kalends.web.staff.shell import address
from kalends.web.staff.waiting.views import entry_of


@desk(Right.APPOINTMENT_BOOK, ACT)
def offering(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    schedule_id, start = asked.row(request.POST, "schedule"), asked.instant(request.POST, "start")
    organization, by_phone = request.organization, request.POST.get("by") == "phone"

    def act(now: datetime) -> Offer:
        entry_of(request, plan_of(organization), entry_id)
        if schedule_id is None or start is None:
            raise BadRequest("start")
        scope.schedule(organization, request.actor, schedule_id)
        return operations.offer(
            organization,
            entry_id,
            schedule_id=schedule_id,
            starts_at=start,
            by_phone=by_phone,
            by=request.actor,
            now=now,
        )

    return _do(request, act, _offered, entry_id)


@desk(Right.APPOINTMENT_BOOK, ACT)
def offer_withdrawal(request: OrganizationRequest, offer_id: UUID) -> HttpResponse:
    """Take it back: the time is free, or goes to the next, as was chosen."""
    known = _offer(request, offer_id)
    to_next = request.POST.get("next") == "yes"

    def act(now: datetime) -> Offer:
        return operations.withdraw(request.organization, offer_id, by=request.actor, now=now, offer_next=to_next)

    done = _("The offer is withdrawn.") if to_next else _("The offer is withdrawn, and the time is free.")
    return _do(request, act, done, known.entry_id)


@desk(Right.APPOINTMENT_BOOK, ACT)
def offer_acceptance(request: OrganizationRequest, offer_id: UUID) -> HttpResponse:
    """They said yes on the telephone."""
    known = _offer(request, offer_id)
    by = replace(request.actor, channel=ChannelKind.PHONE)

    def act(now: datetime) -> Appointment:
        return operations.accept(request.organization, offer_id, by=by, now=now)

    return _do(request, act, _("Booked from the waiting list."), known.entry_id)


@desk(Right.APPOINTMENT_BOOK, ACT)
def offer_declining(request: OrganizationRequest, offer_id: UUID) -> HttpResponse:
    known = _offer(request, offer_id)

    def act(now: datetime) -> Offer:
        return operations.decline(request.organization, offer_id, by=request.actor, now=now)

    return _do(request, act, _("Declined. The entry stays on the list."), known.entry_id)


@desk(Right.APPOINTMENT_BOOK, ACT)
def waiting_leaving(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    def act(now: datetime) -> Any:
        entry_of(request, plan_of(request.organization), entry_id)
        return operations.leave(request.organization, entry_id, by=request.actor, now=now)

    return _do(request, act, _("Taken off the waiting list."), None)


def _offer(request: OrganizationRequest, offer_id: UUID) -> Offer:
    """One of an agenda that this member may see. Raises Http404."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        found = request.organization.offers.filter(id=offer_id).first()
        if found is None:
            raise Http404
        scope.schedule(request.organization, request.actor, found.schedule_id)
    return found


def _offered(offer: Offer) -> str:
    if offer.by_phone:
        return _("Kept for 15 minutes: note the answer here.")
    return _("Offered by text message.") if offer.told_by == By.SMS else _("Offered by e-mail.")


def _do(
    request: OrganizationRequest,
    act: Callable[[datetime], Any],
    done: str | Callable[[Any], str],
    entry_id: UUID | None,
) -> HttpResponse:
    """Do it and say so; a refusal is told on the page one comes back to. A booking leads to the appointment."""
    organization = request.organization
    try:
        result = tenancy.perform(act, organization=organization, by=request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done(result) if callable(done) else done)
        if isinstance(result, Appointment):
            return redirect(address(organization, "appointment", appointment_id=result.id))
    if entry_id is None:
        return redirect(address(organization, "waiting"))
    return redirect(address(organization, "waiting_entry", entry_id=entry_id))
