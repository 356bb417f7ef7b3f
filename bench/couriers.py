"""What claiming and recording takes: the rounds of couriers whose carrier, and letters, take no time."""

from __future__ import annotations

import gc
import multiprocessing
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg

from bench import due
from bench.figures import Figures

MADE_AT_ONCE = "bench"


def run(figures: Figures, owner: psycopg.Connection, clinic: UUID, *, at_most: int) -> None:
    from kalends.delivery import letters

    letters.written_by(MADE_AT_ONCE, _MadeAtOnce())
    for processes in (1, 2):
        waiting = due.queue_again(owner, clinic, at_most=at_most, kind=MADE_AT_ONCE)
        seconds = _side_by_side(processes)
        name = "one process" if processes == 1 else f"{processes} processes"
        figures.add(f"claimed, carried at once and recorded a second, {name}", waiting / seconds, "/s")
        assert due.states(owner, clinic) == {"sent": waiting}


def carried(ready: Any = None) -> tuple[float, float]:
    """The rounds of the outbox's courier: when they began and ended. `ready`: what is waited for first."""
    from kalends.delivery.carriers import ways_out
    from kalends.delivery.courier import Courier
    from kalends.delivery.presence import Presence

    (way,) = ways_out()
    gc.collect()
    gc.freeze()  # as a worker does
    with Presence() as presence:
        if ready is not None:
            ready.wait()
        began = time.perf_counter()
        Courier(way, stopping=threading.Event()).work(presence.name)
        return began, time.perf_counter()


class _MadeAtOnce:
    def look_up(self, organization: Any, deliveries: Sequence[Any]) -> Mapping[UUID, Any]:
        return {}

    def write(self, organization: Any, delivery: Any, found: Any) -> Any:
        from kalends.delivery.letters import Letter

        return Letter("Subject", "Text", "")


def _side_by_side(processes: int) -> float:
    """Seconds from the first that begins to the last that has nothing left."""
    from django.db import connections

    connections.close_all()  # none is shared with a process that is forked
    forking = multiprocessing.get_context("fork")
    ready, spans = forking.Barrier(processes), forking.SimpleQueue()
    running = [forking.Process(target=lambda: spans.put(carried(ready))) for _ in range(processes)]
    for process in running:
        process.start()
    told = [spans.get() for _ in running]
    for process in running:
        process.join()
    return max(ended for _began, ended in told) - min(began for began, _ended in told)
