"""What a network says about what was handed to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kalends.delivery import queries, rules
from kalends.delivery.models import Delivery, Receipt, State, SubmittedPart
from kalends.delivery.queries import Tenant
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization

ANSWERABLE = (State.CLAIMED, State.UNKNOWN, State.SENT, State.DELIVERED, State.UNDELIVERED)
# Networks try for some days to reach a phone.
RECEIPTS_COME_FOR = timedelta(days=10)


def take_receipt(
    organization: Organization,
    delivery_id: UUID,
    *,
    says: Receipt,
    reference: str = "",
    part: str = "",
    reason: str = "",
    now: datetime,
) -> bool:
    """Note it. False where it says nothing new, or about nothing that was handed over (MSG-01).

    `reference` is what it was handed over under: what comes late about an earlier time says nothing of this one.
    `part` is what the network calls a part of several; without it all is meant. It may come while the worker still
    waits for the gateway's answer, or after that worker died: then it is kept beside the claim, and whoever settles
    that goes by it (claiming.py).
    """
    found = organization.deliveries.select_for_update().filter(id=delivery_id).first()
    if found is None or not _is_answerable(found) or reference not in ("", found.reference):
        return False
    if not rules.says_more(says, than=found.receipts.get(part, "")):
        return False
    receipts = {**found.receipts, part: says.value}
    whole = rules.whole(receipts, parts=found.parts)
    changed = rules.says_more(whole, than=found.receipt)
    organization.deliveries.filter(id=found.id).update(
        receipts=receipts,
        state=whole if changed and found.state not in (State.CLAIMED, State.QUEUED) else found.state,
        receipt=whole if changed else found.receipt,
        receipt_at=now,
        needs_somebody=found.needs_somebody and not changed,
        reason=_reason(found, says, reason),
    )
    return True


def take_networks_receipt(centre: str, number: str, *, says: str, reason: str = "", by: Actor) -> bool:
    """The same of the part that an SMS centre calls `number`. False if nobody has been told of such a part yet.

    Opens its own transactions.
    """
    part = queries.submitted(centre, number, by=by)
    if part is None:
        return False
    with tenancy.acting(organization=Tenant(part.organization_id), by=by) as now:
        organization = Organization(id=part.organization_id)
        take_receipt(organization, part.delivery_id, says=Receipt(says), part=str(part.place), reason=reason, now=now)
    return True


def forget_parts(*, now: datetime) -> None:
    """No receipt comes for these any more."""
    SubmittedPart.objects.filter(at__lt=now - RECEIPTS_COME_FOR).delete()


def _is_answerable(delivery: Delivery) -> bool:
    """It was handed over, or may have been: also one that waits to be asked about."""
    asked = delivery.state == State.QUEUED and bool(delivery.centre)
    return delivery.handing_over_at is not None and (asked or delivery.state in ANSWERABLE)


def _reason(delivery: Delivery, says: Receipt, reason: str) -> str:
    """Why it did not arrive; kept when other parts are heard of."""
    if says == Receipt.UNDELIVERED:
        return reason[:300]
    return delivery.reason if delivery.receipt == Receipt.UNDELIVERED else ""
