"""Errors speak in the sender's names, also where the inside has other ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kalends.foundation.errors import FieldError, Invalid

_FIRST = re.compile(r"^[^.\[]+")


@contextmanager
def sender_says(names: Mapping[str, str]) -> Iterator[None]:
    """Rename the fields of an `Invalid` that passes: `{"starts_at": "start"}`. Of two for one name the first stays."""
    try:
        yield
    except Invalid as fault:
        errors = {_outside(error.field, names): error.message for error in reversed(fault.errors)}
        raise type(fault)([FieldError(*error) for error in reversed(errors.items())]) from fault


def _outside(field: str, names: Mapping[str, str]) -> str:
    return _FIRST.sub(lambda found: names.get(found.group(), found.group()), field)
