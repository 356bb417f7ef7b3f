"""Upward talk: a capability publishes that something happened; `wiring.py` says who listens.

Handlers run inside the publishing transaction. They may write rows through one operation of a capability
above; they never send and never touch the network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")

_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listen(event: type[Event], handler: Callable[[Event], None]) -> None:
    """Called by `wiring.py` only, once per pair, at start."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def publish(event: object) -> None:
    """Run all listeners now, in the order of the wiring; an error in one undoes the whole act."""
    for handler in _handlers.get(type(event), ()):
        handler(event)
