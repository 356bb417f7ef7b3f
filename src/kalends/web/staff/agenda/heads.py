"""The words round the grid: the head of a column, the title of the page, what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from html import escape

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.web.staff import dates
from kalends.web.ui.dates import written


@lru_cache(maxsize=4096)
def _spelled(day: date, language: str) -> tuple[str, str, str]:
    """The weekday, the number as HTML, and both with the month; kept, as every page spells the same few days."""
    return written(day, "EEEE"), written(day, "d").replace("1er", "1<sup>er</sup>"), dates.day(day)


def head(schedule: Schedule, day: date, note: str, *, today: bool, side_by_side: bool, alone: bool) -> str:
    """Of a column, as HTML: the date large, or whose it is where the day is the same for all."""
    if side_by_side:
        about = " · ".join(filter(None, [schedule.provider.speciality, note]))
        return f"<h2>{escape(schedule.name)}</h2><p>{escape(about)}</p>"
    weekday, number, _whole = _spelled(day, get_language() or "en")
    css = ' class="first"' if day.day == 1 else ""
    spoken = f' <span class="vh">({_("today")})</span>' if today else ""
    about = note if alone else f"{schedule.name} · {note}"
    return f"<h2>{escape(weekday)} <b{css}>{number}</b>{spoken}</h2><p>{escape(about)}</p>"


def label(schedule: Schedule, day: date) -> str:
    """What a screen reader says on entering a column."""
    return _("%(day)s, %(agenda)s") % {"day": _spelled(day, get_language() or "en")[2], "agenda": schedule.name}


def title(days: Sequence[date]) -> str:
    """Tuesday 1 December 2026, or 30 November – 5 December 2026."""
    first, last = days[0], days[-1]
    if first == last:
        return dates.day(first, year=True)
    if first.year != last.year:
        parts = written(first, "d MMMM y"), written(last, "d MMMM y")
    elif first.month != last.month:
        parts = written(first, "d MMMM"), written(last, "d MMMM y")
    else:
        parts = written(first, "d"), written(last, "d MMMM y")
    return " – ".join(parts)


def whose(schedule: Schedule) -> str:
    """Dr Hélène Vasseur, Dermatologie."""
    return ", ".join(filter(None, [schedule.provider.name, schedule.provider.speciality]))


def about(shown: Sequence[str], days: Sequence[date], visits: int, free: int) -> str:
    """Dr Hélène Vasseur, Dermatologie · week 49, odd · 12 appointments · 11 free. `shown`: whose agendas they are."""
    alone = len(shown) == 1
    named = shown[0] if alone else ngettext("%(count)s agenda", "%(count)s agendas", len(shown)) % {"count": len(shown)}
    week = days[0].isocalendar().week
    parity = _("week %(number)s, odd") if week % 2 else _("week %(number)s, even")
    came = ngettext("%(count)s appointment", "%(count)s appointments", visits) % {"count": visits}
    left = ngettext("%(count)s free", "%(count)s free", free) % {"count": free} if free else ""
    return " · ".join(filter(None, [named, parity % {"number": week}, came, left]))
