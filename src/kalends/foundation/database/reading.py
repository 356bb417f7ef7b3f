"""Reading by hand, where every request passes and the ORM takes longer to ask than PostgreSQL to answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import orjson
from django.db import models

from kalends.foundation.database.asking import ask
from kalends.foundation.database.instances import stored

Row = TypeVar("Row", bound=models.Model)


def read(model: type[Row], condition: str, values: Sequence[Any]) -> list[Row]:
    """The rows of `model` that satisfy `condition`: our own SQL with `$1`, `$2`, …, never a caller's text."""
    return read_with(model, (), condition, values)


def read_with(model: type[Row], links: tuple[str, ...], condition: str, values: Sequence[Any]) -> list[Row]:
    """The same, each row with those that its `links` name ("schedule", then "schedule__provider").

    The condition calls it "own", and them as the links.
    """
    statement, parts = _select(model, links)
    found: list[Row] = []
    for row in ask(statement + condition, values).rows:
        one, *others = (_stored(part, row) for part in parts)
        known = {"": one, **dict(zip(links, others, strict=True))}
        for link in links:
            holder, _sign, name = link.rpartition("__")
            known[holder]._state.fields_cache[name] = known[link]
        found.append(one)
    return found


def returned(model: type[Row], statement: str, values: Sequence[Any]) -> list[Row]:
    """The rows of `model` that a statement of our own answers with: `{columns}` in it stands for all of theirs."""
    part = _part(model, model._meta.db_table)
    return [_stored(part, row) for row in ask(statement.replace("{columns}", part.columns), values).rows]


class _Part(NamedTuple):
    """Where the columns of one model stand in a row, and which of them hold JSON, that comes as text."""

    model: type[models.Model]
    columns: str
    names: list[str]
    documents: list[str]
    begins: int = 0


def _stored(part: _Part, row: Sequence[Any]) -> Any:
    one = stored(part.model, part.names, row[part.begins : part.begins + len(part.names)])
    for name in part.documents:
        if (text := one.__dict__[name]) is not None:
            one.__dict__[name] = orjson.loads(text)
    return one


@lru_cache
def _part(model: type[models.Model], called: str, begins: int = 0) -> _Part:
    fields = [field for field in model._meta.concrete_fields if field.column]
    columns = ", ".join(f'"{called}"."{field.column}"' for field in fields)
    documents = [field.attname for field in fields if isinstance(field, models.JSONField)]
    return _Part(model, columns, [field.attname for field in fields], documents, begins)


@lru_cache
def _select(model: type[models.Model], links: tuple[str, ...]) -> tuple[str, list[_Part]]:
    """The statement up to its condition, and what of a row belongs to which model."""
    parts, joins = [_part(model, "own")], ""
    models_of: dict[str, Any] = {"": model}
    for link in links:
        holder, _sign, name = link.rpartition("__")
        field = models_of[holder]._meta.get_field(name)
        models_of[link] = field.related_model
        pairs = ((this.column, that.column) for this, that in field.related_fields)
        same = " AND ".join(f'{link}."{that}" = {holder or "own"}."{this}"' for this, that in pairs)
        joins += f'JOIN "{field.related_model._meta.db_table}" {link} ON {same} '
        parts.append(_part(field.related_model, link, parts[-1].begins + len(parts[-1].names)))
    columns = ", ".join(part.columns for part in parts)
    return f'SELECT {columns} FROM "{model._meta.db_table}" own {joins}WHERE ', parts  # noqa: S608 - our own names
