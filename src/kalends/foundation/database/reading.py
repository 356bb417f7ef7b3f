"""Reading by hand, where every request passes and the ORM takes longer to ask than PostgreSQL to answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from django.db import models

from kalends.foundation.database.asking import ask
from kalends.foundation.database.instances import stored

Row = TypeVar("Row", bound=models.Model)


def read(model: type[Row], condition: str, values: Sequence[Any]) -> list[Row]:
    """The rows of `model` that satisfy `condition`: our own SQL with `$1`, `$2`, …, never a caller's text."""
    return returned(model, f'SELECT {{columns}} FROM "{model._meta.db_table}" WHERE {condition}', values)  # noqa: S608


def returned(model: type[Row], statement: str, values: Sequence[Any]) -> list[Row]:
    """The rows of `model` that a statement of our own answers with: `{columns}` in it stands for all of theirs."""
    columns, names, documents = _columns(model)
    rows = ask(statement.replace("{columns}", columns), values).rows
    found = [stored(model, names, row) for row in rows]
    for row in found if documents else ():
        for name in documents:
            if (text := row.__dict__[name]) is not None:
                row.__dict__[name] = orjson.loads(text)
    return found


def read_with(model: type[Row], links: tuple[str, ...], condition: str, values: Sequence[Any]) -> list[Row]:
    """The same, each row with those that its `links` name. The condition calls it "own", and them as the links."""
    statement, parts = _select_with(model, links)
    found = []
    for row in ask(statement + condition, values).rows:
        one: Any = None
        for link, table, names, begins in parts:
            part = stored(table, names, row[begins : begins + len(names)])
            if one is None:
                one = part
            else:
                one._state.fields_cache[link] = part
        found.append(one)
    return found


@lru_cache
def _select_with(
    model: type[models.Model], links: tuple[str, ...]
) -> tuple[str, list[tuple[str, type[models.Model], list[str], int]]]:
    """The statement, and of each table in it the link, the model, its fields and where these begin in a row."""
    columns: list[str] = []
    joins: list[str] = []
    parts: list[tuple[str, type[models.Model], list[str], int]] = []
    for link in ("own", *links):
        field: Any = None if link == "own" else model._meta.get_field(link)
        table = field.related_model if field else model
        fields = [one for one in table._meta.concrete_fields if one.column]
        parts.append((link, table, [one.attname for one in fields], len(columns)))
        columns += [f'{link}."{one.column}"' for one in fields]
        if field:
            same = " AND ".join(f'{link}."{that.column}" = own."{this.column}"' for this, that in field.related_fields)
            joins.append(f'JOIN "{table._meta.db_table}" {link} ON {same} ')
    statement = f'SELECT {", ".join(columns)} FROM "{model._meta.db_table}" own {"".join(joins)}WHERE '  # noqa: S608
    return statement, parts


@lru_cache
def _columns(model: type[models.Model]) -> tuple[str, list[str], list[str]]:
    """Their columns, the names of the fields, and which of these hold JSON, that comes as text."""
    fields = model._meta.concrete_fields
    documents = [field.attname for field in fields if isinstance(field, models.JSONField)]
    table = model._meta.db_table
    columns = ", ".join(f'"{table}"."{field.column}"' for field in fields)
    return columns, [field.attname for field in fields], documents
