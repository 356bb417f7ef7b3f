"""What was made from the same values before is not made again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """The `most` things asked for last, each under everything that it is made from: it can be old, never wrong."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, Made] = OrderedDict()
        self._guard = Lock()

    def __contains__(self, made_from: Hashable) -> bool:
        return made_from in self._things

    def clear(self) -> None:
        with self._guard:
            self._things.clear()

    def get(self, made_from: Hashable, make: Callable[[], Made]) -> Made:
        with self._guard:
            if made_from in self._things:
                self._things.move_to_end(made_from)
                return self._things[made_from]
        made = make()
        with self._guard:
            self._things[made_from] = made
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        return made
