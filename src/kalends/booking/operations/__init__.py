"""Acts on appointments: one function, one transaction, one line in history and audit."""

from kalends.booking.operations.booking import book
from kalends.booking.operations.changes import cancel, confirm, move, revoke_link, set_status
from kalends.booking.operations.following import follow_merge, follow_undone_merge
from kalends.booking.operations.holds import hold, release
from kalends.booking.operations.stretching import stretch

__all__ = [
    "book",
    "cancel",
    "confirm",
    "follow_merge",
    "follow_undone_merge",
    "hold",
    "move",
    "release",
    "revoke_link",
    "set_status",
    "stretch",
]
