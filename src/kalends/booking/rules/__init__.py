"""Decisions of booking, on plain values: no Django, no clock.

`states` says what may be done with an appointment, and until when.
"""

from kalends.booking.rules.states import (
    ALLOWED_CHANGES,
    CANCELLABLE,
    CONFIRMABLE,
    MOVABLE,
    deadline,
    in_time,
)

__all__ = ["ALLOWED_CHANGES", "CANCELLABLE", "CONFIRMABLE", "MOVABLE", "deadline", "in_time"]
