"""Dates, hours and lengths as they are written at the desk, in each language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from kalends.foundation import clock
from kalends.web.staff import dates

FIRST = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("language", "long", "short", "numeric", "weekday"),
    [
        ("en", "Tuesday 1 December 2026", "Tue 1 Dec 2026", "01/12/2026", "Tuesday"),
        ("fr", "mardi 1er décembre 2026", "mar. 1er déc. 2026", "01/12/2026", "mardi"),
        ("ro", "marți, 1 decembrie 2026", "mar. 1 dec. 2026", "01.12.2026", "marți"),
    ],
)
def test_a_date(language: str, long: str, short: str, numeric: str, weekday: str) -> None:
    with translation.override(language):
        written = dates.day(FIRST, year=True), dates.short(FIRST, year=True), dates.numeric(FIRST), dates.weekday(2)
    assert written == (long, short, numeric, weekday)


def test_only_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    with translation.override("fr"):
        assert [dates.day(date(2026, 12, day)) for day in (1, 11, 21, 31)] == [
            "mardi 1er décembre",
            "vendredi 11 décembre",
            "lundi 21 décembre",
            "jeudi 31 décembre",
        ]


@pytest.mark.parametrize(
    ("minutes", "written"), [(5, "5 min"), (60, "1 h"), (90, "1 h 30"), (125, "2 h 05"), (1440, "24 h")]
)
def test_a_length(minutes: int, written: str) -> None:
    assert dates.length(minutes) == written


@pytest.mark.parametrize(("minute", "written"), [(0, "0:00"), (560, "9:20"), (1440, "24:00")])
def test_an_hour(minute: int, written: str) -> None:
    assert dates.minute(minute) == written


def test_an_instant_is_written_on_the_clocks_asked_for() -> None:
    instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    written = [dates.instant(instant, clock.zone(key)) for key in ("Europe/Paris", "America/Toronto")]
    assert written == ["1 Jan 2027, 0:30", "31 Dec 2026, 18:30"]


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(1987, 12, 1), 39), (date(1987, 12, 2), 38), (date(2026, 12, 1), 0), (date(2024, 2, 29), 2)],
)
def test_an_age_is_in_whole_years(born: date, years: int) -> None:
    assert dates.age(born, FIRST) == years
