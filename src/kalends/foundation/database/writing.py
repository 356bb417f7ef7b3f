"""Writing new rows where every booking passes: several in one round trip, without the ORM's detours.

`save()` builds the same INSERT anew each time and goes to the database once for each row; psycopg takes a statement
of many parameters apart anew each time, unless it is numbered already. The tables, fields and values are the models'
own; constraints, row security and defaults of the database work as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.fields import NOT_PROVIDED
from psycopg import RawCursor

Column = tuple[str, Callable[[models.Model], Any]]

# Columns whose values psycopg takes as the model holds them.
_AS_THEY_ARE = (models.CharField, models.TextField, models.UUIDField, models.BinaryField, models.BooleanField)
# From so many rows of one table they go as arrays: the statement is the same for any number of them.
_MANY = 3


def write(*rows: models.Model, once: bool = False) -> None:
    """INSERT all `rows`, in their order, in one statement, so that PostgreSQL can keep its plan.

    `once`: a row that is there already stays as it is.
    """
    groups = [(model, list(of_model)) for model, of_model in groupby(rows, key=type)]
    values: list[Any] = []
    for model, of_model in groups:
        columns = _columns(model)
        if len(of_model) < _MANY:
            values += [value(row) for row in of_model for _name, value in columns]
        else:
            values += [[value(row) for row in of_model] for _name, value in columns]
    statement = _statement(tuple((model, min(len(of_model), _MANY)) for model, of_model in groups), once)
    with CursorWrapper(RawCursor(connection.connection), connection) as cursor:
        cursor.execute(statement, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache
def _statement(groups: tuple[tuple[type[models.Model], int], ...], once: bool) -> str:
    inserts, number = [], 0
    for model, count in groups:
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
        inserts.append(f'INSERT INTO "{model._meta.db_table}" ({names}) {source}')
    inserts = [insert + (" ON CONFLICT DO NOTHING" if once else "") for insert in inserts]
    *first, last = inserts
    others = ", ".join(f"w{number} AS ({insert})" for number, insert in enumerate(first))
    return f"WITH {others} {last}" if others else last


@lru_cache
def _columns(model: type[models.Model]) -> tuple[Column, ...]:
    """The columns that are ours to write, each with how a row's value goes to the database."""
    fields = (field for field in model._meta.local_concrete_fields if field.column)
    return tuple((field.column, _value_of(field)) for field in fields if field.db_default is NOT_PROVIDED)


def _value_of(field: Any) -> Callable[[models.Model], Any]:
    if isinstance(field, _AS_THEY_ARE) or field.is_relation:
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)


def _type(model: type[models.Model], column: str) -> str:
    field = next(field for field in model._meta.local_concrete_fields if field.column == column)
    return str(field.db_type(connection))
