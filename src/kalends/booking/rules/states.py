"""What may be done with an appointment, and until when. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

# The published table (docs/states.md): from a state to the states that may follow it. Staff with the right to undo take
# the last step back, and only that one; nothing else leads back.
ALLOWED_CHANGES: dict[str, frozenset[str]] = {
    "pending": frozenset({"booked", "cancelled"}),
    "booked": frozenset({"confirmed", "arrived", "fulfilled", "no_show", "cancelled"}),
    "confirmed": frozenset({"booked", "arrived", "fulfilled", "no_show", "cancelled"}),
    "arrived": frozenset({"fulfilled"}),
    "fulfilled": frozenset(),
    "no_show": frozenset(),
    "cancelled": frozenset(),
}
# Cancelling is an act of its own, with a reason; all other changes of the table are noted by staff.
NOTED = frozenset({"booked", "confirmed", "arrived", "fulfilled", "no_show"})
CANCELLABLE = frozenset(state for state, following in ALLOWED_CHANGES.items() if "cancelled" in following)
MOVABLE = CANCELLABLE
# Whoever sits with the practitioner already may still need more time.
STRETCHABLE = MOVABLE | {"arrived"}
CONFIRMABLE = frozenset({"booked", "confirmed"})
SWAPPABLE = CONFIRMABLE
# Visits that are over in one of these states wait for somebody to say what became of them.
WITHOUT_OUTCOME = frozenset({"booked", "confirmed", "arrived"})
# What history calls a step that can be taken back, and its taking back.
UNDOABLE = frozenset({"status", "confirmed", "cancelled", "refused", "expired"})
UNDONE = "undone"


def deadline(starts_at: datetime, cutoff_hours: int) -> datetime:
    """Until when (excluded) a patient may change a visit: `cutoff_hours` of elapsed time before it starts."""
    return starts_at - timedelta(hours=cutoff_hours)


def in_time(starts_at: datetime, cutoff_hours: int, now: datetime) -> bool:
    return now < deadline(starts_at, cutoff_hours)


def cancel_hours(status: str, cutoff_hours: int) -> int:
    """The cut-off for cancelling: a request that nobody has approved yet is given up at any time before it."""
    return 0 if status == "pending" else cutoff_hours


def latest_day(now: datetime) -> date:
    """No visit that has begun is of a later local date: nowhere is it the day after tomorrow yet. `now` in UTC."""
    return now.date() + timedelta(days=1)


def too_early(state: str, *, starts_at: datetime, local_day: date, now: datetime, today: date) -> bool:
    """Nobody arrives before the day of the visit, and nobody was seen, or missed it, before it began."""
    if state in ("fulfilled", "no_show"):
        return starts_at > now
    return state == "arrived" and local_day > today


def answer_due(starts_at: datetime, approval_hours: int, now: datetime) -> datetime:
    """Until when (excluded) a request keeps its time: `approval_hours` from now, never past the visit's start."""
    return min(now + timedelta(hours=approval_hours), starts_at)
