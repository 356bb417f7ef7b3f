"""The words of the desk for what the code calls by a name."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

CHANNELS: dict[str, Promise] = {
    "website": _("Website"),
    "phone": _("Telephone"),
    "staff": _("At the desk"),
    "api": _("Another program"),
}
# What one says to set a state, by the state it leads to.
CHANGES: dict[str, Promise] = {
    "arrived": _("Arrived"),
    "fulfilled": _("Seen"),
    "no_show": _("Did not come"),
    "confirmed": _("Confirmed"),
    "booked": _("Not confirmed after all"),
}
CANCELLED_BY: dict[str, Promise] = {
    "patient": _("by the patient"),
    "staff": _("by the practice"),
    "partner": _("by a partner"),
    "system": _("by Kalends"),
}


def languages() -> list[tuple[str, str]]:
    """Each in its own name: Français, Română."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES]
