"""The one way to open a transaction.

PostgreSQL's row level security shows and takes only rows of the organizations named in two settings that
live as long as the transaction. Code that forgets a filter sees nothing of anybody else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import OperationalError, transaction
from psycopg import errors as postgres

from kalends.foundation.actor import Actor
from kalends.foundation.database.asking import ask

Result = TypeVar("Result")

_SET_SCOPE = """
SELECT set_config('kalends.organization', $1, true), set_config('kalends.reads', $2, true),
       set_config('kalends.person', $3, true), clock_timestamp()
"""
TRIES = 3


class Identified(Protocol):
    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What the open transaction may write (one organization) and read (several), and who acts."""

    organization_id: UUID | None
    by: Actor
    now: datetime
    seen: dict[Hashable, Any] = field(default_factory=dict)
    """What was read in this transaction and is good enough until it ends."""


_scope: ContextVar[Scope | None] = ContextVar("kalends_scope", default=None)


class NoScope(RuntimeError):
    """A tenant table was reached for outside `acting`: a defect, never shown to a caller."""


@contextmanager
def acting(*, organization: Identified | None, by: Actor, reads: Iterable[Identified] = ()) -> Iterator[datetime]:
    """Open a transaction that writes `organization` and reads it and `reads`; yields the database's clock (UTC).

    Durable and never nested: what it wrote is committed when the block ends. Close it before rendering.
    """
    own = str(organization.id) if organization else ""
    visible = ",".join({own, *(str(other.id) for other in reads)} - {""})
    person = str(by.person_id) if by.person_id else ""
    with transaction.atomic(durable=True):
        now: datetime = ask(_SET_SCOPE, [own, visible, person]).rows[0][3]
        token = _scope.set(Scope(organization.id if organization else None, by, now))
        try:
            yield now
        finally:
            _scope.reset(token)


def perform(
    act: Callable[[datetime], Result],
    *,
    organization: Identified | None,
    by: Actor,
    reads: Iterable[Identified] = (),
) -> Result:
    """Run `act(now)` in `acting`, again up to three times when PostgreSQL breaks a dead-lock at our expense."""
    for attempt in range(1, TRIES + 1):
        try:
            with acting(organization=organization, by=by, reads=reads) as now:
                return act(now)
        except OperationalError as fault:
            if attempt == TRIES or not _worth_another_try(fault):
                raise
            time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")


def current() -> Scope:
    """The scope of the open transaction. Raises `NoScope` outside `acting`."""
    scope = _scope.get()
    if scope is None:
        raise NoScope("No organization is set: open the transaction with tenancy.acting().")
    return scope


def _worth_another_try(fault: OperationalError) -> bool:
    return isinstance(fault.__cause__, postgres.DeadlockDetected | postgres.SerializationFailure)
