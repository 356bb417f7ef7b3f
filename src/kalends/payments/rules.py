"""Until when a visit is to be paid. Pure: no Django, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

# Terms of a service: counted back from the visit, or on from the booking, in elapsed hours.
BEFORE, AFTER = "before", "after"


def deadline(terms: str, hours: int, *, starts_at: datetime, booked_at: datetime) -> datetime:
    """Never after the visit begins; and where it would be over when one books, it is that beginning."""
    if terms == AFTER:
        return min(booked_at + timedelta(hours=hours), starts_at)
    due_at = starts_at - timedelta(hours=hours)
    return due_at if due_at > booked_at else starts_at
