"""The one way in for messages that come back, from wherever they are brought.

Nothing is ever sent in answer to one, so no two programs can keep each other busy (MSG-14). Idempotent: brought
again, a message says nothing new.
"""

from __future__ import annotations

from enum import StrEnum

from kalends.delivery import queries
from kalends.delivery.bounces import addresses, reading
from kalends.delivery.operations.bouncing import take_bounce
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

BY = system("returned e-mail")


class Taken(StrEnum):
    NOTED = "noted"
    NOTHING_NEW = "nothing new"  # said before, or no bounce: somebody's answering machine
    NOT_OURS = "not ours"  # it proves no delivery of this installation
    UNREADABLE = "unreadable"


def take(raw: bytes, *, sent_to: str = "") -> Taken:
    """Note what one message says about the delivery that it proves. `sent_to`: the address it was brought to, where
    that is known beside its headers. Opens its own transactions.
    """
    try:
        returned = reading.read(raw)
    except reading.Unreadable:
        return Taken.UNREADABLE
    known = [tenant.id for tenant in queries.tenants()]
    proven = addresses.proven_by(f"{sent_to}\n{returned.addressed_to}", known)
    if proven is None:
        return Taken.NOT_OURS
    if returned.bounce is None:
        return Taken.NOTHING_NEW
    organization_id, delivery_id = proven
    with tenancy.acting(organization=queries.Tenant(organization_id), by=BY) as now:
        new = take_bounce(Organization(id=organization_id), delivery_id, returned.bounce, by=BY, now=now)
    return Taken.NOTED if new else Taken.NOTHING_NEW
