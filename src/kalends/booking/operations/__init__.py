"""Acts on appointments: one function, one transaction, one line in history and audit."""

from kalends.booking.operations.anyone import book_any, hold_any
from kalends.booking.operations.booking import book
from kalends.booking.operations.calendar_files import import_calendar
from kalends.booking.operations.changes import cancel, confirm, move, revoke_link, set_status
from kalends.booking.operations.following import follow_language, follow_merge, follow_undone_merge
from kalends.booking.operations.holds import hold, release
from kalends.booking.operations.importing import import_appointments
from kalends.booking.operations.requests import approve, expire, refuse
from kalends.booking.operations.series import add_date, cancel_rest, make_series, rest_of
from kalends.booking.operations.stretching import stretch
from kalends.booking.operations.swapping import swap
from kalends.booking.operations.undoing import undo

__all__ = [
    "add_date",
    "approve",
    "book",
    "book_any",
    "cancel",
    "cancel_rest",
    "confirm",
    "expire",
    "follow_language",
    "follow_merge",
    "follow_undone_merge",
    "hold",
    "hold_any",
    "import_appointments",
    "import_calendar",
    "make_series",
    "move",
    "refuse",
    "release",
    "rest_of",
    "revoke_link",
    "set_status",
    "stretch",
    "swap",
    "undo",
]
