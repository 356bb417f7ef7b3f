"""The living page: every component with its states, in both densities."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from kalends.web.ui.shell import Link, Places
from kalends.web.ui.states import STATES

SPRITE = Path(__file__).parent.parent / "static" / "ui" / "icons.svg"
COLOURS = {
    "surfaces": ["ground", "paper", "raised", "sunk", "line-soft", "line", "line-strong"],
    "ink and accent": ["ink", "ink-2", "ink-3", "accent", "accent-tint", "accent-line", "rubric"],
    "meaning": ["good", "good-tint", "warn", "warn-tint", "bad", "bad-tint", "held", "held-tint"],
}


@cache
def icon_names() -> list[str]:
    """Every icon of the sprite."""
    return re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8"))


class SpecimenForm(forms.Form):
    """Shows how a Django form looks: one field with a hint, one refused, one choice, one free text."""

    name = forms.CharField(label=_("Name"), help_text=_("As on the insurance card"))
    email = forms.EmailField(label=_("E-mail"))
    place = forms.ChoiceField(label=_("Place"), choices=[("angers", "Angers"), ("cluj", "Cluj-Napoca")])
    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


def living_page(request: HttpRequest) -> HttpResponse:
    """All components with all their states; what the accessibility check and the pictures look at."""
    now = timezone.now()
    first = datetime(2026, 12, 1, 10, 40, tzinfo=UTC)
    densities = ["desk", "patient"]
    context = {
        "densities": [
            {
                "name": density,
                "form": SpecimenForm(
                    {"name": "Aubrée", "email": "clemence@", "place": "angers"}, auto_id=f"{density}_%s"
                ),
            }
            for density in densities
        ],
        "kinds": ["primary", "", "quiet", "danger"],
        "colours": COLOURS,
        "services": range(1, 9),
        "icons": icon_names(),
        "states": list(STATES),
        "first_of_month": first,
        "other_day": date(2026, 12, 3),
        "now": now,
        "expires": now + timedelta(minutes=3, seconds=48),
        "reasons": [("day", _("I cannot come that day")), ("well", _("I feel better"))],
        "parts_of_day": [("", _("All day")), ("am", _("Morning")), ("pm", _("Afternoon"))],
        "refused": [_("“%(address)s” is no address: it has no @.") % {"address": "asistente"}],
        "tabs": [Link(_("Coming"), "#tabs", current=True, count=3), Link(_("Past"), "#tabs")],
        "views": [Link(_("Day"), "#day", current=True), Link(_("Week"), "#day")],
        "crumbs": [Link(_("Settings"), "#main"), Link(_("Schedules"), "#main")],
        "organization_name": "Centre médical des Tilleuls",
        "nav": [
            Link(_("Agenda"), "#day"),
            Link(_("Waiting list"), "#tabs", count=5),
            Link(
                _("To look after"),
                "",
                count=3,
                links=[Link(_("Requests"), "#tabs", count=1), Link(_("Without outcome"), "#tabs", count=2)],
            ),
        ],
        "places": [
            Places(
                _("Foundations"),
                [Link(_("Colour"), "#colour"), Link(_("Type"), "#type"), Link(_("Icons"), "#icons")],
            ),
            Places(
                _("Components"),
                [Link(_("Compact"), "#desk"), Link(_("Airy"), "#patient"), Link(_("A day"), "#day")],
            ),
        ],
    }
    return render(request, "ui/living.html", context)
