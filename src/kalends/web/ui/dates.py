"""Dates and hours as one writes them, in the language of the page: mardi 1er décembre, 9:20."""

from __future__ import annotations

from datetime import date, datetime

from babel.core import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.foundation import days

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


def stamp(when: datetime, *, seconds: bool = False) -> str:
    """1 Dec 2026, 10:40, where one looks things up. The zone is that of `when`."""
    at = f"{hour(when)}:{when.second:02}" if seconds else hour(when)
    return _("%(day)s, %(hour)s") % {"day": written(when, "d MMM y"), "hour": at}


def written(when: date, pattern: str) -> str:
    """By a pattern of Babel's, in the language of the page."""
    return days.written(when, pattern, get_language() or "en")


def locale() -> Locale:
    """Of the page's language."""
    return days.locale_of(get_language() or "en")
