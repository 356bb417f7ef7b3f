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
from kalends.booking.queries.drawn import Beside, Drawn, beside, drawn

__all__ = [
    "Beside",
    "Drawn",
    "Seen",
    "appointment_by_link",
    "appointments",
    "beside",
    "day_list",
    "drawn",
    "for_actor",
    "history_of",
    "link_secret",
    "outside_hours",
    "seen_before",
]
