"""All data of a booking, as the institution reads them (seed 002, step 2)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language_info, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from kalends.booking.models import Appointment
from kalends.contacts.models import Contact
from kalends.foundation import clock, money
from kalends.foundation.phone import written
from kalends.notifications.texts import days
from kalends.notifications.texts.appointments import facts_of
from kalends.notifications.texts.sheet import Fact
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization

CHANNELS: dict[str, Promise] = {
    "website": pgettext_lazy("booked", "on the website"),
    "phone": pgettext_lazy("booked", "by telephone"),
    "staff": pgettext_lazy("booked", "at the desk"),
    "api": pgettext_lazy("booked", "by another program"),
}


def all_data(
    organization: Organization, visit: Appointment, place: Place, *, by: str, language: str
) -> tuple[Fact, ...]:
    """Who comes, for what, to whom and where, and how it was booked; what is not known is left out."""
    return (*_who(organization, visit.contact, language), *_what(visit, place, language), *_how(visit, by, language))


def _who(organization: Organization, contact: Contact, language: str) -> tuple[Fact, ...]:
    phone = written(contact.phone, country=organization.country) if contact.phone else ""
    if phone and contact.phone_extension:
        phone = f"{phone} ({contact.phone_extension})"
    where = ", ".join(part for part in (contact.address, f"{contact.postcode} {contact.town}".strip()) if part)
    speaks = get_language_info(contact.language)["name_translated"] if contact.language else ""
    return _known(
        (pgettext("letter", "Patient"), contact.full_name),
        (pgettext("letter", "Born"), days.long_day(contact.birth_date, language) if contact.birth_date else ""),
        (pgettext("letter", "Telephone"), phone),
        (pgettext("letter", "E-mail"), contact.email),
        (pgettext("letter", "Address"), where),
        (pgettext("letter", "Language"), speaks),
        (pgettext("letter", "Remark on the patient"), contact.remark),
    )


def _what(visit: Appointment, place: Place, language: str) -> tuple[Fact, ...]:
    price = ""
    if visit.price_minor is not None:
        price = money.written(visit.price_minor, visit.currency, language=language)
    length = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    return (
        *facts_of(place, language, short=False),
        *_known(
            (pgettext("letter", "Lasts"), days.span_in_words(length, language)),
            (pgettext("letter", "Price"), price),
            (pgettext("letter", "Reason"), visit.reason),
            (pgettext("letter", "Remark"), visit.remark),
            (pgettext("letter", "Overbooked"), visit.overbooking_reason),
            (pgettext("letter", "Why it was cancelled"), visit.cancel_reason),
        ),
    )


def _how(visit: Appointment, by: str, language: str) -> tuple[Fact, ...]:
    local = clock.wall(clock.epoch_of(visit.booked_at), clock.zone(visit.time_zone))
    when = _("%(day)s at %(hour)s") % {
        "day": days.day_in_words(local.date(), language),
        "hour": days.hour_of(local),
    }
    return _known(
        (pgettext("letter", "Booked"), f"{CHANNELS.get(visit.source, visit.source)}, {when}"),
        (pgettext("letter", "Done by"), by),
    )


def _known(*lines: tuple[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(label, text) for label, text in lines if text)
