"""Whether two things are the same to the last column: rows are equal for Django when their ids are."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, Model) and isinstance(other, Model):
        return _columns(one) == _columns(other) and same(_linked(one), _linked(other))
    return bool(one == other)


def _columns(row: Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def _linked(row: Model) -> tuple[Any, ...]:
    return tuple(row._state.fields_cache.values())
