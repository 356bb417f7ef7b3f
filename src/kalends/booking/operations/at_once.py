"""Writing all that belongs to one booking together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from psycopg import errors as postgres

from kalends.booking.refusals import TwoPlacesAtOnce
from kalends.foundation.database.writing import together


@contextmanager
def written_at_once() -> Iterator[None]:
    """Contact, appointment, history, audit and messages in one go. Raises TwoPlacesAtOnce."""
    try:
        with together():
            yield
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise TwoPlacesAtOnce from fault
        raise
