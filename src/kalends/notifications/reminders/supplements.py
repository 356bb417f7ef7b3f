"""The texts that administrators add to reminders: a few variables in square brackets, put in once, never evaluated.

Text messages are read on locked screens: neither the patient's name nor what the visit is for can be put into one. The
link for whoever is not meant can, where it is wanted: the seed gives what is left of the 160 characters to the account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.booking.models import Appointment
from kalends.delivery import unsubscribing
from kalends.delivery.models import Medium
from kalends.foundation.database.models import new_id
from kalends.foundation.phone import written
from kalends.notifications import calendar_file
from kalends.organizations.models import Location, Organization

VARIABLES: Mapping[str, Sequence[str]] = {
    Medium.SMS: ("place", "phone", "not_me"),
    Medium.EMAIL: ("contact", "service", "place", "phone"),
}
_NAMED = re.compile(r"\[([^\[\]\n]*)\]")
# What other systems evaluate; here it would be sent as it stands, which nobody means.
_FOREIGN = re.compile(r"[$#]?\{[^\n]*?\}+|%\([^\n]*?\)s")


def fill(text: str, values: Mapping[str, str]) -> str:
    """One pass: what is put in is not looked at again. What has no value becomes nothing."""
    filled = _NAMED.sub(lambda found: values.get(found[1], ""), text)
    return "\n".join(" ".join(line.split()) for line in filled.split("\n"))


def why_refused(text: str, medium: str) -> str:
    """A sentence for whoever typed it, if it asks for what is not there; else nothing."""
    unknown = [found[0] for found in _NAMED.finditer(text) if found[1] not in VARIABLES[medium]]
    unknown += [found[0] for found in _FOREIGN.finditer(text)]
    if not unknown:
        return ""
    return _("%(unknown)s cannot be put in. These can: %(known)s.") % {
        "unknown": ", ".join(dict.fromkeys(unknown)),
        "known": ", ".join(f"[{name}]" for name in VARIABLES[medium]),
    }


def values_of(
    organization: Organization, visit: Appointment, medium: str, language: str, delivery_id: UUID | None = None
) -> dict[str, str]:
    """Needs contact, service and schedule with its location at hand. No delivery: nobody gets it yet."""
    known = {
        "not_me": unsubscribing.short_page_of(organization, delivery_id) if delivery_id is not None else "",
        "contact": visit.contact.full_name,
        "service": visit.service.name_in(language),
        **of_place(organization, visit.schedule.location, medium),
    }
    return {name: known[name] for name in VARIABLES[medium]}


def of_place(organization: Organization, location: Location, medium: str) -> dict[str, str]:
    """In a text message a place is its name alone. Its number, else that of the organization."""
    number = location.phone or organization.phone
    return {
        "place": location.name if medium == Medium.SMS else calendar_file.place_of(location),
        "phone": written(number, country=organization.country) if number else "",
    }


def longest_of(organization: Organization, locations: Sequence[Location]) -> dict[str, str]:
    """The longest that each variable of a text message can become in one practitioner's agendas."""
    link = {"not_me": unsubscribing.short_page_of(organization, new_id())}
    found = [of_place(organization, location, Medium.SMS) | link for location in locations] or [link]
    return {name: max((one.get(name, "") for one in found), key=len) for name in VARIABLES[Medium.SMS]}


def empty_in(text: str, organization: Organization, locations: Sequence[Location]) -> list[str]:
    """Which of the variables in a text stay empty at one of the places."""
    found = [of_place(organization, location, Medium.EMAIL) for location in locations]
    named = dict.fromkeys(one[1] for one in _NAMED.finditer(text))
    return [name for name in named if any(one.get(name) == "" for one in found)]
