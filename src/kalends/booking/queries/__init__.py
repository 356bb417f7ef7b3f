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
from kalends.booking.queries.drawn import Beside, Drawn, Row, beside, drawn, drawn_rows
from kalends.booking.queries.rooms import belongings, coming_to
from kalends.booking.queries.series import Wish, preview_series
from kalends.booking.queries.steps import Clash, can_swap, clashes, is_too_early, last_step, step_in, swappable
from kalends.booking.queries.worklists import lapsed_requests, requests, without_outcome

__all__ = [
    "Beside",
    "Clash",
    "Drawn",
    "Row",
    "Seen",
    "Wish",
    "appointment_by_link",
    "appointments",
    "belongings",
    "beside",
    "can_swap",
    "clashes",
    "coming_to",
    "day_list",
    "drawn",
    "drawn_rows",
    "for_actor",
    "history_of",
    "is_too_early",
    "lapsed_requests",
    "last_step",
    "link_secret",
    "outside_hours",
    "preview_series",
    "requests",
    "seen_before",
    "step_in",
    "swappable",
    "without_outcome",
]
