"""Questions: search parameters, read strictly. What is not understood is refused, never left out in silence:
a filter that is ignored shows what nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from kalends.api.fhir.answers import base_of
from kalends.api.paging import MOST, USUAL, Paged
from kalends.api.schemas.fields import NOBODY
from kalends.foundation import clock
from kalends.foundation.errors import FieldError, Invalid
from kalends.organizations.models import Organization

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DATE = re.compile(
    r"(?P<prefix>eq|ge|gt|le|lt|sa|eb|)(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?P<time>T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?"
)
MOST_CHOICES = 100
Between = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: Literal["token", "reference", "date"]
    documentation: str


ID = Parameter("_id", "token", "Ids, separated by commas.")
RESULTS = frozenset({"_count", "_cursor", "_format"})


def id_of(text: str) -> UUID:
    """Ids are opaque: a text that is none of ours is the id of nobody."""
    return UUID(text) if _UUID.fullmatch(text) else NOBODY


class Question:
    """What stands in the address of a search. Raises Invalid for what is not in `known`."""

    def __init__(self, organization: Organization, query: QueryDict, known: Sequence[Parameter]) -> None:
        self._organization = organization
        self._query = query
        names = {parameter.name: parameter.kind for parameter in known}
        unknown = [name for name in query if name not in names and name not in RESULTS]
        if unknown:
            raise Invalid([FieldError(name, _("This cannot be searched by.")) for name in unknown])
        for name, values in query.lists():
            if len(values) > 1 and names.get(name) != "date":
                raise Invalid.field(name, _("Say this once, with commas between what it may be."))
        self.count = self._count()
        self.cursor: str | None = query.get("_cursor")

    @property
    def paged(self) -> Paged:
        return Paged(limit=self.count, cursor=self.cursor)

    def tokens(self, name: str) -> list[str] | None:
        """The codes asked for; a system before a bar is not looked at. None: not asked."""
        values = self._values(name)
        return None if values is None else [value.rpartition("|")[2] for value in values]

    def ids(self, name: str = "_id") -> list[UUID] | None:
        values = self.tokens(name)
        return None if values is None else [id_of(value) for value in values]

    def references(self, name: str, *kinds: str) -> list[tuple[str, UUID]] | None:
        """`Kind/id`, with the base before it or not; where there is one kind only, also the bare id."""
        values = self._values(name)
        return None if values is None else [self._reference(name, value, kinds) for value in values]

    def referred(self, name: str, kind: str) -> list[UUID] | None:
        """Ids of one kind."""
        found = self.references(name, kind)
        return None if found is None else [id for _kind, id in found]

    def between(self, name: str) -> Between:
        """Instants in seconds, half open; None: no limit. A date is a whole day of the organization's zone."""
        first: int | None = None
        end: int | None = None
        for text in self._query.getlist(name):
            lower, upper = self._limits(name, text)
            first = lower if first is None else max(first, lower if lower is not None else first)
            end = upper if end is None else min(end, upper if upper is not None else end)
        return first, end

    def _count(self) -> int:
        text = self._query.get("_count", str(USUAL))
        if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
            raise Invalid.field("_count", _("This should be a whole number, 1 or more."))
        return min(int(text), MOST)

    def _values(self, name: str) -> list[str] | None:
        text = self._query.get(name)
        if text is None:
            return None
        values = text.split(",")
        if not all(values) or len(values) > MOST_CHOICES:
            raise Invalid.field(name, _("Say at least one and at most %(count)s.") % {"count": MOST_CHOICES})
        return values

    def _reference(self, name: str, value: str, kinds: Sequence[str]) -> tuple[str, UUID]:
        kind, _slash, id = value.removeprefix(f"{base_of(self._organization)}/").rpartition("/")
        if not kind and len(kinds) == 1:
            return kinds[0], id_of(id)
        if kind not in kinds:
            shown = ", ".join(f"{one}/…" for one in kinds)
            raise Invalid.field(name, _("This should be one of %(values)s.") % {"values": shown})
        return kind, id_of(id)

    def _limits(self, name: str, text: str) -> Between:
        found = _DATE.fullmatch(text)
        if found is None:
            sentence = _("Write a date or a time with its offset: ge2026-12-07, lt2026-12-07T09:00:00Z.")
            raise Invalid.field(name, sentence)
        try:
            first, end = self._span(found["day"], found["time"])
        except ValueError:
            raise Invalid.field(name, _("There is no such time.")) from None
        match found["prefix"]:
            case "ge":
                return first, None
            case "gt" | "sa":
                return end, None
            case "le":
                return None, end
            case "lt" | "eb":
                return None, first
        return first, end

    def _span(self, day: str, time: str | None) -> tuple[int, int]:
        """Of a day, or of one second."""
        date = clock.parse_day(day)
        if time is None:
            return clock.day_bounds(date, clock.zone(self._organization.time_zone))
        instant = clock.epoch_of(datetime.fromisoformat(day + time))
        return instant, instant + 1
