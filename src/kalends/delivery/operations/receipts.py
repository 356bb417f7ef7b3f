"""What a network says about what was handed to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kalends.delivery import rules
from kalends.delivery.models import Receipt, State
from kalends.organizations.models import Organization

ANSWERABLE = (State.CLAIMED, State.UNKNOWN, State.SENT, State.DELIVERED, State.UNDELIVERED)


def take_receipt(
    organization: Organization, delivery_id: UUID, *, says: Receipt, reason: str = "", now: datetime
) -> bool:
    """Note it. False where it says nothing new, or about nothing that was handed over (MSG-01).

    It may come while the worker still waits for the gateway's answer, or after that worker died: then it is kept
    beside the claim, and whoever settles that goes by it (claiming.py).
    """
    found = organization.deliveries.select_for_update().filter(id=delivery_id).first()
    if found is None or found.state not in ANSWERABLE or found.handing_over_at is None:
        return False
    if not rules.says_more(says, than=found.receipt):
        return False
    organization.deliveries.filter(id=found.id).update(
        state=found.state if found.state == State.CLAIMED else says.value,
        receipt=says.value,
        receipt_at=now,
        reason=reason[:300] if says == Receipt.UNDELIVERED else "",
    )
    return True
