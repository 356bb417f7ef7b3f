"""The opening hours as a page types them: rows by day of the week, and single days that differ.

What cannot be read stays as it was typed, with the reason beside it. Rows without hours are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from kalends.agenda import rules
from kalends.agenda.models import DayOverride, OpeningRule
from kalends.foundation import clock
from kalends.foundation.errors import Invalid
from kalends.web.staff import dates

MOST_ROWS = 200
_ROW = re.compile(r"rules-(\d{1,4})-weekday")
_DAY = re.compile(r"days-(\d{1,4})-date")
_HOUR = r"(\d{1,2}(?:[:.]\d{2}|h\d{0,2})?)"
_PERIOD = re.compile(rf"{_HOUR}\s*(?:-|–|—|to|à)\s*{_HOUR}", re.IGNORECASE)
# Where the refusals of the rules point, and where that stands in a row.
FIELDS = {"from": "start", "to": "end"}


@dataclass(slots=True)
class Row:
    """Hours of one weekday, as typed. `errors` by field."""

    key: str
    weekday: int
    start: str = ""
    end: str = ""
    weeks: str = "all"
    valid_from: str = ""
    valid_until: str = ""
    services: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def has_more(self) -> bool:
        """Whether the lesser fields say anything."""
        return bool(self.valid_from or self.valid_until or self.services or set(self.errors) - {"start", "end"})


@dataclass(slots=True)
class Day:
    """One date that differs: its hours as one line, empty for closed."""

    key: str
    date: str
    hours: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Opening:
    version: int
    rows: list[Row]
    days: list[Day]
    errors: list[str] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors) or any(row.errors for row in self.rows) or any(day.errors for day in self.days)


def of_rows(version: int, found: Iterable[OpeningRule], overrides: Iterable[DayOverride]) -> Opening:
    """As it is stored."""
    rows = [
        Row(
            key=str(number),
            weekday=rule.weekday,
            start=dates.minute(rule.from_minute),
            end=dates.minute(rule.to_minute),
            weeks=rule.weeks,
            valid_from=rule.valid_from.isoformat() if rule.valid_from else "",
            valid_until=rule.valid_until.isoformat() if rule.valid_until else "",
            services=[str(service) for service in rule.services],
        )
        for number, rule in enumerate(found)
    ]
    days = [
        Day(str(number), override.day.isoformat(), hours_line((start, end) for start, end in override.periods))
        for number, override in enumerate(overrides)
    ]
    return Opening(version, rows, days)


def of_post(sent: QueryDict) -> Opening:
    """As it was typed."""
    version = sent.get("version", "")
    rows = [
        Row(
            key=key,
            weekday=_weekday(sent.get(f"rules-{key}-weekday", "")),
            start=sent.get(f"rules-{key}-start", "").strip(),
            end=sent.get(f"rules-{key}-end", "").strip(),
            weeks=sent.get(f"rules-{key}-weeks", "all"),
            valid_from=sent.get(f"rules-{key}-valid_from", "").strip(),
            valid_until=sent.get(f"rules-{key}-valid_until", "").strip(),
            services=sent.getlist(f"rules-{key}-services"),
        )
        for key in _keys(_ROW, sent)
    ]
    days = [
        Day(key, sent.get(f"days-{key}-date", "").strip(), sent.get(f"days-{key}-hours", "").strip())
        for key in _keys(_DAY, sent)
    ]
    return Opening(int(version) if version.isdecimal() else 0, rows, days)


def read(typed: Opening) -> tuple[list[rules.OpeningRule], list[rules.DayOverride]]:
    """Drop the empty rows of `typed`, note what cannot be read, and return the rest."""
    typed.rows = [row for row in typed.rows if row.start or row.end]
    typed.days = [day for day in typed.days if day.date or day.hours]
    return [_rule(row) for row in typed.rows], [_override(day) for day in typed.days]


def explain(typed: Opening, fault: Invalid) -> None:
    """Put each refusal of the operation beside the row it means: `rules[3].to`, `overrides[0].periods[1].from`."""
    for error in fault.errors:
        found = re.match(r"(rules|overrides)\[(\d+)\]\.(\w+)", error.field)
        rows: list[Row] | list[Day] = typed.rows if found and found[1] == "rules" else typed.days
        if found and int(found[2]) < len(rows):
            name = FIELDS.get(found[3], found[3]) if found[1] == "rules" else _of_day(found[3])
            rows[int(found[2])].errors[name] = str(error.message)
        else:
            typed.errors.append(str(error.message))
    if not fault.errors:
        typed.errors.append(str(fault))


def add_row(typed: Opening, weekday: int) -> str:
    """One more empty row; returns its key."""
    key = str(max([-1, *(int(row.key) for row in typed.rows)]) + 1)
    if len(typed.rows) < MOST_ROWS:
        typed.rows.append(Row(key=key, weekday=weekday))
    return key


def add_day(typed: Opening) -> None:
    key = str(max([-1, *(int(day.key) for day in typed.days)]) + 1)
    typed.days.append(Day(key, "", ""))


def copy_monday(typed: Opening) -> None:
    """Tuesday to Friday become like Monday."""
    monday = [row for row in typed.rows if row.weekday == 1 and (row.start or row.end)]
    typed.rows = [row for row in typed.rows if row.weekday not in (2, 3, 4, 5)]
    for weekday in (2, 3, 4, 5):
        for row in monday:
            key = add_row(typed, weekday)
            made = typed.rows[-1]
            if made.key == key:
                made.start, made.end, made.weeks = row.start, row.end, row.weeks
                made.valid_from, made.valid_until, made.services = row.valid_from, row.valid_until, [*row.services]


def hours_line(periods: Iterable[tuple[int, int]]) -> str:
    """9:00–12:00, 14:00–17:00."""
    return ", ".join(f"{dates.minute(start)}–{dates.minute(end)}" for start, end in periods)


def _rule(row: Row) -> rules.OpeningRule:
    services = {UUID(one) for one in row.services if _is_id(one)}
    return rules.OpeningRule(
        row.weekday,
        _minute(row, "start"),
        _minute(row, "end"),
        _date(row, "valid_from"),
        _date(row, "valid_until"),
        row.weeks if row.weeks in ("odd", "even") else "all",  # type: ignore[arg-type]
        frozenset(services) or None,
    )


def _override(day: Day) -> rules.DayOverride:
    when = _date(day, "date")
    if when is None and not day.errors:
        day.errors["date"] = _("Please give a date.")
    left = _PERIOD.sub("", day.hours)
    if left.strip(" ,;"):
        day.errors["hours"] = _("Please write hours as 9:00–12:00, 14:00–17:00; nothing for closed.")
    periods = tuple(
        (_typed_minute(start, day, "hours"), _typed_minute(end, day, "hours"))
        for start, end in _PERIOD.findall(day.hours)
    )
    return rules.DayOverride(when or date.min, periods)


def _minute(row: Row, name: str) -> int:
    return _typed_minute(getattr(row, name), row, name)


def _typed_minute(typed: str, row: Row | Day, name: str) -> int:
    text = typed.lower().replace("h", ":").replace(".", ":").rstrip(":")
    try:
        return clock.parse_minute(text if ":" in text else f"{text}:00")
    except clock.UnreadableTime:
        row.errors[name] = _("Please write an hour as 9:30.")
        return 0


def _date(row: Row | Day, name: str) -> date | None:
    typed = getattr(row, name)
    try:
        return clock.parse_day(typed) if typed else None
    except clock.ClockRefused:
        row.errors[name] = _("Please give a date.")
        return None


def _weekday(typed: str) -> int:
    return int(typed) if typed in {str(number) for number in range(1, 8)} else 1


def _of_day(name: str) -> str:
    return "date" if name == "date" else "hours"


def _keys(pattern: re.Pattern[str], sent: QueryDict) -> list[str]:
    found: Collection[str] = [match[1] for name in sent if (match := pattern.fullmatch(name))]
    return sorted(found, key=int)[:MOST_ROWS]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
