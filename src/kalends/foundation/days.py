"""Dates in words. Every date that anybody reads comes through here: months as each language writes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date

# Which English: ours is spoken in Europe, 14/03/1987 and not 03/14.
_LOCALES = {"en": "en_GB"}
_ENGLISH = Locale.parse("en_GB")


def written(when: date, pattern: str, language: str) -> str:
    """By a pattern of Babel's; the first of a month is the "1er" in French."""
    spoken = locale_of(language)
    spelled = str(format_date(when, pattern, locale=spoken))
    if spoken.language == "fr" and when.day == 1:
        return spelled.replace(" 1 ", " 1er ", 1) if " 1 " in spelled else spelled.replace("1 ", "1er ", 1)
    return spelled


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Of a language as contacts and pages name it, fr or fr-ca; English for one that nobody knows."""
    spoken = language.split("-")[0]
    try:
        return Locale.parse(_LOCALES.get(spoken, spoken))
    except (UnknownLocaleError, ValueError):
        return _ENGLISH
