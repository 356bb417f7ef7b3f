"""When this happens, do that."""

from __future__ import annotations

from kalends.booking.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from kalends.foundation import events
from kalends.notifications import operations as notifications


def connect() -> None:
    """Called once, when all capabilities are ready."""
    events.listen(AppointmentBooked, notifications.confirm_booking)
    events.listen(AppointmentMoved, notifications.tell_moved)
    events.listen(AppointmentCancelled, notifications.tell_cancelled)
