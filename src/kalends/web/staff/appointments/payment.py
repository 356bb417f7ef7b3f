"""What is to be paid for an appointment: shown, noted as paid, and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from kalends.booking.models import Appointment
from kalends.foundation import clock, money
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.payments import operations
from kalends.payments.models import Payment, State
from kalends.payments.queries import payment_of
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.page import ACT, desk
from kalends.web.staff.shell import address

# Tone, glyph, word.
STATES: dict[str, tuple[str, str, Promise]] = {
    State.UNPAID: ("warn", "warn", pgettext_lazy("payment", "Not paid yet")),
    State.PAID: ("good", "check", pgettext_lazy("payment", "Paid")),
    State.DROPPED: ("", "cross", pgettext_lazy("payment", "No longer owed")),
}


def owed(organization: Organization, visit: Appointment, by: Actor) -> dict[str, Any] | None:
    """For the page of the appointment; None: nothing is paid before. Inside `tenancy.acting`."""
    found = payment_of(organization, visit.id)
    if found is None:
        return None
    tone, glyph, word = STATES[found.state]
    may = by.may(Right.PAYMENT_NOTE)
    return {
        "amount": money.written(found.amount_minor, found.currency, language=get_language() or "en"),
        "until": dates.instant(found.due_at, clock.zone(visit.time_zone)) if found.state == State.UNPAID else "",
        "tone": tone,
        "glyph": glyph,
        "word": word,
        "by": found.by_label,
        "since": dates.instant(found.since, clock.zone(organization.time_zone)) if found.state == State.PAID else "",
        "note": "paid" if may and found.state == State.UNPAID else "",
        "take_back": "unpaid" if may and found.state == State.PAID else "",
        "url": address(organization, "payment", appointment_id=visit.id),
    }


@desk(Right.PAYMENT_NOTE, ACT)
def payment(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """Note that it was paid, or that it was not after all."""
    wanted = asked.word(request.POST, "state", (State.PAID, State.UNPAID))
    note = operations.note_paid if wanted == State.PAID else operations.take_back_paid

    def act(now: datetime) -> Payment:
        scope.appointment(request.organization, request.actor, appointment_id)
        return note(request.organization, appointment_id, by=request.actor, now=now)

    tenancy.perform(act, organization=request.organization, by=request.actor)
    messages.success(request, _("Noted as paid.") if wanted == State.PAID else _("Noted as not paid."))
    return redirect(address(request.organization, "appointment", appointment_id=appointment_id))
