"""What the signs of the agenda mean."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kalends.web.ui.templatetags.ui import icon


@lru_cache(maxsize=16)
def states(language: str) -> SafeString:
    """The list of states with their signs; made once for each `language`, which is the page's."""
    signs = [
        ("g-pending", _("To approve")),
        ("g-held", _("Held while somebody books")),
        ("g-booked", _("Booked")),
        ("g-confirmed", _("Confirmed by the patient")),
        ("g-arrived", _("Arrived")),
        ("g-fulfilled", _("Seen")),
        ("g-noshow", _("No-show")),
        ("g-cancelled", _("Cancelled")),
        ("g-offer", _("Offered to the waiting list")),
        ("g-reserved", _("Reserved, without a patient")),
        ("g-blocked", _("Blocked")),
        ("g-over", _("Overbooked")),
    ]
    return SafeString("".join(f"<li>{icon(name)}{word}</li>" for name, word in signs))
