"""Reading by hand, where every request passes and the ORM takes longer to ask than PostgreSQL to answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models

from kalends.foundation.database.asking import ask
from kalends.foundation.database.instances import stored

Row = TypeVar("Row", bound=models.Model)


def read(model: type[Row], condition: str, values: Sequence[Any]) -> list[Row]:
    """The rows of `model` that satisfy `condition`: our own SQL with `$1`, `$2`, …, never a caller's text."""
    statement, names = _select(model)
    return [stored(model, names, row) for row in ask(statement + condition, values).rows]


@lru_cache
def _select(model: type[models.Model]) -> tuple[str, list[str]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    return f'SELECT {columns} FROM "{table}" WHERE ', [field.attname for field in fields]  # noqa: S608 - our own names
