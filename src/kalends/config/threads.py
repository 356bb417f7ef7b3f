"""The threads in which Django works. Whoever rested last is asked first, so that few connections stay warm."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any

Work = Callable[[], Any]
Task = tuple[Work, "asyncio.Future[Any]"]


class Threads:
    """As many as `count`; each keeps its connection to the database. Used from the event loop only."""

    def __init__(self, count: int, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Task] = deque()
        self._idle: list[SimpleQueue[Task]] = []
        for number in range(count):
            inbox: SimpleQueue[Task] = SimpleQueue()
            self._idle.append(inbox)
            Thread(target=self._work, args=[inbox], name=f"django-{number}", daemon=True).start()

    def run(self, work: Work) -> asyncio.Future[Any]:
        """What `work` returns or raises, once a thread has done it."""
        result = self._loop.create_future()
        if self._idle:
            self._idle.pop().put((work, result))
        else:
            self._waiting.append((work, result))
        return result

    def _work(self, inbox: SimpleQueue[Task]) -> None:
        while True:
            work, result = inbox.get()
            value, fault = None, None
            try:
                value = work()
            except BaseException as raised:
                fault = raised
            self._loop.call_soon_threadsafe(self._rest, inbox, result, value, fault)
            del work, result, value, fault

    def _rest(
        self, inbox: SimpleQueue[Task], result: asyncio.Future[Any], value: Any, fault: BaseException | None
    ) -> None:
        if self._waiting:
            inbox.put(self._waiting.popleft())
        else:
            self._idle.append(inbox)
        if result.done():
            return  # nobody waits any more
        if fault is None:
            result.set_result(value)
        else:
            result.set_exception(fault)
