"""Dates and hours as one writes them, in the language of the page: mardi 1er décembre, 9:20."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# Which English: ours is spoken in Europe, 14/03/1987 and not 03/14.
_LOCALES = {"en": "en_GB"}
_LONG = {"ro": "EEEE, d MMMM"}


def day(when: date, *, year: bool = False) -> str:
    """Tuesday 1 December."""
    return written(when, _LONG.get(locale().language, "EEEE d MMMM") + (" y" if year else ""))


def minute(of_day: int) -> str:
    """9:20 for 560 minutes after midnight."""
    return f"{of_day // 60}:{of_day % 60:02}"


def hour(when: datetime) -> str:
    """The zone is that of `when`."""
    return minute(when.hour * 60 + when.minute)


def moment(when: datetime, *, year: bool = False) -> str:
    """Tuesday 1 December, 10:40. The zone is that of `when`."""
    return _("%(day)s, %(hour)s") % {"day": day(when, year=year), "hour": hour(when)}


def written(when: date, pattern: str) -> str:
    """By a pattern of Babel's; the first of a month is the "1er" in French."""
    spelled = str(format_date(when, pattern, locale=locale()))
    if locale().language == "fr" and when.day == 1:
        return spelled.replace(" 1 ", " 1er ", 1) if " 1 " in spelled else spelled.replace("1 ", "1er ", 1)
    return spelled


def locale() -> Locale:
    """Of the page's language."""
    return _locale(get_language() or "en")


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    spoken = language.split("-")[0]
    return Locale.parse(_LOCALES.get(spoken, spoken))
