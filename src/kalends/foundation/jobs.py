"""Jobs in PostgreSQL (procrastinate). A job's function loads, opens the tenant, and calls one operation.

Each capability keeps its own in a module `jobs`, which procrastinate finds, with `@periodic(...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

Job = Callable[..., Any]
Thing = TypeVar("Thing")


def periodic(name: str, *, cron: str) -> Callable[[Job], Job]:
    """Run it at these times (UTC), by one worker and never twice at once: what still runs is not started again."""

    def register(function: Job) -> Job:
        app.periodic(cron=cron)(app.task(name=name, lock=name, queueing_lock=name)(function))
        return function

    return register


def one_by_one(things: Iterable[Thing], act: Callable[[Thing], int | None]) -> int:
    """Do it for each, and add up what that says. One that fails keeps no other waiting: what failed is raised together
    at the end, with what it was, so that the job ends as failed and the worker writes down why.
    """
    total, failures = 0, []
    for thing in things:
        try:
            total += act(thing) or 0
        except Exception as failure:
            failure.add_note(f"It was {thing!r}.")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("The others were done.", failures)
    return total


def on_app_ready(ready: App) -> None:
    """Called by procrastinate when its app exists. The library does not take up what a dead worker left: we do."""
    task = ready.task(name="foundation.take_up_stalled_jobs", pass_context=True, queueing_lock="stalled")
    ready.periodic(cron="* * * * *")(task(take_up_stalled_jobs))


async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker has not been heard of for half a minute go back into the queue.

    One that waits there anew is given up instead: as long as it seems to run, nothing with its lock begins.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
