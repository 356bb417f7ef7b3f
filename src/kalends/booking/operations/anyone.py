"""Booking with any practitioner: whoever's turn it is, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from kalends.agenda.operations.turns import turn
from kalends.agenda.queries.free_times import free_at, free_slot
from kalends.agenda.queries.plans import remembered
from kalends.agenda.rules.turns import Share
from kalends.booking.models import Appointment, Hold
from kalends.booking.operations.booking import book
from kalends.booking.operations.holds import hold
from kalends.booking.queries.turns import turns
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import locks
from kalends.organizations.models import Organization

Made = TypeVar("Made")


def book_any(organization: Organization, *, location_id: UUID | None = None, **wish: Any) -> Appointment:
    """As `book`, without a schedule: of those free at that time, the one whose turn it is (15, 17)."""
    return _with_whom(organization, book, location_id, **wish)


def hold_any(organization: Organization, *, location_id: UUID | None = None, **wish: Any) -> Hold:
    """As `hold`, without a schedule."""
    return _with_whom(organization, hold, location_id, **wish)


def told(shares: Sequence[Share]) -> dict[str, Any]:
    """The numbers as the history keeps them, in the order of the choice."""
    return {
        "shares": [
            {
                "schedule": str(one.schedule),
                "weight": one.weight,
                "priority": one.priority,
                "booked": one.booked,
                "days": one.days,
                "last": one.last,
            }
            for one in shares
        ]
    }


def why_chosen(
    organization: Organization,
    schedule_id: UUID,
    *,
    service_id: UUID,
    starts_at: datetime,
    channel: ChannelKind,
    now: datetime,
) -> dict[str, Any] | None:
    """For somebody who was shown by turn and taken: the numbers as they are now. None: nobody else was free."""
    free = free_at(organization, service_id=service_id, starts_at=starts_at, channel=channel, now=now)
    shares = turns(organization, [slot.schedule for slot in free], now=now)
    first = [one for one in shares if one.schedule == schedule_id]
    return told([*first, *(one for one in shares if one.schedule != schedule_id)]) if len(shares) > 1 else None


def _with_whom(
    organization: Organization,
    act: Callable[..., Made],
    location_id: UUID | None,
    *,
    service_id: UUID,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    provider_id: UUID | None = None,
    **rest: Any,
) -> Made:
    """Wait for all who may be chosen, so that two who ask at once are not both sent to the same one."""
    offering = [
        one
        for one in remembered(organization).schedules_offering(service_id)
        if location_id in (None, one.location_id) and provider_id in (None, one.provider_id)
    ]
    locks.wait_turn(*{one for schedule in offering for one in turn(organization, schedule.id, service_id)})
    asked: dict[str, Any] = {"service_id": service_id, "starts_at": starts_at, "channel": by.channel, "now": now}
    free = free_at(organization, location_id=location_id, provider_id=provider_id, **asked)
    if not free:
        is_offered = any(free_slot(organization, schedule_id=one.id, **asked) for one in offering)
        raise SlotTaken if is_offered else SlotNotOpen
    shares = turns(organization, [slot.schedule for slot in free], now=now)
    return act(
        organization,
        schedule_id=shares[0].schedule,
        service_id=service_id,
        starts_at=starts_at,
        chosen=told(shares) if len(shares) > 1 else None,
        by=by,
        now=now,
        **rest,
    )
