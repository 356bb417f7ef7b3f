"""From the bytes of a table to visits that are wanted. Names of agendas and services are matched by who books."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kalends.booking.columns import FIELDS
from kalends.contacts import columns as contact_columns
from kalends.contacts.imports.problems import (
    LARGEST_FILE,
    MOST_COLUMNS,
    MOST_ROWS,
    Problem,
    legacy_encoding,
    of_shape,
)
from kalends.contacts.imports.reading import columns_of, read_row
from kalends.contacts.reading import read_date
from kalends.contacts.rules import ContactData
from kalends.foundation.files import FileRefused
from kalends.foundation.tables import read_table
from kalends.foundation.text import UnusableText, clean_line

MOST_VISITS = 5_000
"""Each is booked on its own, by the rules: fewer than contacts."""
_HOUR = re.compile(r"^(\d{1,2})[:hH.](\d{2})?(?::\d{2})?$")
_NEEDED = ("schedule", "service", "last_name")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """`minute` after midnight on the wall clock of the agenda."""

    line: int
    schedule: str
    service: str
    day: date
    minute: int
    reason: str
    contact: ContactData


@dataclass(frozen=True, slots=True)
class VisitTable:
    read: int
    rows: tuple[VisitRow, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]
    encoding: str


def read_visits(data: bytes, *, country: str, language: str, today: date) -> VisitTable:
    """All of a table. Raises FileRefused, when nothing of it can be used."""
    table = read_table(
        data,
        largest=LARGEST_FILE,
        most_rows=min(MOST_VISITS, MOST_ROWS),
        most_columns=MOST_COLUMNS,
        legacy=legacy_encoding(language),
    )
    fields = columns_of(table, field_of)
    held = set(fields.values())
    for name in _NEEDED:
        if name not in held:
            raise FileRefused("column_missing", line=1, what=name.replace("_", " "))
    if "start" not in held and not {"day", "hour"} <= held:
        raise FileRefused("column_missing", line=1, what="date, hour")
    heads = {field: table.header[at] for at, field in fields.items()}
    rows: list[VisitRow] = []
    problems: list[Problem] = []
    for row in table.rows:
        if row.fault:
            problems.append(of_shape(row))
            continue
        typed = {field: row.cells[at].strip() for at, field in fields.items()}
        before = len(problems)
        contact = read_row(row.line, typed, heads, country, language, today, problems)
        when = _when(row.line, typed, heads, problems)
        schedule, service = (_name(row.line, typed, heads, name, problems) for name in ("schedule", "service"))
        reason = _line(typed.get("reason", ""))[:500]
        if contact is not None and when is not None and len(problems) == before:
            rows.append(VisitRow(row.line, schedule, service, *when, reason, contact))
    unknown = tuple(head for at, head in enumerate(table.header) if head and at not in fields)
    return VisitTable(len(table.rows), tuple(rows), tuple(problems), unknown, table.encoding)


def field_of(head: str) -> str:
    """The field of a visit, else of its patient."""
    return contact_columns.field_of(head, own=FIELDS) or contact_columns.field_of(head)


def _when(line: int, typed: dict[str, str], heads: dict[str, str], problems: list[Problem]) -> tuple[date, int] | None:
    """Day and hour from their two columns, or from one that holds both."""
    if typed.get("start"):
        day_text, _space, hour_text = typed["start"].replace("T", " ").partition(" ")
        day_column = hour_column = heads["start"]
    else:
        day_text, hour_text = typed.get("day", ""), typed.get("hour", "")
        day_column, hour_column = heads.get("day", ""), heads.get("hour", "")
    day = read_date(day_text[:12])
    if day is None:
        sentence = _("Please write the date as day, month, year: 14/03/1987.")
        problems.append(Problem(line, day_column, sentence, day_text[:60]))
    minute = _minute(hour_text)
    if minute is None:
        problems.append(Problem(line, hour_column, _("Please write the hour as 9:30."), hour_text[:60]))
    return None if day is None or minute is None else (day, minute)


def _minute(text: str) -> int | None:
    found = _HOUR.match(text.strip()) if text.isascii() else None
    if found is None:
        return None
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _name(line: int, typed: dict[str, str], heads: dict[str, str], name: str, problems: list[Problem]) -> str:
    text = _line(typed.get(name, ""))
    if not text:
        problems.append(Problem(line, heads[name], _("Please fill this in.")))
    return text


def _line(text: str) -> str:
    try:
        return clean_line(text)
    except UnusableText:
        return ""
