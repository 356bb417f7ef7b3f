"""Staff note that a visit was paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.schemas.booking import Appointment, PaymentSent
from kalends.api.v1.booking.looking import find, told
from kalends.organizations.permissions import Right
from kalends.payments import operations as payments

router = Router(tags=["appointments"])


@router.post("/{slug:org}/appointments/{uuid:id}/payment", auth=requires(Right.PAYMENT_NOTE), response=Appointment)
def note_payment(request: Call, org: str, id: UUID, asked: PaymentSent) -> HttpResponse:
    """Note that an appointment was paid, or take that back. Said twice, the first stands."""
    organization, by = request.organization, request.actor
    note = payments.note_paid if asked.state == "paid" else payments.take_back_paid

    def act(now: datetime) -> dict[str, Any]:
        find(organization, id, by)
        note(organization, id, by=by, now=now)
        return told(organization, id, by)

    return done(request, act)
