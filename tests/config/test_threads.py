"""The threads in which Django works."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from kalends.config.threads import Threads


def test_whoever_rested_last_works_first_and_nobody_is_forgotten() -> None:
    async def work() -> tuple[set[str], set[str]]:
        threads = Threads(3, asyncio.get_running_loop())
        one_by_one = {await threads.run(lambda: threading.current_thread().name) for _ in range(20)}

        def slowly() -> str:
            time.sleep(0.01)
            return threading.current_thread().name

        return one_by_one, set(await asyncio.gather(*(threads.run(slowly) for _ in range(30))))

    one_by_one, together = asyncio.run(work())
    assert len(one_by_one) == 1
    assert together == {"django-0", "django-1", "django-2"}


def test_what_fails_is_raised_and_the_thread_goes_on() -> None:
    async def work() -> str:
        threads = Threads(1, asyncio.get_running_loop())
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 / 0)
        given_up = threads.run(lambda: "nobody waits")
        given_up.cancel()
        return str(await threads.run(lambda: "still here"))

    assert asyncio.run(work()) == "still here"
