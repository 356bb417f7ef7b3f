"""What patients and staff are told. Called by the wiring, inside the transaction of the act.

Nothing is written out here: the act waits for no text. What belongs to the event is frozen in the facts, and
the worker makes the letter (texts/) from them.
"""

from kalends.notifications.operations.addresses import follow_addresses, reached_now
from kalends.notifications.operations.members import ask_sender, send_invitation, tell_texts_stopped
from kalends.notifications.operations.patients import (
    confirm_booking,
    tell_cancelled,
    tell_moved,
    tell_offer,
    tell_offer_withdrawn,
    tell_refused,
    tell_series,
    tell_waiting,
)
from kalends.notifications.operations.practitioners import (
    note_added,
    note_deleted,
    note_moved,
    note_series_added,
    note_series_deleted,
)

__all__ = [
    "ask_sender",
    "confirm_booking",
    "follow_addresses",
    "note_added",
    "note_deleted",
    "note_moved",
    "note_series_added",
    "note_series_deleted",
    "reached_now",
    "send_invitation",
    "tell_cancelled",
    "tell_moved",
    "tell_offer",
    "tell_offer_withdrawn",
    "tell_refused",
    "tell_series",
    "tell_texts_stopped",
    "tell_waiting",
]
