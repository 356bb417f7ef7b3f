"""Dates and hours as one writes them at a desk, in the language of the person signed in."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from django.utils.translation import gettext as _

from kalends.foundation import clock
from kalends.web.ui.dates import day as day
from kalends.web.ui.dates import hour as hour
from kalends.web.ui.dates import locale as _locale
from kalends.web.ui.dates import minute as minute
from kalends.web.ui.dates import moment as moment
from kalends.web.ui.dates import stamp as _stamp
from kalends.web.ui.dates import written as _written


def short(when: date, *, year: bool = False) -> str:
    """Tue 1 Dec."""
    return _written(when, "EEE d MMM" + (" y" if year else ""))


def numeric(when: date) -> str:
    """14/03/1987, with all four digits of the year."""
    return _written(when, {"ro": "dd.MM.y"}.get(_locale().language, "dd/MM/y"))


def month(when: date) -> str:
    return _written(when, "MMMM y")


def weekday(number: int) -> str:
    """The name of an ISO weekday: 1 is Monday."""
    return str(get_day_names("wide", context="stand-alone", locale=_locale())[number - 1])


def instant(when: datetime, zone: ZoneInfo) -> str:
    """1 Dec 2026, 10:40 on the clocks of `zone`."""
    return _stamp(clock.wall(clock.epoch_of(when), zone))


def length(minutes: int) -> str:
    """40 min, 2 h, 1 h 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s") % {"hours": hours, "minutes": f"{rest:02}"}


def age(born: date, today: date) -> int:
    """In whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
