"""The form of a contact, and the rows of a search."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.booking.models import Appointment
from kalends.booking.queries import Seen, seen_before
from kalends.contacts.models import Contact
from kalends.contacts.queries import search
from kalends.contacts.reading import read_contact
from kalends.contacts.rules import ContactData
from kalends.foundation import phone
from kalends.foundation.actor import Actor
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.forms import explain
from kalends.web.staff.scope import is_bound
from kalends.web.staff.shell import address
from kalends.web.staff.words import languages

LEAST_TYPED = 2
MOST_FOUND = 20
LABELS = {
    "last_name": gettext_lazy("Last name"),
    "first_name": gettext_lazy("First name"),
    "birth_date": gettext_lazy("Date of birth"),
    "phone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
    "postcode": gettext_lazy("Postcode"),
    "town": gettext_lazy("Town"),
    "remark": gettext_lazy("Remark"),
}
HINTS = {
    "birth_date": gettext_lazy("Day, month, year: 14/03/1987"),
    "remark": gettext_lazy("Only the practice reads it"),
}
AUTOCOMPLETE_OFF = {"autocomplete": "off"}


class ContactForm(forms.Form):
    """Free text on purpose: `read_contact` reads and refuses, in one place for all pages."""

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        names: Collection[str] = tuple(LABELS),
        required: Collection[str] = (),
        initial: Mapping[str, str] | None = None,
        with_language: bool = False,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name in LABELS:
            if name in names:
                widget = forms.Textarea if name == "remark" else forms.TextInput
                self.fields[name] = forms.CharField(
                    label=LABELS[name],
                    required=False,
                    help_text=HINTS.get(name, ""),
                    widget=widget(attrs={**AUTOCOMPLETE_OFF, **_keyboard(name)}),
                )
                self.fields[name].required = name in required or name == "last_name"
        if with_language:
            self.fields["language"] = forms.ChoiceField(label=gettext_lazy("Language of letters"), choices=languages)

    def typed(self) -> dict[str, str]:
        """What was sent, whether right or wrong."""
        return {name: self.data.get(name, "") for name in self.fields}

    def read(
        self,
        *,
        over: Mapping[str, str] | None = None,
        required: Collection[str],
        country: str,
        language: str,
        today: date,
    ) -> ContactData | None:
        """The contact as typed, over what is known; None with the reasons beside the fields."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = self.typed()
        try:
            return read_contact(
                {**(over or {}), **self.typed()},
                required=required,
                country=country,
                language=self.data.get("language") or language,
                today=today,
            )
        except Invalid as fault:
            explain(self, fault)
            return None


def _keyboard(name: str) -> dict[str, str]:
    return {"phone": {"inputmode": "tel"}, "email": {"inputmode": "email"}, "remark": {"rows": "3"}}.get(name, {})


def values_of(organization: Organization, contact: Contact) -> dict[str, str]:
    """A contact as somebody would type it."""
    plain = {name: getattr(contact, name) for name in LABELS if name not in ("birth_date", "phone")}
    number = phone.written(contact.phone, country=organization.country) if contact.phone else ""
    number += f" x{contact.phone_extension}" if contact.phone_extension else ""
    born = dates.numeric(contact.birth_date) if contact.birth_date else ""
    return {**plain, "birth_date": born, "phone": number}


@dataclass(frozen=True, slots=True)
class Row:
    """A contact as a search shows it; `seen` tells of past visits, where that was asked for."""

    contact: Contact
    name: str
    birth_date: str
    telephone: str
    seen: str = ""


def row_of(organization: Organization, contact: Contact, seen: Seen | None = None) -> Row:
    return Row(
        contact=contact,
        name=f"{contact.last_name} {contact.first_name}".strip(),
        birth_date=dates.numeric(contact.birth_date) if contact.birth_date else "",
        telephone=phone.written(contact.phone, country=organization.country) if contact.phone else "",
        seen=", ".join(seen_words(seen)) if seen else "",
    )


def seen_words(seen: Seen) -> list[str]:
    """Seen on Tue 12 May 2026 by Dr Vasseur; 2 absences within a year."""
    if seen.last_day is None and not seen.no_shows:
        return [_("never came")]
    told = []
    if seen.last_day is not None:
        when = {"day": dates.short(seen.last_day, year=True), "name": seen.last_by}
        told.append(_("seen on %(day)s by %(name)s") % when)
    if seen.no_shows:
        absences = ngettext("%(count)s absence within a year", "%(count)s absences within a year", seen.no_shows)
        told.append(absences % {"count": seen.no_shows})
    return told


def visit_of(organization: Organization, appointment: Appointment) -> dict[str, Any]:
    return {
        "day": dates.short(appointment.local_day, year=True),
        "hour": dates.minute(appointment.local_minute),
        "what": appointment.service.name_in(get_language() or "en"),
        "where": appointment.schedule.name,
        "status": appointment.status,
        "url": address(organization, "appointment", appointment_id=appointment.id),
    }


def find(organization: Organization, typed: str, *, by: Actor, now: datetime) -> list[Row]:
    """Who fits what was typed; that they were looked at is noted. Less than two characters find nobody."""
    if len(typed) < LEAST_TYPED:
        return []
    found = list(search(organization, typed, most=MOST_FOUND))
    audit.record_about(
        "contact:search",
        organization_id=organization.id,
        kind="contact",
        subject_id=None,
        by=by,
        now=now,
        after={"typed": typed, "contacts": [str(contact.id) for contact in found]},
    )
    # A practitioner sees their own visits only, so nothing is said of others'.
    seen = {} if is_bound(by) else seen_before(organization, [contact.id for contact in found], now)
    return [row_of(organization, contact, seen.get(contact.id)) for contact in found]
