"""Acts on appointments: one function, one transaction, one line in history and audit."""

from kalends.booking.operations.booking import book
from kalends.booking.operations.changes import cancel, confirm, move, revoke_link, set_status
from kalends.booking.operations.following import follow_merge, follow_undone_merge
from kalends.booking.operations.holds import hold, release
from kalends.booking.operations.requests import approve, expire, refuse
from kalends.booking.operations.stretching import stretch
from kalends.booking.operations.swapping import swap
from kalends.booking.operations.undoing import undo

__all__ = [
    "approve",
    "book",
    "cancel",
    "confirm",
    "expire",
    "follow_merge",
    "follow_undone_merge",
    "hold",
    "move",
    "refuse",
    "release",
    "revoke_link",
    "set_status",
    "stretch",
    "swap",
    "undo",
]
