"""Dates and hours as one writes them: mardi 1er décembre, 9:20."""

from __future__ import annotations

from datetime import date

from babel.dates import format_interval, format_timedelta, get_day_names
from django.utils.translation import gettext as _

from kalends.web.ui.dates import day as day
from kalends.web.ui.dates import hour as hour
from kalends.web.ui.dates import locale as _locale
from kalends.web.ui.dates import minute as minute
from kalends.web.ui.dates import moment as moment
from kalends.web.ui.dates import written as _written


def day_of_month(when: date) -> str:
    """1 December."""
    return _written(when, "d MMMM")


def span(first: date, last: date) -> str:
    """30 Nov – 4 Dec."""
    return str(format_interval(first, last, skeleton="MMMd", locale=_locale()))


def month(when: date) -> str:
    return _written(when, "MMMM")


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
