"""Writing new rows where every booking passes: several in one round trip, without the ORM's detours.

`save()` builds the same INSERT anew each time and goes to the database once for each row; psycopg takes a statement
of many parameters apart anew each time, unless it is numbered already. The tables, fields and values are the models'
own; constraints, row security and defaults of the database work as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.fields import NOT_PROVIDED

from kalends.foundation.database.asking import ask, ask_by_name
from kalends.foundation.database.models import NEW_ID, fresh_ids

Column = tuple[str, Callable[[models.Model], Any]]
Waiting = tuple[models.Model, bool]

# Columns whose values psycopg takes as the model holds them.
_AS_THEY_ARE = (
    models.BinaryField,
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.IntegerField,
    models.TextField,
    models.UUIDField,
)
# From so many rows of one table they go as arrays: the statement is the same for any number of them.
_MANY = 3
_gathered: ContextVar[list[Waiting] | None] = ContextVar("kalends_gathered_rows", default=None)


def write(*rows: models.Model, once: bool = False) -> None:
    """INSERT all `rows` in one statement, so that PostgreSQL can keep its plan; inside `together`, at its end.

    `once`: a row that is there already stays as it is.
    """
    gathered = _gathered.get()
    if gathered is None:
        _insert([(row, once) for row in rows])
    else:
        gathered += [(row, once) for row in rows]


def write_from(source: str, row: models.Model, values: Mapping[str, Any], *, given: Sequence[str]) -> int:
    """INSERT a row for each of the relation `message` of `source`: our own SQL, `WITH …, message AS (…)`.

    From it come the columns `given`; all others are those of `row`, but each has an id of its own. What is there
    already stays as it is. Says how many rows were written.
    """
    model = type(row)
    own = {f"own_{name}": value(row) for name, value in _columns(model) if name not in (*given, "id")}
    fixed = {**values, **own, "fresh": fresh_ids()}
    return ask_by_name(f"{source} {_taking(model, tuple(given))}", fixed).affected


@lru_cache
def _taking(model: type[models.Model], given: tuple[str, ...]) -> str:
    names = [name for name, _value in _columns(model)]
    taken = (
        NEW_ID if name == "id" else f"message.{name}" if name in given else f"%(own_{name})s::{_type(model, name)}"
        for name in names
    )
    columns = ", ".join(f'"{name}"' for name in names)
    insert = f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {", ".join(taken)} FROM message'  # noqa: S608
    return f"{insert} ON CONFLICT DO NOTHING"


@contextmanager
def together() -> Iterator[None]:
    """All that is written inside goes to the database when it ends, in one statement: rows may refer to each other.

    Until then nothing of it can be read, and nothing is refused. Inside another, it ends with that one.
    """
    if _gathered.get() is not None:
        yield
        return
    gathered: list[Waiting] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    _insert(gathered)


def _insert(waiting: Sequence[Waiting]) -> None:
    groups: dict[tuple[type[models.Model], bool], list[models.Model]] = {}
    for row, once in waiting:
        groups.setdefault((type(row), once), []).append(row)
    if not groups:
        return
    values: list[Any] = []
    for (model, _once), rows in groups.items():
        columns = _columns(model)
        if len(rows) < _MANY:
            values += [value(row) for row in rows for _name, value in columns]
        else:
            values += [_array([value(row) for row in rows]) for _name, value in columns]
    statement = _statement(tuple((*kind, min(len(rows), _MANY)) for kind, rows in groups.items()))
    ask(statement, values)
    for row, _once in waiting:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@lru_cache
def _statement(groups: tuple[tuple[type[models.Model], bool, int], ...]) -> str:
    inserts, number = [], 0
    for model, once, count in groups:
        columns = _columns(model)
        width = len(columns)
        if count < _MANY:
            places = (", ".join(f"${number + row * width + n}" for n in range(1, width + 1)) for row in range(count))
            source = "VALUES " + ", ".join(f"({row})" for row in places)
            number += width * count
        else:
            types = (_type(model, name) for name, _value in columns)
            arrays = ", ".join(f"${number + n}::{t}[]" for n, t in enumerate(types, 1))
            source = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - our own names
            number += width
        names = ", ".join(f'"{name}"' for name, _value in columns)
        insert = f'INSERT INTO "{model._meta.db_table}" ({names}) {source}'
        inserts.append(insert + (" ON CONFLICT DO NOTHING" if once else ""))
    *first, last = inserts
    others = ", ".join(f"w{number} AS ({insert})" for number, insert in enumerate(first))
    return f"WITH {others} {last}" if others else last


@lru_cache
def _columns(model: type[models.Model]) -> tuple[Column, ...]:
    """The columns that are ours to write, each with how a row's value goes to the database."""
    fields = (field for field in model._meta.local_concrete_fields if field.column)
    return tuple((field.column, _value_of(field)) for field in fields if field.db_default is NOT_PROVIDED)


def _value_of(field: Any) -> Callable[[models.Model], Any]:
    of = attrgetter(field.attname)
    if isinstance(field, _AS_THEY_ARE) or field.is_relation:
        return of
    if isinstance(field, models.JSONField) and field.encoder is None:
        return lambda row: None if (value := of(row)) is None else _json(value)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connections[DEFAULT_DB_ALIAS])


def _json(value: Any) -> str:
    """Numbers as keys become text, as the standard library writes them: the dates of a series are told by number."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _array(values: Sequence[Any]) -> Any:
    """As PostgreSQL reads an array of text; psycopg would look for the kind of each element first."""
    if not all(value is None or isinstance(value, str | UUID) for value in values):
        return values
    quoted = (
        "NULL" if one is None else '"' + str(one).replace("\\", r"\\").replace('"', r"\"") + '"' for one in values
    )
    return "{" + ",".join(quoted) + "}"


def _type(model: type[models.Model], column: str) -> str:
    field = next(field for field in model._meta.local_concrete_fields if field.column == column)
    return str(field.db_type(connections[DEFAULT_DB_ALIAS]))
