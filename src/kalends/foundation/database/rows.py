"""Filling a row with what somebody sent, and storing it: every bad field is named, all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models.fields.related import ForeignObject
from django.utils.translation import gettext as _

from kalends.foundation.errors import FieldError, Invalid, RequiredField, Text
from kalends.foundation.text import UnusableText, clean_line, clean_text

Bounds = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Changes:
    """The fields that now differ, as the audit keeps them (plain values), and the columns they stand in."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)


def fill(
    row: models.Model,
    sent: Mapping[str, Any],
    *,
    allowed: Collection[str],
    bounds: Bounds | None = None,
    errors: Sequence[FieldError] = (),
    missing: Sequence[FieldError] = (),
) -> Changes:
    """Set the fields `sent`, cleaned and checked by their model fields and by `bounds` (both ends included).

    Text loses controls and needless spaces. Raises `RequiredField` or `Invalid` with every bad field, and
    `TypeError` for a field that is not `allowed`: a defect of the caller, who decides what may be sent.
    `errors`, `missing`: what the caller has found already, said with the rest.
    """
    if unknown := sorted(set(sent) - set(allowed)):
        raise TypeError(f"{type(row).__name__} does not take {', '.join(unknown)}")
    missing, errors = list(missing), list(errors)
    changes = Changes()
    for name, value in sent.items():
        column = row._meta.get_field(name)
        try:
            cleaned = value if isinstance(column, ForeignObject) else _cleaned(column, value, row)
            _check_bounds(cleaned, (bounds or {}).get(name))
        except ValidationError as fault:
            empty = {error.code for error in fault.error_list} & {"blank", "null"}
            (missing if empty else errors).append(FieldError(name, _sentence(fault, bool(empty))))
            continue
        _set(row, name, cleaned, changes)
    refuse(errors, missing)
    return changes


def refuse(errors: list[FieldError], missing: list[FieldError]) -> None:
    """Raise what fits: `RequiredField` when fields are only empty, `Invalid` otherwise; nothing when all is well."""
    if errors:
        raise Invalid([*errors, *missing])
    if missing:
        raise RequiredField(missing)


Taken = Mapping[str, tuple[str, Text]]


def insert(row: models.Model, *, taken: Taken | None = None) -> None:
    """Write a new row; `taken` says for a unique constraint which field to name, and how. Raises `Invalid`."""
    try:
        row.save(force_insert=True)
    except IntegrityError as fault:
        _explain(fault, taken or {})


def update(row: models.Model, changes: Changes, *, taken: Taken | None = None) -> None:
    """Write what has changed and nothing else: what others changed since the row was read stays. As `insert`."""
    if not changes.columns:
        return
    try:
        row.save(update_fields=changes.columns)
    except IntegrityError as fault:
        _explain(fault, taken or {})


def plain(value: Any) -> Any:
    """A value as JSON keeps it: dates in ISO form, identifiers as text."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _cleaned(column: Any, value: Any, row: models.Model) -> Any:
    if isinstance(value, str) and isinstance(column, models.CharField | models.TextField):
        try:
            value = clean_text(value) if isinstance(column, models.TextField) else clean_line(value)
        except UnusableText:
            raise ValidationError(_("This holds a character that cannot be stored.")) from None
    return column.clean(value, row)


def _check_bounds(value: Any, limits: tuple[int, int] | None) -> None:
    if limits is not None and value is not None and not limits[0] <= value <= limits[1]:
        raise ValidationError(
            _("This must be between %(least)s and %(most)s.") % {"least": limits[0], "most": limits[1]}
        )


def _sentence(fault: ValidationError, empty: bool) -> str:
    return _("Please fill this in.") if empty else " ".join(fault.messages)


def _set(row: models.Model, name: str, value: Any, changes: Changes) -> None:
    column = row._meta.get_field(name)
    key = column.column_name if hasattr(column, "column_name") else name
    old = getattr(row, key)
    setattr(row, name, value)
    if getattr(row, key) != old:
        changes.columns.add(key)
        changes.before[name], changes.after[name] = plain(old), plain(getattr(row, key))


def _explain(fault: IntegrityError, taken: Mapping[str, tuple[str, Text]]) -> NoReturn:
    diagnosis = getattr(fault.__cause__, "diag", None)
    known = taken.get(getattr(diagnosis, "constraint_name", None) or "")
    if known is None:
        raise fault
    raise Invalid.field(*known) from fault
