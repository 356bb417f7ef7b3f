"""Why the agenda could not be written. Codes are those of the API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal


class EditedMeanwhile(Refusal):
    code = "edited_meanwhile"
    sentence = _("Somebody else has changed these opening hours since you opened them. Load them again.")


class PlaceTaken(Refusal):
    """Somebody or something is there already. Says nothing about who."""

    code = "slot_taken"
    sentence = _("Something is already planned in this time. Move it first, or choose another time.")


class StillBooked(Refusal):
    code = "still_booked"
    sentence = _("Appointments are still to come here, and their time zone would change. Move or cancel them first.")
