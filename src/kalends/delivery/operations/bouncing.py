"""What a mail that came back, or was refused at once, means for its delivery and for what else would go there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from kalends.audit import operations as audit
from kalends.delivery.bounces.reading import Bounce, Finality
from kalends.delivery.models import Covers, Delivery, Medium, Receipt, State
from kalends.delivery.operations.opting import opt_out
from kalends.delivery.operations.receipts import take_receipt
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization


def take_bounce(
    organization: Organization, delivery_id: UUID, bounce: Bounce, *, reference: str = "", by: Actor, now: datetime
) -> bool:
    """Note it. False where it says nothing new, or nothing about this delivery.

    What is lost makes the delivery undelivered; a dead address is kept in mind. A delay is only told. `reference` is
    what it was handed over under, where that is known: what comes late of an earlier time says nothing of this one.
    """
    found = organization.deliveries.filter(id=delivery_id, medium=Medium.EMAIL).first()
    if found is None or reference not in ("", found.reference):
        return False
    went_to = found.redirected_to or found.recipient
    if not (bounce.is_report or went_to.lower() in bounce.about):
        return False
    if bounce.finality == Finality.DELAYED:
        waits = organization.deliveries.filter(id=found.id, state__in=(State.SENT, State.UNKNOWN))
        return waits.exclude(reason=bounce.reason).update(reason=bounce.reason) == 1
    new = take_receipt(organization, found.id, says=Receipt.UNDELIVERED, reason=bounce.reason, now=now)
    # In test mode it went to somebody else; and of what has been forgotten nobody knows any more where it went.
    if new and bounce.finality == Finality.DEAD and found.recipient == went_to != "":
        _keep_in_mind(organization, found, bounce.reason, by=by, now=now)
    return new


def take_refusal(organization: Organization, delivery: Delivery, reason: str, *, by: Actor, now: datetime) -> None:
    """A mail server said at once that there is no such address: as if the mail had come back."""
    if delivery.medium == Medium.EMAIL and not delivery.redirected_to:
        _keep_in_mind(organization, delivery, reason[:300], by=by, now=now)


def take_complaint(organization: Organization, delivery_id: UUID, *, words: str, by: Actor, now: datetime) -> bool:
    """Whoever got it called it unwanted, or said so to the provider: as if they had used the link in it.

    False where it says nothing new, also when it is told again after somebody said that mails are wanted there.
    """
    found = organization.deliveries.filter(id=delivery_id, medium=Medium.EMAIL, redirected_to="").first()
    if found is None or not found.recipient:
        return False
    said = organization.opt_outs.filter(medium=Medium.EMAIL, address=found.recipient.lower())
    left = found.handing_over_at or now
    if said.filter(Q(ended_at=None) | Q(ended_at__gte=left)).exists():
        return False
    opt_out(
        organization,
        medium=Medium.EMAIL,
        address=found.recipient,
        words=words,
        covers=Covers.UNASKED,
        by=by,
        now=now,
    )
    return True


def revive(organization: Organization, *, address: str, by: Actor, now: datetime) -> None:
    """Somebody says that mails arrive there after all: they are sent again."""
    found = organization.dead_addresses.filter(address=address.lower(), ended_at=None).first()
    if found is not None:
        organization.dead_addresses.filter(id=found.id).update(ended_at=now)
        audit.record("dead-address:end", found, by=by, now=now, before={"address": found.address})


def _keep_in_mind(organization: Organization, delivery: Delivery, reason: str, *, by: Actor, now: datetime) -> None:
    """Unless it was said to be alive after this mail had left."""
    address = delivery.recipient.lower()
    left = delivery.handing_over_at or now
    if organization.dead_addresses.filter(address=address, ended_at__gte=left).exists():
        return
    made, new = organization.dead_addresses.get_or_create(
        address=address,
        ended_at=None,
        defaults={
            "organization_id": organization.id,
            "since": now,
            "delivery_id": delivery.id,
            "reason": reason,
        },
    )
    if new:
        audit.record("dead-address:begin", made, by=by, now=now, after={"address": address, "reason": made.reason})
