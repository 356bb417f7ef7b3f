"""When and for which visits the institution is told. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

MOST_ADDRESSES = 200
LEAST_HOURS, MOST_HOURS = 1, 720


class Mode(StrEnum):
    """Which cancellations are told, and when (seed 002, step 4)."""

    EVERY = "every"  # each, at once
    LATE = "late"  # only those less than N hours before the visit, at once
    HELD = "held"  # each, but not before N hours ahead of the visit


# What can be copied, and the patient's letters that belong to it.
COPY_KINDS = ("bookings", "cancellations", "reminders", "waiting", "payments")
AT_FIRST = ("bookings", "cancellations")
COPIED = {
    **dict.fromkeys(("appointment_booked", "appointment_asked", "appointment_moved", "series_booked"), "bookings"),
    **dict.fromkeys(("appointment_cancelled", "appointment_refused", "series_cancelled"), "cancellations"),
    **dict.fromkeys(("waiting_joined", "waiting_offer", "waiting_offer_withdrawn"), "waiting"),
    "reminder": "reminders",
    "payment_due": "payments",
}


def told_of_cancellation(mode: str, hours: int, *, starts_at: datetime, at: datetime) -> datetime | None:
    """When a visit cancelled `at` is told; None: not at all. Hours are elapsed time.

    Once a visit has begun no time becomes free by cancelling it: only who wants to know each is told.
    """
    if mode == Mode.EVERY:
        return at
    if at >= starts_at:
        return None
    begins = starts_at - timedelta(hours=hours)
    if mode == Mode.HELD:
        return max(at, begins)
    return at if at > begins else None


def is_wanted(
    *, locations: Collection[UUID], services: Collection[UUID], at: Collection[UUID], service: UUID | None
) -> bool:
    """Whether a visit at the places `at` is within what was chosen; nothing chosen: all."""
    return (not locations or bool(set(locations) & set(at))) and (not services or service in services)
