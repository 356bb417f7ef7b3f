"""From a body to the fields of an operation."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _
from pydantic import BaseModel

from kalends.foundation.errors import FieldError, RequiredField


def given(sent: BaseModel, model: type[models.Model]) -> dict[str, Any]:
    """What was sent: what was left out is left out, null empties a text or a list. Raises RequiredField."""
    values = sent.model_dump(exclude_unset=True)
    for name, value in values.items():
        if value is None:
            values[name] = _empty(name, _column(model, name))
    return values


def _empty(name: str, column: Any) -> Any:
    match column:
        case models.BooleanField():
            raise RequiredField([FieldError(name, _("Please fill this in."))])
        case models.CharField() | models.TextField():
            return ""
        case models.JSONField():
            return {}
        case ArrayField():
            return []
    return None


def _column(model: type[models.Model], name: str) -> Any:
    return next((column for column in model._meta.fields if column.name == name), None)
