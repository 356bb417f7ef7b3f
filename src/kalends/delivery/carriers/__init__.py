"""Carriers: each a complete folder that knows one way out of the house.

A carrier takes sealed messages. It says how each hand-over ended (`rules.Outcome`), and raises `Unreachable`
where it could not even begin: then nothing has left, and nothing counts as a try.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.utils.translation import gettext_noop

from kalends.delivery import provider_url
from kalends.delivery.models import Medium
from kalends.delivery.rules import Outcome
from kalends.delivery.sms_url import SmsAddress


class Unreachable(Exception):
    """The carrier cannot be reached, or takes nothing from us at all; says why, without any address."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed message, with the addresses on the outside in ASCII."""

    sender: str
    """The address of a mail's sender; of a fax, the name."""
    recipient: str
    content: bytes
    """An e-mail as it goes over the line; the pages of a fax as PDF; else the text in UTF-8."""
    answers_to: str = ""
    """Where receipts are brought, for carriers that bring any."""
    signed_to: str = ""
    """The same, for those that sign them."""
    parts: int = 0
    """Text messages it will be billed as; pages of a fax."""
    reference: str = ""
    """What a carrier that can be asked, or that tells afterwards, knows it by."""
    proof: str = ""
    """What such a one tells again, so that it is believed (answering.py)."""
    valid_minutes: int = 0
    """For so long a network need try to bring a text message; 0: as long as it usually does."""


class Carrier(Protocol):
    """One conversation at a time; several of them go side by side (crew.py)."""

    name: str
    centre: str
    """Who can be asked about what it took (`Asks`); empty: nobody."""

    def hand_over(self, parcel: Parcel, *, last_call: Callable[[], bool]) -> Outcome | None:
        """Carry one parcel. Just before it can arrive `last_call` is asked; if it says no, nothing leaves: None.

        Raises Unreachable.
        """

    def close(self) -> None:
        """Give up connections that are kept between parcels."""

    def interrupt(self) -> None:
        """From another thread: do not wait for an answer any longer. The parcel ends as after a dropped line."""


class Course(StrEnum):
    """How far something is that a carrier took and works on."""

    UNDER_WAY = "under way"
    ARRIVED = "arrived"
    NOBODY = "nobody"  # was reached, so nothing has arrived: another try is safe
    BROKEN_OFF = "broken off"  # somebody was reached, and not all of it is confirmed
    TAKEN_OUT = "taken out"  # by those who run the carrier


@dataclass(frozen=True, slots=True)
class Followed:
    course: Course
    reason: str = ""
    parts: int = 0
    """Pages that arrived."""
    machine: str = ""
    """What took it at the other end, as it calls itself."""


NO_LONGER_KNOWN = gettext_noop("The fax server no longer knows what became of it.")
# Those that can be followed, by name: what they took is not over when they took it.
TELL_AFTERWARDS = frozenset({"hylafax"})


@runtime_checkable
class Follows(Protocol):
    """A carrier that tells afterwards, when it is asked, what became of what it took."""

    name: str

    def follow(self, references: Collection[str]) -> Mapping[str, Followed]:
        """What is missing in the answer it no longer knows. Raises Unreachable."""


@runtime_checkable
class Asks(Protocol):
    """A carrier that knows a message by our reference, and takes one reference once.

    Whatever happens between mark and result, its deliveries are never unknown: they wait with their mark, are asked
    about, and only what it has never heard of is handed over again.
    """

    centre: str
    """Who is asked: as long as it is the same, its word counts."""

    def ask(self, reference: str, *, begun: datetime) -> Outcome | None:
        """What became of it; None if it never came. An outcome that `may_have_arrived` says: ask again later.

        `begun` is when it may have come: not everybody remembers for ever. Raises Unreachable.
        """


@dataclass(frozen=True, slots=True)
class WayOut:
    """How a carrier is made, the media that it carries, and how many conversations it may have at a time."""

    opens: Callable[[], Carrier]
    media: tuple[str, ...]
    at_once: int = 1
    listens: Callable[[], None] | None = None
    """Called now and then while nothing is carried, where what comes back comes over a line of our own."""


def ways_out() -> list[WayOut]:
    """Those of this installation: one for each medium that is set up, and the outbox for the others."""
    from kalends.delivery import envelope, fax_url
    from kalends.delivery.carriers.faxmail import FaxMailCarrier
    from kalends.delivery.carriers.hylafax import HylafaxCarrier
    from kalends.delivery.carriers.outbox import OutboxCarrier

    ways = []
    if leaves(Medium.EMAIL):
        ways.append(_mails())
    if leaves(Medium.SMS):
        ways.append(_text_messages(SmsAddress.read(settings.SMS_URL)))
    if leaves(Medium.FAX):
        way = fax_url.read(settings.FAX_URL)
        if isinstance(way, fax_url.FaxServer):
            ways.append(WayOut(partial(HylafaxCarrier, way), (Medium.FAX,)))
        else:
            opens = partial(FaxMailCarrier, way, _mails().opens, sender=envelope.sender_address())
            ways.append(WayOut(opens, (Medium.FAX,)))
    stays = tuple(medium for medium in Medium if not leaves(medium))
    return [*ways, WayOut(OutboxCarrier, stays)] if stays else ways


def to_follow() -> list[Follows]:
    """Those of this installation that tell afterwards, each on a conversation of its own."""
    return [carrier for carrier in (way.opens() for way in ways_out()) if isinstance(carrier, Follows)]


def _mails() -> WayOut:
    account = provider_url.account_of(settings.EMAIL_URL)
    if account is not None:
        from kalends.delivery.carriers.provider import Patience, ProviderCarrier

        return WayOut(partial(ProviderCarrier, account, Patience()), (Medium.EMAIL,), at_once=account.connections)
    from kalends.delivery.carriers.smtp import Relay, SmtpCarrier

    relay = Relay.read(settings.EMAIL_URL)
    return WayOut(partial(SmtpCarrier, relay), (Medium.EMAIL,), at_once=relay.connections)


def _text_messages(address: SmsAddress) -> WayOut:
    from kalends.delivery.carriers.kannel import KannelCarrier
    from kalends.delivery.carriers.keyed import KeyedCarrier
    from kalends.delivery.carriers.smpp import SharedLine, SmppCarrier
    from kalends.delivery.listening import Listening

    media = (Medium.SMS,)
    if address.speaks == "smpp":
        line = SharedLine(address, listening=Listening())
        return WayOut(partial(SmppCarrier, line), media, at_once=address.connections, listens=line.listen)
    opens: Callable[[], Carrier] = partial(KannelCarrier, address)
    if address.speaks == "json":
        opens = partial(KeyedCarrier, address)
    return WayOut(opens, media, at_once=address.connections)


def leaves(medium: str) -> bool:
    """Whether what goes by this medium leaves the installation."""
    urls = {Medium.EMAIL: settings.EMAIL_URL, Medium.SMS: settings.SMS_URL, Medium.FAX: settings.FAX_URL}
    return bool(urls[Medium(medium)])
