"""Sending again what failed or is unknown: a person's decision, never a program's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kalends.audit import operations as audit
from kalends.delivery import letters, waking
from kalends.delivery.models import Delivery, State
from kalends.delivery.refusals import CannotBeSentAgain, NoLongerUseful, NowhereToSend, SaidThereAlready
from kalends.foundation.actor import Actor
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Organization

# What was held back is held back again, unless the reason has gone.
SENDABLE_AGAIN = (State.UNKNOWN, State.FAILED, State.UNDELIVERED, State.SUPPRESSED)


def leave(organization: Organization, delivery_id: UUID, *, by: Actor, now: datetime) -> None:
    """Somebody has seen that it needs a person, and lets it rest. Said twice, nothing changes. Raises NotFound."""
    found = organization.deliveries.select_for_update().filter(id=delivery_id).first()
    if found is None:
        raise NotFound
    if found.needs_somebody:
        organization.deliveries.filter(id=found.id).update(needs_somebody=False)
        audit.record("delivery:leave", found, by=by, now=now, after={"state": found.state})


def send_again(organization: Organization, delivery_id: UUID, *, by: Actor, now: datetime) -> Delivery:
    """Put it back into the queue with all its tries. Its Message-ID stays, so a reader who has it can tell.

    It goes to where the patient is reached now: the address may have been corrected since.
    Raises NotFound, CannotBeSentAgain, NoLongerUseful, NowhereToSend, SaidThereAlready.
    """
    found = organization.deliveries.select_for_update().filter(id=delivery_id).first()
    if found is None:
        raise NotFound
    if found.state not in SENDABLE_AGAIN:
        raise CannotBeSentAgain
    if found.forgotten_at is not None or (found.useless_after is not None and found.useless_after <= now):
        raise NoLongerUseful
    before = {"state": found.state, "attempts": found.attempts, "recipient": found.recipient}
    to = _where(organization, found)
    organization.deliveries.filter(id=found.id).update(
        state=State.QUEUED,
        recipient=to,
        due_at=now,
        attempts=0,
        claimed_by="",
        claimed_at=None,
        handing_over_at=None,
        settled_at=None,
        reason="",
        receipt="",
        receipt_at=None,
        receipts={},
        centre="",
        # What may have arrived keeps its name: a carrier that has it already does not send it twice.
        repeats=F("repeats") + int(found.state != State.UNKNOWN),
        needs_somebody=False,
    )
    audit.record(
        "delivery:send-again", found, by=by, now=now, before=before, after={"state": State.QUEUED, "recipient": to}
    )
    transaction.on_commit(waking.wake, robust=True)
    return found


def _where(organization: Organization, delivery: Delivery) -> str:
    to = letters.reached_now(organization, delivery)
    if not to:
        raise NowhereToSend
    about = {"kind": delivery.kind, "cause_id": delivery.cause_id, "cause_version": delivery.cause_version}
    there = organization.deliveries.filter(**about, medium=delivery.medium, recipient=to)
    if there.exclude(id=delivery.id).exists():
        raise SaidThereAlready
    return to
