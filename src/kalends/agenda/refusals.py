"""Why the agenda could not be written. Codes are those of the API."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

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


class StillUsed(Refusal):
    """Of a room or device: `count` visits are to come there, the last until `until`."""

    code = "still_booked"

    def __init__(self, count: int, until: datetime) -> None:
        sentence = ngettext(
            "%(count)s appointment is still to come here. Move or cancel it first.",
            "%(count)s appointments are still to come here. Move or cancel them first.",
            count,
        )
        super().__init__(sentence % {"count": count}, count=count, until=until)
        self.count, self.until = count, until
