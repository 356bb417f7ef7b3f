"""Tables as text (CSV), in and out: what a spreadsheet opens, and what people bring.

A cell that a spreadsheet would run as a formula gets an apostrophe before it; reading takes it away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kalends.foundation.files import FileRefused, encoding_of, read_text

BYTE_ORDER_MARK = "\ufeff"
_DELIMITERS = (";", ",", "\t")
# A formula begins so, after whatever a program may skip; full-width signs are taken for the others by some.
_RUNS = re.compile("^[\\s\u200b-\u200f\u2060-\u2064\u00ad\ufeff\x00-\x1f']*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
LONGEST_CELL = 10_000


def guarded(text: str) -> str:
    """The cell as text, whatever it begins with."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell


def delimiter_of(language: str) -> str:
    """What the spreadsheets of a language put between columns: a semicolon where a comma is part of numbers."""
    return "," if language == "en" else ";"


def lines(rows: Iterable[Iterable[str]], *, delimiter: str) -> Iterator[str]:
    """The rows as lines of a file, with a byte order mark first, without which spreadsheets guess the encoding.

    Cells are written as they are: `guarded` is for text that people wrote.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    buffer.write(BYTE_ORDER_MARK)
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where it begins, from 1. `fault` says why it cannot be laid under the header, or nothing."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str


def read_table(data: bytes, *, largest: int, most_rows: int, most_columns: int, legacy: str) -> Table:
    """A table whose first line names its columns. Raises FileRefused, before anything of it is used.

    Of a row `fault` may be `too_few_cells`, `too_many_cells`, `cell_too_long` or `quotes`.
    """
    text = read_text(data, largest=largest, legacy=legacy)
    delimiter = _delimiter(text)
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    for line, cells in _records(text, delimiter):
        if not header:
            if cells is None:
                raise FileRefused("quote_open", line=line)
            header = tuple(cell.strip() for cell in cells)
            if len(header) > most_columns:
                raise FileRefused("too_many_columns", line=line, what=str(most_columns))
        elif len(rows) >= most_rows:
            raise FileRefused("too_many_rows", line=line, what=f"{most_rows:,}".replace(",", " "))
        else:
            rows.append(_row(line, cells, len(header)))
    return Table(header, tuple(rows), delimiter, encoding_of(data, legacy=legacy))


def _row(line: int, cells: list[str] | None, width: int) -> Row:
    if cells is None:
        return Row(line, (), "quotes")
    if any(cell.strip() for cell in cells[width:]):
        return Row(line, (), "too_many_cells")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return Row(line, (), "cell_too_long")
    # A program that leaves out empty cells at the end of a line means no harm.
    return Row(line, tuple(unguarded(cell) for cell in cells[:width]) + ("",) * (width - len(cells)))


def _delimiter(text: str) -> str:
    """The one that the first line has most of."""
    first = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Lines that say anything; None where quotation marks do not match within one line. Raises FileRefused.

    A mark that is never closed swallows the rows after it, so that is no matter of one row.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num > line:
                raise FileRefused("quote_open", line=line) from error
            yield line, None
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells
