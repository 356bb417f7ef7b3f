"""Dates and hours as one writes them: mardi 1er décembre, 9:20."""

from __future__ import annotations

from datetime import date, datetime

from babel.core import Locale
from babel.dates import format_date, format_interval, format_timedelta, get_day_names
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_LOCALES = {"en": "en_GB"}
_PATTERNS = {"ro": "EEEE, d MMMM"}
_PATTERN = "EEEE d MMMM"


def day(when: date, *, year: bool = False) -> str:
    """Tuesday 1 December, in the language of the page."""
    locale = _locale()
    pattern = _PATTERNS.get(locale.language, _PATTERN) + (" y" if year else "")
    written = format_date(when, pattern, locale=locale)
    if locale.language == "fr" and when.day == 1:
        written = written.replace(" 1 ", " 1er ", 1)
    return str(written)


def hour(when: datetime) -> str:
    return minute(when.hour * 60 + when.minute)


def minute(of_day: int) -> str:
    return f"{of_day // 60}:{of_day % 60:02}"


def moment(when: datetime) -> str:
    """Tuesday 1 December, 10:40. The zone is that of `when`."""
    return _("%(day)s, %(hour)s") % {"day": day(when), "hour": hour(when)}


def day_of_month(when: date) -> str:
    """1 December."""
    written = format_date(when, "d MMMM", locale=_locale())
    return f"1er {written[2:]}" if _locale().language == "fr" and when.day == 1 else str(written)


def span(first: date, last: date) -> str:
    """30 Nov – 4 Dec."""
    return str(format_interval(first, last, skeleton="MMMd", locale=_locale()))


def month(when: date) -> str:
    return str(format_date(when, "MMMM", locale=_locale()))


def weekday(number: int) -> str:
    """The name of an ISO weekday: 1 is Monday."""
    return str(get_day_names("wide", locale=_locale())[number - 1])


def distance(when: date, today: date) -> str:
    """today, tomorrow, in 3 days."""
    days = (when - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return str(format_timedelta(when - today, granularity="day", threshold=1.5, add_direction=True, locale=_locale()))


def _locale() -> Locale:
    language = (get_language() or "en").split("-")[0]
    return Locale.parse(_LOCALES.get(language, language))
