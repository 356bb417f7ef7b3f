"""The worker: carries deliveries, seals the audit, runs what is done at set times. Any number of them may run.

Things side by side, none of which waits for another: a thread for each carrier, one that seals, one that reads what
comes back (BOUNCES), and procrastinate in the main thread. SIGTERM and SIGINT end them within five seconds, SIGKILL at
any moment: what was begun is taken up or listed by whoever comes next.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from threading import Event, Thread

from kalends.foundation import jumps

SEALS_EVERY = 1.0  # seconds
TRIES_AGAIN_AFTER = 2.0
JOBS_END_WITHIN = 1.5
CONVERSATIONS_END_WITHIN = 2.2
REST_ENDS_WITHIN = 0.5
LOOKS_AT_THE_CLOCK_EVERY = 0.5

log = logging.getLogger(__name__)


def run_worker() -> int:
    """Work until a signal ends it; the exit code."""
    from django.conf import settings

    from kalends.delivery import carriers
    from kalends.delivery.bounces import maildir
    from kalends.delivery.courier import Courier
    from kalends.delivery.follower import Follower

    gc.collect()
    gc.freeze()  # no collection looks again at what is loaded: it took a tenth of a busy worker's time
    stopping = Event()
    couriers = [Courier(way, stopping=stopping) for way in carriers.ways_out()]
    carrying = [Thread(target=courier.run, name=f"courier {n}", daemon=True) for n, courier in enumerate(couriers)]
    beside = [Thread(target=_seal, args=[stopping], name="sealer", daemon=True)]
    if settings.ENVIRONMENT.bounces is not None:
        watching = {"folder": settings.ENVIRONMENT.bounces, "stopping": stopping}
        beside.append(Thread(target=maildir.watch, kwargs=watching, name="bounces", daemon=True))
    beside += [
        Thread(target=Follower(carrier, stopping=stopping).run, name=f"follower {carrier.name}", daemon=True)
        for carrier in carriers.to_follow()
    ]
    for thread in (*carrying, *beside):
        thread.start()
    asyncio.run(_run_jobs(stopping))
    _join(carrying, within=CONVERSATIONS_END_WITHIN)
    for courier in couriers:
        courier.interrupt()  # what waits for an answer now ends as unknown, and is written down as such
    _join([*carrying, *beside], within=REST_ENDS_WITHIN)
    return 0


def _join(threads: Sequence[Thread], *, within: float) -> None:
    """Wait for all of them, so many seconds together."""
    until = time.monotonic() + within
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))


async def _run_jobs(stopping: Event) -> None:
    """procrastinate, begun again when the database comes back."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    wish = asyncio.create_task(asked.wait())
    wish.add_done_callback(lambda _: stopping.set())
    while not asked.is_set():
        jobs, jump = asyncio.create_task(_jobs()), asyncio.create_task(_clock_is_set())
        await asyncio.wait({jobs, jump, wish}, return_when=asyncio.FIRST_COMPLETED)
        jump.cancel()
        if jobs.done() and not asked.is_set():
            log.warning("Jobs at set times wait for the database (%s).", type(jobs.exception()).__name__)
            await asyncio.wait({wish}, timeout=TRIES_AGAIN_AFTER)
        else:
            jobs.cancel()
            with contextlib.suppress(asyncio.CancelledError, asyncio.TimeoutError):
                await asyncio.wait_for(jobs, JOBS_END_WITHIN)


async def _clock_is_set() -> None:
    """Return when this machine's clock was set. procrastinate counts the minutes that it has missed one by one, and
    none before those that it has seen: begun again, it knows only those of now (REM-14)."""
    shown, steady = time.time(), jumps.steady()
    while not jumps.jumped(shown=time.time() - shown, passed=jumps.steady() - steady):
        shown, steady = time.time(), jumps.steady()
        await asyncio.sleep(LOOKS_AT_THE_CLOCK_EVERY)


async def _jobs() -> None:
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3)
    with app.replace_connector(connector) as ours:
        async with ours.open_async():
            # Nothing is deferred for at once, so nobody needs to be woken: one connection less, and poolers do.
            await ours.run_worker_async(
                listen_notify=False,
                install_signal_handlers=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=JOBS_END_WITHIN / 2,
            )


def _seal(stopping: Event) -> None:
    from django.db import connection

    from kalends.audit.sealing import seal_everything

    while not stopping.wait(SEALS_EVERY):
        try:
            seal_everything()
        except Exception as fault:
            log.warning("Sealing broke off (%s). It goes on.", type(fault).__name__)
            connection.close()
    connection.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
    import django

    django.setup()
    sys.exit(run_worker())
