"""Looking at what booking keeps, by noun."""

from kalends.booking.queries.appointments import (
    Seen,
    appointment_by_link,
    appointments,
    day_list,
    for_actor,
    history_of,
    link_secret,
    outside_hours,
    seen_before,
)

__all__ = [
    "Seen",
    "appointment_by_link",
    "appointments",
    "day_list",
    "for_actor",
    "history_of",
    "link_secret",
    "outside_hours",
    "seen_before",
]
