"""Whom to wait for before a place is taken: its schedule, and every room and device that may go with it."""

from __future__ import annotations

from uuid import UUID

from kalends.agenda.queries.plans import remembered
from kalends.agenda.queries.slots import Slot
from kalends.foundation.database import locks
from kalends.organizations.models import Organization


def turn(organization: Organization, schedule_id: UUID, service_id: UUID) -> tuple[UUID, ...]:
    """For `locks.wait_turn`. By the plan that this process remembers, so that nothing is asked before the lock."""
    schedule = remembered(organization).schedules.get(schedule_id)
    offer = schedule.offers.get(service_id) if schedule else None
    return (schedule_id, *sorted({one for choices in offer.needs for one in choices} if offer else ()))


def complete_turn(waited_for: tuple[UUID, ...], slot: Slot) -> None:
    """What the visit needs since the plan that was remembered, if that has changed just now.

    It is out of order, so it may meet somebody who waits for us: PostgreSQL breaks that, and `perform` tries again.
    """
    if more := {one for choices in slot.needs for one in choices} - set(waited_for):
        locks.wait_turn(*more)
