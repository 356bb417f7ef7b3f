"""What is typed into the page of opening hours, and what is read out of it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.rules import DayOverride, OpeningRule
from kalends.web.staff.settings import opening_form

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
spans = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1])
rules = st.builds(
    OpeningRule,
    weekday=st.integers(1, 7),
    start=st.just(0),
    end=st.just(1),
    valid_from=st.none() | days,
    valid_until=st.none() | days,
    weeks=st.sampled_from(["all", "odd", "even"]),
    services=st.none() | st.frozensets(st.uuids(), min_size=1, max_size=3),
).flatmap(lambda rule: spans.map(lambda span: _with(rule, span)))
overrides = st.builds(DayOverride, day=days, periods=st.lists(spans, max_size=3).map(tuple))


def _with(rule: OpeningRule, span: tuple[int, int]) -> OpeningRule:
    return OpeningRule(rule.weekday, span[0], span[1], rule.valid_from, rule.valid_until, rule.weeks, rule.services)


def row(rule: OpeningRule) -> Any:
    """As the table has it."""
    return SimpleNamespace(
        weekday=rule.weekday,
        from_minute=rule.start,
        to_minute=rule.end,
        weeks=rule.weeks,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        services=sorted(rule.services or ()),
    )


def posted(opening: opening_form.Opening) -> QueryDict:
    """What a browser sends for the page that shows `opening`."""
    sent = QueryDict(mutable=True)
    sent["version"] = str(opening.version)
    for one in opening.rows:
        for name in ("weekday", "start", "end", "weeks", "valid_from", "valid_until"):
            sent[f"rules-{one.key}-{name}"] = str(getattr(one, name))
        sent.setlist(f"rules-{one.key}-services", one.services)
    for day in opening.days:
        sent[f"days-{day.key}-date"], sent[f"days-{day.key}-hours"] = day.date, day.hours
    return sent


@given(st.lists(rules, max_size=5), st.lists(overrides, max_size=3))
def test_what_is_shown_and_sent_back_is_what_was_stored(
    stored: list[OpeningRule], differing: list[DayOverride]
) -> None:
    shown = opening_form.of_rows(
        3, map(row, stored), [SimpleNamespace(day=one.day, periods=one.periods) for one in differing]
    )
    typed = opening_form.of_post(posted(shown))
    assert (typed.version, opening_form.read(typed)) == (3, (stored, differing))
    assert not typed.is_wrong


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=20))
def test_nothing_that_is_sent_breaks_the_reading(sent: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(sent)
    opening_form.read(opening_form.of_post(query))


@pytest.mark.parametrize(
    ("typed", "periods"),
    [
        ("9:00–12:00, 14:00–17:00", ((540, 720), (840, 1020))),
        ("9-12 14h30-17h", ((540, 720), (870, 1020))),
        ("9.00 à 12.00; 14 to 24:00", ((540, 720), (840, 1440))),
        ("", ()),
    ],
)
def test_hours_of_a_day_may_be_written_in_many_ways(typed: str, periods: tuple[tuple[int, int], ...]) -> None:
    opening = opening_form.Opening(1, [], [opening_form.Day("0", "2027-03-01", typed)])
    assert opening_form.read(opening)[1] == [DayOverride(date(2027, 3, 1), periods)]
    assert not opening.is_wrong


def test_copying_monday_keeps_the_weekend_and_gives_every_row_its_own_key() -> None:
    service = str(UUID(int=7))
    rows = [
        opening_form.Row("0", 1, "9:00", "12:00", "odd", "2027-01-01", "2027-06-30", [service]),
        opening_form.Row("4", 2, "8:00", "9:00"),
        opening_form.Row("5", 6, "10:00", "11:00"),
    ]
    typed = opening_form.Opening(1, rows, [])
    opening_form.copy_monday(typed)
    assert [(one.weekday, one.start, one.weeks, one.services) for one in typed.rows] == [
        (1, "9:00", "odd", [service]),
        (6, "10:00", "all", []),
        *((weekday, "9:00", "odd", [service]) for weekday in (2, 3, 4, 5)),
    ]
    assert len({one.key for one in typed.rows}) == 6
