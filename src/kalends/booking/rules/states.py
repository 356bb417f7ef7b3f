"""What may be done with an appointment, and until when. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# From a state to the states that staff may set next; cancelling, moving and confirming are acts of their own.
ALLOWED_CHANGES: dict[str, frozenset[str]] = {
    "pending": frozenset({"booked"}),
    "booked": frozenset({"confirmed", "arrived", "fulfilled", "no_show"}),
    "confirmed": frozenset({"booked", "arrived", "fulfilled", "no_show"}),
    "arrived": frozenset({"fulfilled"}),
    "fulfilled": frozenset(),
    "no_show": frozenset(),
    "cancelled": frozenset(),
}
CANCELLABLE = frozenset({"pending", "booked", "confirmed"})
MOVABLE = CANCELLABLE
# Whoever sits with the practitioner already may still need more time.
STRETCHABLE = MOVABLE | {"arrived"}
CONFIRMABLE = frozenset({"booked", "confirmed"})


def deadline(starts_at: datetime, cutoff_hours: int) -> datetime:
    """Until when (excluded) a patient may change a visit: `cutoff_hours` of elapsed time before it starts."""
    return starts_at - timedelta(hours=cutoff_hours)


def in_time(starts_at: datetime, cutoff_hours: int, now: datetime) -> bool:
    return now < deadline(starts_at, cutoff_hours)
