"""Days and hours in words, as the three languages write them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.lists import format_list
from babel.units import format_unit

from kalends.foundation import clock
from kalends.foundation.days import written

# In figures, as text messages write them.
SHORT = {"ro": "%d.%m.%Y"}
SHAPES = {"en": "EEEE d MMMM y", "fr": "EEEE d MMMM y", "ro": "EEEE, d MMMM y"}


@lru_cache(2048)
def day_in_words(day: date, language: str) -> str:
    """Tuesday 1 December 2026; mardi 1er décembre 2026; marți, 1 decembrie 2026."""
    base = language.split("-")[0]
    if base not in SHAPES:
        base = "en"
    return written(day, SHAPES[base], base)


def long_day(day: date, language: str) -> str:
    """1 December 2026; 1er décembre 2026; 1 decembrie 2026."""
    return written(day, "d MMMM y", language)


def hour_of(local: datetime) -> str:
    """10:40. In an hour that the clocks show twice the zone is named: 2:30 (CET)."""
    text = f"{local.hour}:{local.minute:02}"
    zone = clock.zone(str(local.tzinfo))
    if len(clock.instants_of(local.date(), local.hour * 60 + local.minute, zone)) > 1:
        return f"{text} ({local.tzname()})"
    return text


def short_day(day: date | datetime, language: str) -> str:
    """01/12/2026; 01.12.2026 in Romanian."""
    return f"{day:{SHORT.get(language.split('-')[0], '%d/%m/%Y')}}"


def short_hour(local: datetime, language: str) -> str:
    """10:40; in French 10h40, as the seed writes it."""
    hour = hour_of(local)
    return hour.replace(":", "h", 1) if language.split("-")[0] == "fr" else hour


def short(local: datetime, language: str) -> str:
    """01/12/2026 10:40."""
    return f"{short_day(local, language)} {short_hour(local, language)}"


def span_in_words(minutes: int, language: str) -> str:
    """7 hours and 20 minutes; 7 ore și 20 de minute; from two days on in days and hours."""
    if minutes >= 2 * 24 * 60:
        parts = (("day", minutes // 1440), ("hour", minutes % 1440 // 60))
    else:
        parts = (("hour", minutes // 60), ("minute", minutes % 60))
    base = language.split("-")[0] if language.split("-")[0] in SHAPES else "en"
    said = [format_unit(count, f"duration-{unit}", locale=base) for unit, count in parts if count]
    return str(format_list(said, locale=base)) if said else ""
