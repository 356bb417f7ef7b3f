"""What the notifications ask about payments, in their words: `wiring.py` hands it to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from kalends.booking.models import Appointment
from kalends.organizations.models import Organization
from kalends.payments import deadlines
from kalends.payments.models import Payment
from kalends.payments.queries import payments_of


class Owed(NamedTuple):
    payment_id: UUID
    version: int
    amount_minor: int
    currency: str
    due_at: datetime
    state: str


class Purse:
    def owed_for(self, organization: Organization, appointments: Collection[UUID]) -> dict[UUID, Owed]:
        return {id_: _owed(one) for id_, one in payments_of(organization, appointments).items()}

    def take_near(
        self, organization: Organization, *, until: datetime, now: datetime
    ) -> list[tuple[Owed, Appointment]]:
        return [(_owed(one), one.appointment) for one in deadlines.take_near(organization, until=until, now=now)]


def _owed(one: Payment) -> Owed:
    return Owed(one.id, one.version, one.amount_minor, one.currency, one.due_at, one.state)
