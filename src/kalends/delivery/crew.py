"""The hands of a courier: threads, each with a carrier of its own, so with one conversation at a time.

Hands know nothing of the database. They take errands, ask before the text goes out, and say how it ended; all of this
is heard by one thread, the courier's, which alone writes it down and alone decides here. Errands of one lane (what goes
to one address) never pass each other.

The first hand goes alone. The others follow once it is talking, so a server that is away is not asked by all of them;
and where a further connection is refused while another is talking, the server takes no more at a time: that hand steps
aside for a while, and nothing has to wait.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Protocol

from kalends.delivery.carriers import Carrier, Unreachable, WayOut
from kalends.delivery.operations.claiming import Result
from kalends.delivery.platform_mail import MailResult
from kalends.delivery.rules import Fate, Outcome

STEPS_ASIDE_FOR = 60.0  # seconds


class Errand(Protocol):
    @property
    def lane(self) -> Hashable: ...

    def carry(self, carrier: Carrier, last_call: Callable[[], bool]) -> Outcome | None:
        """In a hand's thread. None: it must not leave any more, and nothing is to be noted. Raises Unreachable."""

    def broken_off(self, fault: Exception) -> Outcome:
        """What it means that `carry` raised this: a defect of ours."""

    def result(self, outcome: Outcome) -> Result | MailResult:
        """What is to be written down."""


@dataclass(frozen=True, slots=True)
class Asked:
    """May it go out now? The hand waits for the answer."""

    hand: int
    errand: Errand
    answer: Future[bool]


@dataclass(frozen=True, slots=True)
class Ended:
    hand: int
    errand: Errand
    outcome: Outcome | None
    fault: Exception | None = None


@dataclass(slots=True)
class Heard:
    asked: list[Asked] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)


class NotBegun(Exception):
    """The hand was to stop before it began."""


class Crew:
    def __init__(self, way: WayOut, *, stopping: Event) -> None:
        self._way = way
        self._stopping = stopping
        self._carriers: dict[int, Carrier] = {}
        """By hand; kept while the hands come and go, and with them their connections."""
        self._hands: dict[int, Thread] = {}
        self._talking: set[int] = set()
        self._most = way.at_once
        self._fewer_until = float("-inf")
        self._tasks: SimpleQueue[Errand | None] = SimpleQueue()
        self._words: SimpleQueue[Asked | Ended] = SimpleQueue()
        self._lanes: dict[Hashable, deque[Errand]] = {}
        """Errands that wait behind another of their lane, which is in the queue or in a hand."""
        self._behind = 0
        self._given = 0
        self._left: list[Errand] = []
        """Given to a hand that did not begin them."""
        self.refusal = ""
        """Why the carrier takes nothing now. Until somebody clears it, no more hands are called."""

    @property
    def load(self) -> int:
        """Errands that have not ended."""
        return self._given + self._behind

    def put(self, errand: Errand) -> None:
        waiting = self._lanes.get(errand.lane)
        if waiting is not None:
            waiting.append(errand)
            self._behind += 1
            return
        self._lanes[errand.lane] = deque()
        self._give(errand)

    def hear(self, seconds: float) -> Heard:
        """All that has been said; waits at most so long for the first word."""
        heard = Heard()
        try:
            word = self._words.get(timeout=seconds)
            while True:
                if isinstance(word, Asked):
                    self._talking.add(word.hand)
                    heard.asked.append(word)
                elif self._ended(word):
                    heard.ended.append(word)
                word = self._words.get_nowait()
        except Empty:
            self._call_more()
            return heard

    def take_back(self) -> list[Errand]:
        """What no hand has begun."""
        taken, self._left = self._left, []
        while True:
            try:
                errand = self._tasks.get_nowait()
            except Empty:
                break
            if errand is not None:
                taken += [errand, *self._lanes.pop(errand.lane)]
        for waiting in self._lanes.values():
            taken += waiting
            waiting.clear()
        self._given, self._behind = len(self._lanes), 0
        return taken

    def dismiss(self) -> Iterator[Heard]:
        """Send the hands home when they have ended what they are at; what they say until then."""
        while self._given:
            yield self.hear(1.0)
        for _ in self._hands:
            self._tasks.put(None)
        for thread in self._hands.values():
            thread.join()
        self._hands.clear()
        self._talking.clear()

    def close(self) -> None:
        for carrier in self._carriers.values():
            carrier.close()

    def interrupt(self) -> None:
        """From another thread: no conversation is waited for any longer."""
        for carrier in list(self._carriers.values()):
            carrier.interrupt()

    def _give(self, errand: Errand) -> None:
        self._given += 1
        self._tasks.put(errand)
        self._call_more()

    def _call_more(self) -> None:
        """As many hands as there is work for; the first one shows that the carrier can be reached."""
        if self._most < self._way.at_once and time.monotonic() > self._fewer_until:
            self._most = self._way.at_once
        most = self._most if self._talking else 1
        while len(self._hands) < min(most, self._given) and not self.refusal:
            number = next(n for n in range(self._way.at_once) if n not in self._hands)
            if number not in self._carriers:
                self._carriers[number] = self._way.opens()
            self._hands[number] = Thread(target=self._work, args=[number], name=f"hand {number}", daemon=True)
            self._hands[number].start()

    def _work(self, number: int) -> None:
        carrier = self._carriers[number]
        while (errand := self._tasks.get()) is not None:
            try:
                if self._stopping.is_set() or self.refusal:
                    raise NotBegun
                outcome = errand.carry(carrier, lambda errand=errand: self._ask(number, errand))  # type: ignore[misc]
            except Unreachable as fault:
                self._words.put(Ended(number, errand, None, fault))
                return
            except Exception as fault:
                self._words.put(Ended(number, errand, None, fault))
            else:
                self._words.put(Ended(number, errand, outcome))

    def _ask(self, number: int, errand: Errand) -> bool:
        answer: Future[bool] = Future()
        self._words.put(Asked(number, errand, answer))
        return answer.result()

    def _ended(self, word: Ended) -> bool:
        """False where it has not ended, but waits again."""
        self._given -= 1
        if isinstance(word.fault, Unreachable):
            self._step_aside(word.hand, word.fault)
            self._give(word.errand)
            return False
        if isinstance(word.fault, NotBegun):
            waiting = self._lanes.pop(word.errand.lane)
            self._behind -= len(waiting)
            self._left += [word.errand, *waiting]
            return False
        if word.outcome is not None and word.outcome.fate == Fate.AWAY:
            self.refusal = word.outcome.reason
        self._talking.add(word.hand)
        waiting = self._lanes[word.errand.lane]
        if waiting:
            self._behind -= 1
            self._give(waiting.popleft())
        else:
            del self._lanes[word.errand.lane]
        return True

    def _step_aside(self, hand: int, fault: Unreachable) -> None:
        del self._hands[hand]
        self._talking.discard(hand)
        if self._talking:
            self._most, self._fewer_until = len(self._talking), time.monotonic() + STEPS_ASIDE_FOR
        else:
            self.refusal = str(fault)
