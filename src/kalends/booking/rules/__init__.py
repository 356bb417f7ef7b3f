"""Decisions of booking, on plain values: no Django, no clock.

`states` says what may be done with an appointment, and until when; `waiting` who gets a freed time.
"""

from kalends.booking.rules import waiting
from kalends.booking.rules.states import (
    ALLOWED_CHANGES,
    CANCELLABLE,
    CONFIRMABLE,
    MOVABLE,
    STRETCHABLE,
    deadline,
    in_time,
)

__all__ = [
    "ALLOWED_CHANGES",
    "CANCELLABLE",
    "CONFIRMABLE",
    "MOVABLE",
    "STRETCHABLE",
    "deadline",
    "in_time",
    "waiting",
]
