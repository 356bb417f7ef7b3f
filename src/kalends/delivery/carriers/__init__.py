"""Carriers: each a complete folder that knows one way out of the house.

A carrier takes sealed messages. It says how each hand-over ended (`rules.Outcome`), and raises `Unreachable`
where it could not even begin: then nothing has left, and nothing counts as a try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from django.conf import settings

from kalends.delivery.models import Medium
from kalends.delivery.rules import Outcome


class Unreachable(Exception):
    """The carrier cannot be reached, or takes nothing from us at all; says why, without any address."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed message, with the addresses on the outside in ASCII."""

    sender: str
    recipient: str
    content: bytes
    """An e-mail as it goes over the line; else the text in UTF-8."""
    answers_to: str = ""
    """Where receipts are brought, for carriers that bring any."""
    parts: int = 0
    """Text messages it will be billed as."""


class Carrier(Protocol):
    """One conversation at a time; several of them go side by side (crew.py)."""

    name: str

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        """Carry one parcel. Just before it can arrive `last_call` is asked; if it says no, nothing leaves: None.

        Raises Unreachable.
        """

    def close(self) -> None:
        """Give up connections that are kept between parcels."""

    def interrupt(self) -> None:
        """From another thread: do not wait for an answer any longer. The parcel ends as after a dropped line."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """How a carrier is made, the media that it carries, and how many conversations it may have at a time."""

    opens: Callable[[], Carrier]
    media: tuple[str, ...]
    at_once: int = 1


def ways_out() -> list[WayOut]:
    """Those of this installation: one for each medium that is set up, and the outbox for the others."""
    from kalends.delivery.carriers.kannel import Gateway, KannelCarrier
    from kalends.delivery.carriers.outbox import OutboxCarrier
    from kalends.delivery.carriers.smtp import Relay, SmtpCarrier

    ways = []
    if leaves(Medium.EMAIL):
        relay = Relay.read(settings.EMAIL_URL)
        ways.append(WayOut(partial(SmtpCarrier, relay), (Medium.EMAIL,), at_once=relay.connections))
    if leaves(Medium.SMS):
        ways.append(WayOut(partial(KannelCarrier, Gateway.read(settings.SMS_URL)), (Medium.SMS,)))
    stays = tuple(medium for medium in Medium if not leaves(medium))
    return [*ways, WayOut(OutboxCarrier, stays)] if stays else ways


def leaves(medium: str) -> bool:
    """Whether what goes by this medium leaves the installation."""
    return bool({Medium.EMAIL: settings.EMAIL_URL, Medium.SMS: settings.SMS_URL}.get(Medium(medium)))
