"""A letter, and who writes it.

This capability carries letters and does not know what stands in them. Capabilities above write them, one
writer per kind; `wiring.py` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from kalends.audit import operations as audit
from kalends.delivery.models import Delivery
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

# Of the page that goes to a fax number first: it says who sends it and whom it is meant for, and nothing else.
FIRST_PAGE = "fax_first_page"


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A calendar file as it rides along; `method` is iTIP's: REQUEST or CANCEL."""

    content: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Complete text of one message. `subject` is one line already; `html` is a whole document.

    Asked for a text message (`delivery.medium`), a writer gives its words in `text` and no `html`, in the 7-bit
    alphabet as far as its own words go (segments.py). A kind that knows mails only goes out as its subject.
    """

    subject: str
    text: str
    html: str
    calendar: CalendarPart | None = None
    to: str = ""
    """Who it is for, by name: stands on paper."""

    @property
    def short(self) -> str:
        """What is said in a text message."""
        return self.subject if self.html else self.text


class FromFacts:
    """Of a writer who looks nothing up: the facts say all there is."""

    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return {}


class CannotBeWritten(Exception):
    """The text of one delivery; its cause says why. Nobody else's is concerned."""


class NothingToSay(Exception):
    """What it would say no longer holds: it ends without having been tried."""


class Writer(Protocol):
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        """What the letters need beside their facts, by delivery. Runs inside `tenancy.acting`."""

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        """The letter. Runs outside any transaction and reads nothing."""


Reached = Callable[[Organization, Delivery], str]
"""Where whom it is for is reached now by its medium; empty: nowhere any more. Inside `tenancy.acting`."""

_writers: dict[str, Writer] = {}
_to_staff: set[str] = set()
_reached: dict[str, Reached] = {}


def written_by(kind: str, writer: Writer, *, to_staff: bool = False, reached: Reached | None = None) -> None:
    """Called by `wiring.py` only, once per kind, at start. `to_staff`: it goes to people of the organization."""
    _writers[kind] = writer
    if to_staff:
        _to_staff.add(kind)
    if reached is not None:
        _reached[kind] = reached


def goes_to_staff(kind: str) -> bool:
    return kind in _to_staff


def reached_now(organization: Organization, delivery: Delivery) -> str:
    """Where it would go if it were said for the first time; empty: nowhere. Inside `tenancy.acting`."""
    asked = _reached.get(delivery.kind)
    return asked(organization, delivery) if asked else delivery.recipient


def look_up(organization: Organization, deliveries: Sequence[Delivery]) -> dict[UUID, Any]:
    """What all writers concerned need for these deliveries of one organization. Inside `tenancy.acting`."""
    found: dict[UUID, Any] = {}
    for kind in {delivery.kind for delivery in deliveries} & _writers.keys():
        own = [delivery for delivery in deliveries if delivery.kind == kind]
        found.update(_writers[kind].look_up(organization, own))
    return found


def write(organization: Organization, delivery: Delivery, found: Mapping[UUID, Any]) -> Letter:
    """The letter of a delivery. Raises NothingToSay, and CannotBeWritten, whatever went wrong in it."""
    try:
        return _writers[delivery.kind].write(organization, delivery, found.get(delivery.id))
    except NothingToSay:
        raise
    except Exception as fault:
        raise CannotBeWritten from fault


def opened(organization: Organization, delivery_id: UUID, *, by: Actor) -> tuple[Delivery, Letter | None] | None:
    """A delivery with its text as it is written today, for somebody who looks at it: a look at a patient's
    data, so it leaves a trace. None if there is none, no letter if it cannot be written. Opens its own
    transaction.
    """
    with tenancy.acting(organization=organization, by=by) as now:
        delivery = organization.deliveries.filter(id=delivery_id).first()
        if delivery is None:
            return None
        audit.record("delivery:read", delivery, by=by, now=now)
        found = look_up(organization, [delivery])
    try:
        return delivery, write(organization, delivery, found)
    except (CannotBeWritten, NothingToSay):
        return delivery, None
