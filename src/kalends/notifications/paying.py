"""What is owed for visits, as far as letters speak of it.

Payments stand beside us and are not imported: `wiring.py` says whom to ask.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kalends.booking.models import Appointment
from kalends.organizations.models import Organization

UNPAID, PAID = "unpaid", "paid"


class Owed(Protocol):
    """One payment. `version` counts its deadlines."""

    @property
    def payment_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def state(self) -> str: ...


class Purse(Protocol):
    def owed_for(self, organization: Organization, appointments: Collection[UUID]) -> Mapping[UUID, Owed]:
        """By visit; visits that ask for no payment are not there. Inside `tenancy.acting`."""

    def take_near(
        self, organization: Organization, *, until: datetime, now: datetime
    ) -> Sequence[tuple[Owed, Appointment]]:
        """A set of what falls due until then, each deadline once, with its visit. Empty: that was all."""


_purse: Purse | None = None


def asked_of(purse: Purse) -> None:
    """Called by `wiring.py` only, once, at start."""
    global _purse
    _purse = purse


def purse() -> Purse:
    assert _purse is not None, "wired at start"
    return _purse
