"""Nothing leaves: what would have been sent can be read at /outbox/."""

from __future__ import annotations

from collections.abc import Callable

from kalends.delivery.carriers import Parcel
from kalends.delivery.rules import Fate, Outcome


class OutboxCarrier:
    name = "outbox"
    centre = ""

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        """Nothing can arrive, so there is no moment after which it may have."""
        return Outcome(Fate.SENT)

    def close(self) -> None:
        """There is nothing to close."""

    def interrupt(self) -> None:
        """There is nothing to wait for."""
