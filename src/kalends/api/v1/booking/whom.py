"""With whom: the schedule that is named, the one that is held, or whoever's turn it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Hold
from kalends.organizations.models import Organization


def book_with_anyone(
    organization: Organization,
    schedule_id: UUID | None,
    *,
    hold_id: UUID | None = None,
    provider_id: UUID | None = None,
    **wish: Any,
) -> Appointment:
    """As `booking.book`; without a schedule that of the hold, else by turn (among the agendas of `provider_id`)."""
    if schedule_id is not None:
        return booking.book(organization, schedule_id=schedule_id, hold_id=hold_id, **wish)
    if hold_id is None:
        return booking.book_any(organization, provider_id=provider_id, **wish)
    kept = organization.holds.filter(id=hold_id).first()
    known: Hold | Appointment | None = kept or organization.appointments.filter(hold_id=hold_id).first()
    if known is None:
        return booking.book_any(organization, provider_id=provider_id, **wish)
    chosen = kept.chosen if kept else None
    return booking.book(organization, schedule_id=known.schedule_id, hold_id=hold_id, chosen=chosen, **wish)
