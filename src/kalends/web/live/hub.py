"""Hears what has changed, once for the whole process, and tells the streams that watch it."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import Error
from psycopg import sql

from kalends.agenda import changes
from kalends.foundation.database import telling
from kalends.notifications.operations.notices import NEWS
from kalends.web.live.streams import Stream

# All in seconds.
LOOKS_AFTER_ITS_CONNECTION_EVERY = 20.0
TRIES_AGAIN_AFTER = 1.0
COUNTS_EVERY = 1.0
REMEMBERS = 10.0
"""A page is a moment older than its stream: what changed in between is told at the beginning."""

log = logging.getLogger(__name__)


class Hub:
    """Connects with the first stream. `in_thread` runs Django code in a thread."""

    def __init__(self, in_thread: Callable[[Callable[[], Any]], asyncio.Future[Any]]) -> None:
        self._in_thread = in_thread
        self._streams: defaultdict[UUID, set[Stream]] = defaultdict(set)
        self._count = 0
        self._heard: deque[tuple[float, UUID, frozenset[str]]] = deque()
        self._hears_since: float | None = None
        self._hearing: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        return self._count >= settings.LIVE_STREAMS

    @contextmanager
    def joined(self, stream: Stream) -> Iterator[None]:
        """While it lasts the stream is told of its organization and its person."""
        subjects = (stream.watch.organization_id, stream.watch.person_id)
        if self._hearing is None:
            self._hearing = asyncio.get_running_loop().create_task(self._hear_for_ever())
        for subject in subjects:
            self._streams[subject].add(stream)
        self._count += 1
        self._catch_up(stream)
        try:
            yield
        finally:
            self._count -= 1
            for subject in subjects:
                self._streams[subject].discard(stream)
                if not self._streams[subject]:
                    del self._streams[subject]

    def close(self) -> None:
        """The process ends: so do the streams, whose visitors come back to another one."""
        if self._hearing is not None:
            self._hearing.cancel()
        for stream in self._watching():
            stream.end()

    def _watching(self) -> set[Stream]:
        return {stream for watching in self._streams.values() for stream in watching}

    def _catch_up(self, stream: Stream) -> None:
        now = asyncio.get_running_loop().time()
        if self._hears_since is None:
            return  # it is told of everything as soon as the process hears
        if now - self._hears_since < REMEMBERS:
            stream.add(telling.EVERYTHING)
        for _at, subject, about in self._recent(now):
            if subject == stream.watch.organization_id and changes.ACCESS not in about:
                stream.add(about)

    def _recent(self, now: float) -> Collection[tuple[float, UUID, frozenset[str]]]:
        while self._heard and self._heard[0][0] < now - REMEMBERS:
            self._heard.popleft()
        return self._heard

    async def _hear_for_ever(self) -> None:
        while True:
            try:
                await self._hear()
            except (psycopg.Error, Error, OSError) as fault:
                log.warning("Changes are not heard (%s). It goes on.", type(fault).__name__)
            self._hears_since = None
            await asyncio.sleep(TRIES_AGAIN_AFTER)

    async def _hear(self) -> None:
        async with await psycopg.AsyncConnection.connect(**telling.connected()) as connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(telling.CHANNEL)))
            row = await (await connection.execute("SELECT pg_backend_pid()")).fetchone()
            pooled = telling.is_pooled(connection.info, row[0] if row else 0)
            self._begin()
            while not pooled:
                async for told in connection.notifies(timeout=LOOKS_AFTER_ITS_CONNECTION_EVERY):
                    self._tell(*telling.read(told.payload))
                await connection.execute("SELECT 1")
        await self._count_for_ever()

    async def _count_for_ever(self) -> None:
        """Behind a pooler nothing is heard: ask for the numbers instead. Raises what the database raises."""
        known: dict[UUID, int] = {}
        while True:
            numbers = await self._in_thread(lambda: changes.counted(list(self._streams)))
            for organization_id, number in numbers.items():
                if known.get(organization_id, number) != number:
                    self._tell(organization_id, telling.EVERYTHING)
            known = numbers
            await asyncio.sleep(COUNTS_EVERY)

    def _begin(self) -> None:
        """Nobody heard until now: whoever watches looks at everything."""
        self._hears_since = asyncio.get_running_loop().time()
        self._heard.clear()
        for stream in self._watching():
            stream.doubt()
            stream.add(telling.EVERYTHING)

    def _tell(self, subject: UUID, about: frozenset[str]) -> None:
        now = asyncio.get_running_loop().time()
        self._recent(now)
        self._heard.append((now, subject, about))
        for stream in self._streams.get(subject, ()):
            if subject == stream.watch.person_id and about == {NEWS}:
                stream.ring()
                continue
            if subject == stream.watch.person_id or changes.ACCESS in about or not about:
                stream.doubt()
            if subject == stream.watch.organization_id and about != {changes.ACCESS}:
                stream.add(about - {changes.ACCESS})
