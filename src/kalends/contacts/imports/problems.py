"""What was not understood in a table, and where."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation.tables import Row

LARGEST_FILE = 20_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
FAULTS: dict[str, Promise] = {
    "cell_too_long": gettext_lazy("A cell is longer than 10,000 characters."),
    "quotes": gettext_lazy("The quotation marks do not match."),
    "too_many_cells": gettext_lazy("The row has more cells than there are columns."),
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`line` counts from 1, with the head; `column` is as the file calls it, or empty for the whole row."""

    line: int
    column: str
    sentence: str
    text: str = ""

    def __str__(self) -> str:
        place = _("line %(line)s") % {"line": self.line} + (f", {self.column}" if self.column else "")
        return f"{place}: {self.sentence}" + (f" “{self.text}”" if self.text else "")


def of_shape(row: Row) -> Problem:
    """The row cannot be laid under the head."""
    return Problem(row.line, "", str(FAULTS[row.fault]))


def legacy_encoding(language: str) -> str:
    """What old programs of a country write, where it is not UTF-8."""
    return "cp1250" if language == "ro" else "cp1252"
