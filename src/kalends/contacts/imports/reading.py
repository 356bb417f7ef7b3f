"""From the bytes of a table to contacts, each cleaned and checked as if somebody had typed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from kalends.contacts.columns import field_of
from kalends.contacts.imports.problems import (
    LARGEST_FILE,
    MOST_COLUMNS,
    MOST_ROWS,
    Problem,
    legacy_encoding,
    of_shape,
)
from kalends.contacts.reading import read_contact
from kalends.contacts.rules import ContactData
from kalends.foundation.errors import Invalid
from kalends.foundation.files import FileRefused
from kalends.foundation.tables import Table, read_table


@dataclass(frozen=True, slots=True)
class ContactRow:
    line: int
    data: ContactData


@dataclass(frozen=True, slots=True)
class ContactTable:
    """`read` rows in all; those with a problem are not among `rows`. `unknown` columns were read over."""

    read: int
    rows: tuple[ContactRow, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]
    encoding: str


def read_contacts(data: bytes, *, country: str, language: str, today: date) -> ContactTable:
    """All of a table. Raises FileRefused, when nothing of it can be used."""
    table = read_table(
        data,
        largest=LARGEST_FILE,
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
        legacy=legacy_encoding(language),
    )
    fields = columns_of(table, field_of)
    if "last_name" not in fields.values():
        raise FileRefused("column_missing", line=1, what=_("Last name"))
    rows: list[ContactRow] = []
    problems: list[Problem] = []
    for row in table.rows:
        if row.fault:
            problems.append(of_shape(row))
            continue
        typed = {field: row.cells[at] for at, field in fields.items()}
        heads = {field: table.header[at] for at, field in fields.items()}
        contact = read_row(row.line, typed, heads, country, language, today, problems)
        if contact is not None:
            rows.append(ContactRow(row.line, contact))
    unknown = tuple(head for at, head in enumerate(table.header) if head and at not in fields)
    return ContactTable(len(table.rows), tuple(rows), tuple(problems), unknown, table.encoding)


def columns_of(table: Table, known: Callable[[str], str]) -> dict[int, str]:
    """Which field stands in which column. Raises FileRefused where two columns hold the same."""
    fields: dict[int, str] = {}
    for at, head in enumerate(table.header):
        field = known(head)
        if field and field in fields.values():
            raise FileRefused("column_twice", line=1, what=head)
        if field:
            fields[at] = field
    return fields


def read_row(
    line: int,
    typed: Mapping[str, str],
    heads: Mapping[str, str],
    country: str,
    language: str,
    today: date,
    problems: list[Problem],
) -> ContactData | None:
    """The contact of a row; None with every bad cell noted in `problems`, by the name of its column."""
    written = typed.get("language", "").strip().casefold() or language
    if written not in dict(settings.LANGUAGES):
        sentence = _("This language is not known here.")
        problems.append(Problem(line, heads.get("language", ""), sentence, typed["language"][:60]))
        return None
    try:
        return read_contact(typed, required=(), country=country, language=written, today=today)
    except Invalid as fault:
        for error in fault.errors:
            text = typed.get(error.field, "")[:60]
            problems.append(Problem(line, heads.get(error.field, error.field), str(error.message), text))
        return None
