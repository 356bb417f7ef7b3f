"""How the state of an appointment is shown: always a glyph and a word, the colour only follows them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class State:
    """A glyph of icons.svg, the tone of the badge ("" is neutral) and the word."""

    glyph: str
    tone: str
    word: Promise


STATES = {
    "pending": State("g-pending", "", _("Pending")),
    "held": State("g-held", "held", _("Held")),
    "booked": State("g-booked", "", _("Booked")),
    "confirmed": State("g-confirmed", "good", _("Confirmed")),
    "arrived": State("g-arrived", "good", _("Arrived")),
    "fulfilled": State("g-fulfilled", "", _("Seen")),
    "no_show": State("g-noshow", "bad", _("No-show")),
    "cancelled": State("g-cancelled", "", _("Cancelled")),
}
