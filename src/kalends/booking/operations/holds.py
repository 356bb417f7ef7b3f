"""Keeping a time while a form is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from kalends.agenda import changes
from kalends.agenda.operations import places
from kalends.agenda.operations.turns import complete_turn, turn
from kalends.agenda.queries.free_times import free_slot
from kalends.booking.models import Hold
from kalends.booking.refusals import SlotNotOpen, SlotTaken, TooManyHolds
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.organizations.models import Organization

MOST_LIVE_HOLDS = 3


def hold(
    organization: Organization,
    *,
    schedule_id: UUID,
    service_id: UUID,
    starts_at: datetime,
    visitor: bytes,
    by: Actor,
    now: datetime,
    limited: bool = True,
    chosen: Mapping[str, Any] | None = None,
) -> Hold:
    """Keep a free time for `visitor` (a hash of what tells visitors apart) for the organization's hold minutes.

    Its id is random, for whoever knows it may book with it. Raises SlotNotOpen, SlotTaken, TooManyHolds.
    """
    waited_for = turn(organization, schedule_id, service_id)
    locks.wait_turn(*waited_for)
    slot = free_slot(
        organization, service_id=service_id, schedule_id=schedule_id, starts_at=starts_at, channel=by.channel, now=now
    )
    if slot is None:
        raise SlotNotOpen
    complete_turn(waited_for, slot)
    if limited:
        _count(organization, visitor, now)
    kept = Hold(
        organization=organization,
        id=uuid4(),
        schedule_id=schedule_id,
        service_id=service_id,
        starts_at=slot.starts_at,
        visitor=visitor,
        created_at=now,
        expires_at=now + timedelta(minutes=organization.hold_minutes),
        chosen=dict(chosen) if chosen else None,
    )
    taken = places.take(
        organization_id=organization.id,
        schedule_id=schedule_id,
        span=slot.span,
        capacity=slot.schedule.capacity,
        holder_id=kept.id,
        expires_at=kept.expires_at,
        needs=slot.needs,
    )
    if not taken:
        raise SlotTaken
    kept.save(force_insert=True)
    changes.tell(organization.id, schedule_id, slot.local_start.date())
    return kept


def _count(organization: Organization, visitor: bytes, now: datetime) -> None:
    """Raises TooManyHolds. One after the other, whatever the agenda: several at once would each not see the others."""
    locks.wait_turn(uuid5(organization.id, f"visitor:{visitor.hex()}"))
    if organization.holds.filter(visitor=visitor, expires_at__gt=now).count() >= MOST_LIVE_HOLDS:
        raise TooManyHolds


def release(kept: Hold) -> None:
    """Give the time back at once: the visitor chose another."""
    places.give_up(organization_id=kept.organization_id, holder_id=kept.id)
    changes.tell_span(kept.schedule, kept.starts_at, kept.starts_at)
    kept.delete()
