"""How far an organization is with a fax number: new, a first page on its way or there, confirmed by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kalends.delivery.carriers import TELL_AFTERWARDS
from kalends.delivery.letters import FIRST_PAGE
from kalends.delivery.models import Delivery, FaxNumber, Medium, State
from kalends.organizations.models import Organization


class Known(StrEnum):
    """What is known of a number."""

    NEW = "new"
    UNDER_WAY = "under_way"  # a first page
    CAME_OUT = "came_out"  # somewhere
    SENT = "sent"  # nobody tells whether it came out
    DID_NOT = "did_not_come_out"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Standing:
    confirmed: FaxNumber | None
    page: Delivery | None
    """The last first page that was sent there."""

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed is not None

    @property
    def is_under_way(self) -> bool:
        """A first page whose fate will still be told."""
        return self.page is not None and (
            self.page.state in (State.QUEUED, State.CLAIMED)
            or (self.page.state == State.SENT and self.page.carrier in TELL_AFTERWARDS)
        )

    @property
    def may_be_confirmed(self) -> bool:
        """A page came out somewhere, or it left by a way on which nobody tells."""
        return self.page is not None and (
            self.page.state == State.DELIVERED
            or (self.page.state == State.SENT and self.page.carrier not in TELL_AFTERWARDS)
        )

    @property
    def known(self) -> Known:
        if self.is_confirmed:
            return Known.CONFIRMED
        if self.page is None:
            return Known.NEW
        if self.is_under_way:
            return Known.UNDER_WAY
        if self.page.state == State.DELIVERED:
            return Known.CAME_OUT
        return Known.SENT if self.may_be_confirmed else Known.DID_NOT


def fax_standing(organization: Organization, number: str) -> Standing:
    """Of one number (E.164). Inside `tenancy.acting`."""
    pages = organization.deliveries.filter(medium=Medium.FAX, recipient=number, kind=FIRST_PAGE)
    confirmed = organization.fax_numbers.filter(number=number).first()
    return Standing(confirmed, pages.order_by("-queued_at").first())


def is_confirmed(organization: Organization, number: str) -> bool:
    return bool(organization.fax_numbers.filter(number=number).exists())


def to_strangers(organization: Organization, deliveries: Sequence[Delivery]) -> set[UUID]:
    """Faxes that say more than a first page may, to numbers that nobody has confirmed. Inside `tenancy.acting`."""
    letters = [one for one in deliveries if one.medium == Medium.FAX and one.kind != FIRST_PAGE]
    if not letters:
        return set()
    numbers = organization.fax_numbers.filter(number__in={one.recipient for one in letters})
    confirmed = set(numbers.values_list("number", flat=True))
    return {one.id for one in letters if one.recipient not in confirmed}
