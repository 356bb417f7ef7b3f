"""A table of centres, one per row, as French open data publishes them.

Columns are found by name, so that editions with other columns in another order are read as well.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from kalends.agenda.imports.hours import SENTENCES as HOUR_SENTENCES
from kalends.agenda.imports.hours import Hours, read_hours
from kalends.foundation.clock import DayOutOfRange, check_day
from kalends.foundation.files import FileRefused, read_text
from kalends.foundation.text import clean_line

LARGEST_FILE = 20_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_000

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAY_COLUMNS = tuple(f"rdv_{day}" for day in DAYS)

SENTENCES: dict[str, str] = HOUR_SENTENCES | {
    "cell_too_long": f"A cell is longer than {LONGEST_CELL} characters; the row was left out.",
    "date_unreadable": "This is no date written day/month/year; it was left out.",
    "gid_twice": "An earlier row has the same gid; this one was left out.",
    "name_missing": "There is no name; the row was left out.",
    "quotes": "The quotation marks do not match; the row was left out.",
    "too_few_cells": "The row has fewer cells than there are columns; it was left out.",
    "too_many_cells": "The row has more cells than there are columns; it was left out.",
    "website_unreadable": "This is no web address beginning with http:// or https://; it was left out.",
    "zone_assumed": "There is no postcode to tell the time zone by; Europe/Paris was taken.",
}

_MAINLAND = "Europe/Paris"
# The first three digits of a postcode, where clocks differ from those of Paris.
_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
_TEXT_COLUMNS = (
    "gid",
    "nom",
    "adr_num",
    "adr_voie",
    "com_cp",
    "com_nom",
    "rdv_tel",
    "lieu_tel",
    "rdv_site_web",
    "rdv_modalites",
    "date_ouverture",
    "date_fermeture",
)
_DELIMITERS = (";", ",")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CentreRow:
    """One centre. `line` is where its row begins, from 1; `hours` are of Monday to Sunday, in the wall time
    of `zone`; texts are single lines and empty where the file says nothing."""

    line: int
    gid: str
    name: str
    street: str
    postcode: str
    town: str
    zone: str
    phone: str
    website: str
    modalities: str
    opens: date | None
    closes: date | None
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What was not understood, and where. With `skipped` the whole row was left out."""

    line: int
    column: str
    reason: str
    text: str = ""
    skipped: bool = False

    @property
    def sentence(self) -> str:
        """The reason in plain English."""
        return SENTENCES[self.reason]

    def __str__(self) -> str:
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.sentence} {self.text!r}" if self.text else f"{place}: {self.sentence}"


def read_centres(data: bytes) -> Iterator[CentreRow | Problem]:
    """The centres in the order of the file, each followed by what was not understood in its row.

    Raises FileRefused, at the call and not later, so that nothing of a refused file is used.
    """
    text = read_text(data, largest=LARGEST_FILE)
    header, delimiter = _header(text)
    return _centres(header, _records(text, delimiter))


def _header(text: str) -> tuple[list[str], str]:
    """The names of the columns, and what stands between them. Raises FileRefused."""
    found = [(_names(text, delimiter), delimiter) for delimiter in _DELIMITERS]
    names, delimiter = max(found, key=lambda candidate: ("nom" in candidate[0], len(candidate[0])))
    if not names:
        raise FileRefused("quote_open", line=1)
    if len(names) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", line=1, what=str(MOST_COLUMNS))
    for required in ("nom", *DAY_COLUMNS):
        if required not in names:
            raise FileRefused("column_missing", line=1, what=required)
    if "com_nom" not in names and "com_cp" not in names:
        raise FileRefused("column_missing", line=1, what="com_nom")
    for name in (*_TEXT_COLUMNS, *DAY_COLUMNS):
        if names.count(name) > 1:
            raise FileRefused("column_twice", line=1, what=name)
    return names, delimiter


def _names(text: str, delimiter: str) -> list[str]:
    """The names in the first line; none where its quotation marks do not match."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        cells = next((cells for cells in reader if cells), [])
    except csv.Error:
        return []
    return [clean_line(cell).casefold() for cell in cells]


def _records(text: str, delimiter: str) -> list[tuple[int, list[str] | None]]:
    """The rows below the header with their lines; None where quotation marks do not match.

    A mark that is never closed swallows the rows after it, so that is no matter of one row. Raises
    FileRefused.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[tuple[int, list[str] | None]] = []
    while True:
        line = reader.line_num + 1
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return records[1:]
        except csv.Error as error:
            if reader.line_num > line:
                raise FileRefused("quote_open", line=line) from error
            cells = None
        if cells == []:
            continue
        if len(records) > MOST_ROWS:
            raise FileRefused("too_many_rows", line=line, what=str(MOST_ROWS))
        records.append((line, cells))


def _centres(header: list[str], records: Sequence[tuple[int, list[str] | None]]) -> Iterator[CentreRow | Problem]:
    gids: set[str] = set()
    for line, values in records:
        unusable = "quotes" if values is None else _shape(header, values)
        if values is None or unusable:
            yield Problem(line, "", unusable, skipped=True)
            continue
        cells = dict(zip(header, values, strict=False))
        gid = clean_line(cells.get("gid", ""))
        if gid and gid in gids:
            yield Problem(line, "gid", "gid_twice", text=gid, skipped=True)
        elif not clean_line(cells["nom"]):
            yield Problem(line, "nom", "name_missing", skipped=True)
        else:
            gids.add(gid)
            yield from _centre(line, cells)


def _shape(header: list[str], values: list[str]) -> str:
    """Why the row cannot be laid under the header, or nothing.

    A separator at the end of a line makes an empty, nameless cell, in the header or in the row: no harm.
    """
    last_named = max(at for at, name in enumerate(header) if name)
    if len(values) <= last_named:
        return "too_few_cells"
    if any(values[len(header) :]):
        return "too_many_cells"
    if any(len(value) > LONGEST_CELL for value in values):
        return "cell_too_long"
    return ""


def _centre(line: int, cells: Cells) -> Iterator[CentreRow | Problem]:
    texts = {name: clean_line(cells.get(name, "")) for name in _TEXT_COLUMNS}
    problems: list[Problem] = []
    opens = _day(line, "date_ouverture", texts, problems)
    closes = _day(line, "date_fermeture", texts, problems)
    website = _website(line, texts, problems)
    zone = _zone(line, texts, problems)
    hours = tuple(read_hours(cells[column]) for column in DAY_COLUMNS)
    problems.extend(
        Problem(line, column, day.reason, text=day.note)
        for column, day in zip(DAY_COLUMNS, hours, strict=True)
        if day.reason
    )
    yield CentreRow(
        line=line,
        gid=texts["gid"],
        name=texts["nom"],
        street=f"{texts['adr_num']} {texts['adr_voie']}".strip(),
        postcode=texts["com_cp"],
        town=texts["com_nom"],
        zone=zone,
        phone=texts["rdv_tel"] or texts["lieu_tel"],
        website=website,
        modalities=texts["rdv_modalites"],
        opens=opens,
        closes=closes,
        hours=hours,
    )
    yield from problems


def _day(line: int, column: str, texts: Cells, problems: list[Problem]) -> date | None:
    text = texts[column]
    if not text:
        return None
    parts = text.split("/")
    if [len(part) for part in parts] == [2, 2, 4] and text.isascii() and "".join(parts).isdigit():
        try:
            return check_day(date(int(parts[2]), int(parts[1]), int(parts[0])))
        except (DayOutOfRange, ValueError):
            pass
    problems.append(Problem(line, column, "date_unreadable", text=text))
    return None


def _website(line: int, texts: Cells, problems: list[Problem]) -> str:
    text = texts["rdv_site_web"]
    if not text or _is_web_address(text):
        return text
    problems.append(Problem(line, "rdv_site_web", "website_unreadable", text=text))
    return ""


def _is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname) and " " not in text


def _zone(line: int, texts: Cells, problems: list[Problem]) -> str:
    postcode = texts["com_cp"].replace(" ", "")
    # A spreadsheet that takes a postcode for a number drops its leading zero.
    if len(postcode) in (4, 5) and postcode.isascii() and postcode.isdigit():
        return _ZONES.get(postcode[:3], _MAINLAND) if len(postcode) == 5 else _MAINLAND
    problems.append(Problem(line, "com_cp", "zone_assumed", text=texts["com_cp"]))
    return _MAINLAND
