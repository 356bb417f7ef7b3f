"""The columns of a table of appointments: what they are called where one writes it, and wherever one reads it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from babel.core import Locale
from babel.numbers import get_currency_precision
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kalends.booking.models import Appointment
from kalends.contacts import columns as contact_columns
from kalends.foundation.tables import guarded

HEADS: dict[str, Promise] = {
    "day": _("Date"),
    "hour": _("Hour"),
    "minutes": _("Minutes"),
    "schedule": _("Agenda"),
    "service": _("Service"),
    **{name: contact_columns.HEADS[name] for name in ("last_name", "first_name", "birth_date", "phone", "email")},
    "status": _("State"),
    "source": _("Channel"),
    "reason": _("Reason for the visit"),
    "price": _("Price"),
    "currency": _("Currency"),
}
OF_THE_RECORD = ("birth_date", "phone", "email")
"""What stands in the record of a patient only: for those who may open it."""

SYNONYMS: dict[str, str] = {
    "day": "date, day, date of appointment, jour, date du rendez vous, date rdv, data, ziua, zi, data programarii",
    "hour": "hour, time, start time, heure, heure de debut, heure du rendez vous, heure rdv, ora, "
    "ora programarii, ora de inceput",
    "start": "start, starts at, begin, debut, commence, inceput, incepe, date et heure, date and time, data si ora",
    "schedule": "agenda, schedule, calendar, practitioner, doctor, horaire, praticien, medecin, docteur, "
    "calendar medic, medic, doctor",
    "service": "service, examination, visit type, type, prestation, examen, motif de consultation, acte, "
    "type de rendez vous, examinare, serviciu, tip",
    "reason": "reason, reason for the visit, motif, motif du rendez vous, motif de la visite, motiv, "
    "motivul vizitei, motivul",
    # Read over without a word: our own exports have them.
    "minutes": "minutes, duration, duree, minute, durata",
    "status": "state, status, etat, statut, stare, starea",
    "source": "channel, source, canal, sursa",
    "price": "price, prix, tarif, pret",
    "currency": "currency, devise, monnaie, moneda, valuta",
}
FIELDS = {synonym: field for field, synonyms in SYNONYMS.items() for synonym in synonyms.split(", ")}


def names(*, with_record: bool) -> list[str]:
    return [name for name in HEADS if with_record or name not in OF_THE_RECORD]


def cells(visit: Appointment, wanted: list[str], *, language: str, word_of: Callable[[str, str], str]) -> list[str]:
    """One line. Day and hour are wall time of the place; `word_of(column, value)` gives states and channels words."""
    values = {
        "day": visit.local_day.isoformat(),
        "hour": f"{visit.local_minute // 60:02}:{visit.local_minute % 60:02}",
        "minutes": str(int((visit.ends_at - visit.starts_at).total_seconds() // 60)),
        "schedule": guarded(visit.schedule.name),
        "service": guarded(visit.service.name_in(language)),
        **dict(zip(contact_columns.HEADS, contact_columns.cells(visit.contact), strict=True)),
        "status": word_of("status", visit.status),
        "source": word_of("source", visit.source),
        "reason": guarded(visit.reason),
        "price": _amount(visit, language),
        "currency": visit.currency if visit.price_minor is not None else "",
    }
    return [values[name] for name in wanted]


def _amount(visit: Appointment, language: str) -> str:
    """A number that the spreadsheets of the language count with: 54.00, 54,00."""
    if visit.price_minor is None:
        return ""
    amount = Decimal(visit.price_minor).scaleb(-get_currency_precision(visit.currency))
    return f"{amount:f}".replace(".", str(Locale.parse(language).number_symbols["latn"]["decimal"]))
