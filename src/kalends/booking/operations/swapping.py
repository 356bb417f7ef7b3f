"""Two visits change places."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.agenda.operations import places
from kalends.booking.events import AppointmentMoved, Left
from kalends.booking.models import Appointment, Status
from kalends.booking.operations.changing import change, locked
from kalends.booking.queries import can_swap
from kalends.booking.refusals import CannotSwap
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.organizations.models import Organization

# What belongs to a place and its time, and goes over with it.
OF_THE_PLACE = (
    *("schedule_id", "starts_at", "ends_at", "time_zone", "local_day", "local_minute", "fold"),
    *("is_overbooked", "overbooking_reason"),
)


def swap(
    organization: Organization,
    first_id: UUID,
    second_id: UUID,
    *,
    by: Actor,
    now: datetime,
    why: str = "",
    tell_patients: bool = True,
    tell_provider: Collection[str] | None = None,
) -> tuple[Appointment, Appointment]:
    """Give each of two visits the time and agenda of the other, in one act, or change neither (BOK-10).

    Both are still to come, equally long, and offered where they go. Raises CannotSwap, TwoPlacesAtOnce.
    """
    known = list(organization.appointments.filter(id__in=(first_id, second_id)).values_list("schedule_id", flat=True))
    locks.wait_turn(*known)
    by_id = {one: locked(organization, one) for one in sorted((first_id, second_id))}
    first, second = by_id[first_id], by_id[second_id]
    if not can_swap(organization, first, second, now=now):
        raise CannotSwap
    places.exchange(organization_id=organization.id, first_id=first_id, second_id=second_id)
    of_first, of_second = _place(first), _place(second)
    for appointment, own, place in ((first, of_first, of_second), (second, of_second, of_first)):
        change(
            appointment,
            "moved",
            right="appointment:move",
            by=by,
            now=now,
            why=why,
            status=Status.BOOKED,
            sequence=appointment.sequence + 1,
            **place,
        )
        left = Left(own["schedule_id"], own["starts_at"])
        events.publish(AppointmentMoved(appointment, by, tell_patients, tell_provider, left))
    return first, second


def _place(appointment: Appointment) -> dict[str, Any]:
    return {name: getattr(appointment, name) for name in OF_THE_PLACE}
