"""Dates in words, as the languages of pages and letters write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import translation

from kalends.foundation.days import written

FIRST, FOURTH = date(2026, 12, 1), date(2026, 12, 4)


@pytest.mark.parametrize(
    ("language", "short", "long", "month"),
    [
        ("en", "4 Dec 2026", "Friday 4 December", "May"),
        ("fr", "4 déc. 2026", "vendredi 4 décembre", "mai"),
        ("fr-ca", "4 déc. 2026", "vendredi 4 décembre", "mai"),
        ("ro", "4 dec. 2026", "vineri 4 decembrie", "mai"),
        ("tlh", "4 Dec 2026", "Friday 4 December", "May"),
        ("", "4 Dec 2026", "Friday 4 December", "May"),
    ],
)
def test_months_are_written_as_the_language_does(language: str, short: str, long: str, month: str) -> None:
    assert written(FOURTH, "d MMM y", language) == short
    assert written(FOURTH, "EEEE d MMMM", language) == long
    assert written(date(2026, 5, 1), "MMMM", language) == month


def test_the_first_is_an_ordinal_in_french_wherever_it_stands() -> None:
    patterns = ("d MMM y", "EEEE d MMMM", "EEE d MMM", "d MMMM y")
    assert [written(FIRST, pattern, "fr") for pattern in patterns] == [
        "1er déc. 2026",
        "mardi 1er décembre",
        "mar. 1er déc.",
        "1er décembre 2026",
    ]
    assert written(FIRST, "d MMMM y", "ro") == "1 decembrie 2026"
    assert written(date(2026, 11, 21), "d MMM y", "fr") == "21 nov. 2026"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "4 Dec 2026, 9:05 | 4 Dec 2026, 9:05:07 | Friday December"),
        ("fr", "4 déc. 2026, 9:05 | 4 déc. 2026, 9:05:07 | vendredi décembre"),
        ("ro", "4 dec. 2026, ora 9:05 | 4 dec. 2026, ora 9:05:07 | vineri decembrie"),
    ],
)
def test_pages_write_them_by_filters(language: str, said: str) -> None:
    page = '{{ at|stamp }} | {{ at|stamp_to_the_second }} | {{ at|in_words:"EEEE" }} {{ at|in_words:"MMMM" }}'
    with translation.override(language):
        made = engines["django"].from_string(page).render({"at": datetime(2026, 12, 4, 9, 5, 7, tzinfo=UTC)})
    assert made == said
