"""A clock that was set (REM-14): noticed by whoever is about to act on it, before anything is done.

Forward, all that is planned for later seems to be due or too late; back, what was done seems to lie ahead. So what is
sent in bulk, and what ends because its time has passed, waits until somebody says that the clock is right: for one
organization its administrators, for all whoever runs the installation. What answers somebody still leaves.

Each process compares with what it saw last; one that starts with what was written down in the same start of the
machine. After a restart of the machine only a clock that was set back can be told from one that has moved on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.db.models import Max

from kalends.delivery.models import ClockJump, ClockLook
from kalends.delivery.policy import settings_of
from kalends.foundation import jumps
from kalends.foundation.actor import Actor, system
from kalends.foundation.database import tenancy
from kalends.foundation.database.locks import wait_turn
from kalends.foundation.jobs import one_by_one
from kalends.organizations.models import Organization

log = logging.getLogger(__name__)
BY = system("clock")
WRITES_EVERY = 60.0  # seconds
KNOWN_FOR = timedelta(days=30)
ALL = UUID(int=14)
Said = TypeVar("Said", covariant=True)


class Turn(Protocol[Said]):
    """What a round does in one organization. Inside `tenancy.acting`."""

    def __call__(self, organization: Organization, /, *, now: datetime) -> Said: ...


class _Seen(NamedTuple):
    database: datetime
    machine: float
    steady: float


class Watch:
    """One for each process; asked by any of its threads."""

    def __init__(
        self,
        *,
        machine: Callable[[], float] = time.time,
        steady: Callable[[], float] = jumps.steady,
        boot: Callable[[], UUID] = jumps.boot,
    ) -> None:
        self._machine, self._steady = machine, steady
        self._boot = boot()
        self._seen: _Seen | None = None
        self._written = float("-inf")
        self._turn = Lock()

    def look(self) -> bool:
        """Whether a jump is open, which may be that of just now. Opens its own transaction."""
        with self._turn, tenancy.acting(organization=None, by=BY) as now:
            seen = _Seen(now, self._machine(), self._steady())
            since, seconds = self._jumped(seen)
            if seconds:
                _note(since, seconds, now)
            if seconds or seen.steady - self._written >= WRITES_EVERY:
                self._write(seen, clean=bool(seconds))
            is_open = ClockJump.objects.filter(ended_at=None).exists()
        self._seen = seen
        return is_open

    def _jumped(self, seen: _Seen) -> tuple[datetime, int]:
        """By how many seconds, and what the clock showed before."""
        known = self._seen
        if known is None:
            return self._jumped_before(seen)
        passed = seen.steady - known.steady
        by_database = jumps.jumped(shown=(seen.database - known.database).total_seconds(), passed=passed)
        return known.database, by_database or jumps.jumped(shown=seen.machine - known.machine, passed=passed)

    def _jumped_before(self, seen: _Seen) -> tuple[datetime, int]:
        """While nobody of this process looked."""
        own = ClockLook.objects.filter(boot=self._boot).first()
        if own is not None:
            shown = (seen.database - own.at).total_seconds()
            return own.at, jumps.jumped(shown=shown, passed=seen.steady - own.steady)
        last = ClockLook.objects.aggregate(last=Max("at"))["last"] or seen.database
        return last, min(0, jumps.jumped(shown=(seen.database - last).total_seconds(), passed=0))

    def _write(self, seen: _Seen, *, clean: bool) -> None:
        """`clean`: what others wrote by another clock says nothing any more."""
        others = ClockLook.objects.exclude(boot=self._boot)
        (others if clean else others.filter(at__lt=seen.database - KNOWN_FOR)).delete()
        shown = {"steady": int(seen.steady), "at": seen.database}
        ClockLook.objects.update_or_create(boot=self._boot, defaults=shown)
        self._written = seen.steady


WATCH = Watch()


def look() -> bool:
    """Of this process: whether a jump of the clock is open. Opens its own transaction."""
    return WATCH.look()


def open_jump() -> ClockJump | None:
    return ClockJump.objects.filter(ended_at=None).first()


def is_doubted(organization: Organization) -> bool:
    """Whether what is done in bulk waits for somebody to say that the clock is right. Inside `tenancy.acting`."""
    jump = open_jump()
    return jump is not None and settings_of(organization).trusts_clock_after != jump.id


def unless_doubted(act: Turn[Said], *, by: Actor, at: datetime | None) -> Callable[[Organization], Said | None]:
    """`act` as a round does it in each organization, in a transaction of its own, at `at` or else the database's clock.

    Where that is in doubt nothing is done, and None is said. Looks at the clock now, once for the round.
    """
    doubted = at is None and look()

    def turn(organization: Organization) -> Said | None:
        with tenancy.acting(organization=organization, by=by) as clock:
            if doubted and is_doubted(organization):
                return None
            return act(organization, now=at or clock)

    return turn


def forget_in_parts(act: Turn[int], *, by: Actor) -> None:
    """Have `act` forget what is old in each organization, some at a time in transactions of their own, until it says
    that nothing was left; nothing by a clock that may be ahead."""
    if not look():
        one_by_one(Organization.objects.all(), lambda organization: _forget(organization, act, by))


def _forget(organization: Organization, act: Turn[int], by: Actor) -> None:
    forgotten = 1
    while forgotten:
        with tenancy.acting(organization=organization, by=by) as now:
            forgotten = act(organization, now=now)


def _note(since: datetime, seconds: int, now: datetime) -> None:
    """The same jump is seen by several processes; another one takes the place of the first, also for who trusted it."""
    wait_turn(ALL)
    known = open_jump()
    if known is not None and not jumps.jumped(shown=seconds, passed=known.seconds):
        return
    if known is not None:
        ClockJump.objects.filter(id=known.id).update(ended_at=now)
    ClockJump.objects.create(since=since, seconds=seconds)
    log.error(
        "The clock was set by %s seconds. Reminders and offers wait: see that it is right, then say so on the page of "
        "the messages, or run kalends release-deliveries.",
        seconds,
    )
