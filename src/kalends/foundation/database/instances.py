"""Rows as objects of their models, where every booking makes a dozen.

A model's own constructor looks at each field in turn, several times, and sends two signals. Here columns go where the
constructor would have put them. Related rows are assigned afterwards, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)


def fresh(model: type[Row], **columns: Any) -> Row:
    """`model(**columns)`, each column by its own name (`contact_id`); the others get their defaults."""
    defaults, made = _defaults(model)
    if not columns.keys() <= defaults.keys():
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(columns.keys() - defaults.keys()))}")
    values = {**defaults, **columns}
    for name, make in made:
        if name not in columns:
            values[name] = make()
    return _instance(model, values, ModelState())


def stored(model: type[Row], names: Sequence[str], row: Sequence[Any]) -> Row:
    """`model.from_db(…)`: as it stands in the database."""
    state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return _instance(model, dict(zip(names, row, strict=True)), state)


def _instance(model: type[Row], values: Mapping[str, Any], state: ModelState) -> Row:
    instance = model.__new__(model)
    instance.__dict__.update(values, _state=state)
    return instance


@lru_cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """What stands in every new row, by column, and what has to be made for each."""
    fields = [field for field in model._meta.concrete_fields if field.column]
    made = {field.attname: field.default for field in fields if field.has_default() and callable(field.default)}
    return {field.attname: made.get(field.attname) or field.get_default() for field in fields}, tuple(made.items())
