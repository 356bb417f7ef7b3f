"""Decisions of booking, on plain values: no Django, no clock.

`states` says what may be done with an appointment, and until when; `waiting` who gets a freed time.
"""

from kalends.booking.rules import waiting
from kalends.booking.rules.states import (
    ALLOWED_CHANGES,
    CANCELLABLE,
    CONFIRMABLE,
    MOVABLE,
    NOTED,
    STRETCHABLE,
    SWAPPABLE,
    UNDOABLE,
    UNDONE,
    WITHOUT_OUTCOME,
    answer_due,
    cancel_hours,
    deadline,
    in_time,
    latest_day,
    too_early,
)

__all__ = [
    "ALLOWED_CHANGES",
    "CANCELLABLE",
    "CONFIRMABLE",
    "MOVABLE",
    "NOTED",
    "STRETCHABLE",
    "SWAPPABLE",
    "UNDOABLE",
    "UNDONE",
    "WITHOUT_OUTCOME",
    "answer_due",
    "cancel_hours",
    "deadline",
    "in_time",
    "latest_day",
    "too_early",
    "waiting",
]
