"""Carriers: each a complete folder that knows one way out of the house.

A carrier takes sealed messages. It says how each hand-over ended (`rules.Outcome`), and raises `Unreachable`
where it could not even begin: then nothing has left, and nothing counts as a try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from kalends.delivery.rules import Outcome


class Unreachable(Exception):
    """The carrier cannot be reached, or takes nothing from us at all; says why, without any address."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed message, with the addresses on the outside in ASCII."""

    sender: str
    recipient: str
    content: bytes


class Carrier(Protocol):
    name: str

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        """Carry one parcel. Just before it can arrive `last_call` is asked; if it says no, nothing leaves: None.

        Raises Unreachable.
        """

    def close(self) -> None:
        """Give up connections that are kept between parcels."""

    def interrupt(self) -> None:
        """From another thread: do not wait for an answer any longer. The parcel ends as after a dropped line."""


def carrier() -> Carrier:
    """The way out of this installation: a mail server where EMAIL_URL names one, else the outbox."""
    from kalends.delivery.carriers.outbox import OutboxCarrier
    from kalends.delivery.carriers.smtp import SmtpCarrier
    from kalends.delivery.carriers.smtp.relay import Relay

    return SmtpCarrier(Relay.read(settings.EMAIL_URL)) if settings.EMAIL_URL else OutboxCarrier()
