"""The list of blind copies in the form: a row for each address, whether it is on, and what it gets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kalends.notifications.institution.rules import AT_FIRST, COPY_KINDS

KINDS: dict[str, Promise] = {
    "bookings": gettext_lazy("Bookings and moves"),
    "cancellations": gettext_lazy("Cancellations"),
    "reminders": gettext_lazy("Reminders"),
    "waiting": gettext_lazy("Waiting list"),
    "payments": gettext_lazy("Payments"),
}
_NAME = re.compile(r"copy-(\d{1,4})-email")
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """As typed, or as saved. `key` is what its fields are named by."""

    key: str
    email: str
    on: bool
    kinds: tuple[str, ...]
    error: str = ""

    @property
    def ticks(self) -> list[tuple[str, Promise, bool]]:
        return [(kind, word, kind in self.kinds) for kind, word in KINDS.items()]

    def sent(self) -> dict[str, list[str]]:
        """As a browser sends it."""
        fields = {"email": [self.email], "on": ["on"] if self.on else [], "kinds": list(self.kinds)}
        return {f"copy-{self.key}-{name}": values for name, values in fields.items() if values}


BLANK = Row("__key__", "", True, AT_FIRST)


def saved_rows(copies: Sequence[Mapping[str, Any]]) -> list[Row]:
    return [Row(str(place), one["email"], one["on"], tuple(one["kinds"])) for place, one in enumerate(copies)]


def typed_rows(sent: QueryDict) -> list[Row]:
    """In the order in which they stand on the page; rows without an address are none."""
    keys = [found[1] for name in sent if (found := _NAME.fullmatch(name))][:MOST_ROWS]
    rows = [
        Row(
            key,
            str(sent[f"copy-{key}-email"]).strip(),
            f"copy-{key}-on" in sent,
            tuple(kind for kind in COPY_KINDS if kind in sent.getlist(f"copy-{key}-kinds")),
        )
        for key in keys
        if sent.get("remove_copy") != key
    ]
    return [row for row in rows if row.email]


def with_blank(rows: Sequence[Row]) -> list[Row]:
    """One more, for a browser without scripts."""
    key = 1 + max((int(row.key) for row in rows), default=-1)
    return [*rows, Row(str(key), "", True, AT_FIRST)]


def wanted(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{"email": row.email, "on": row.on, "kinds": list(row.kinds)} for row in rows]
