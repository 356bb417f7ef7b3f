"""Who works on what: claims, marks, results, and what a worker that died leaves behind.

A claim says "I am on it" and is committed before anything is done; a mark says "from now on it may have
arrived" and is committed just before the text goes out. So of what a dead worker had claimed, all without a
mark goes back into the queue, and only what carries one (one per connection at most) becomes unknown.
Nothing here trusts that a worker is really dead: a mark and a result count only while the claim still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, CharField, F, Max, Value, When
from django.utils.translation import gettext_noop

from kalends.delivery import rules
from kalends.delivery.models import Delivery, State
from kalends.delivery.rules import Outcome
from kalends.organizations.models import Organization

SET = 20
BROKEN_OFF = gettext_noop("The worker ended while this was being handed over.")


@dataclass(frozen=True, slots=True)
class Result:
    """How one claimed delivery ended, and what is written about it."""

    delivery: Delivery
    claimer: str
    outcome: Outcome
    carrier: str = ""
    subject: str = ""
    message_id: str = ""
    parts: int = 0


def claim(
    organization: Organization, *, media: Sequence[str], claimer: str, now: datetime, at_most: int = SET
) -> list[Delivery]:
    """Take what is due by these media, oldest first; what others are taking at this moment is left to them."""
    due = organization.deliveries.filter(state=State.QUEUED, due_at__lte=now, medium__in=media)
    waiting = due.order_by("due_at", "id")
    taken = list(waiting.select_for_update(skip_locked=True)[:at_most])
    organization.deliveries.filter(id__in=[delivery.id for delivery in taken]).update(
        state=State.CLAIMED, claimed_by=claimer, claimed_at=now, handing_over_at=None
    )
    return taken


def overtaken(organization: Organization, deliveries: Sequence[Delivery]) -> set[UUID]:
    """Those that were tried before and about which something newer has been said since to the same address:
    sent now, the older news would be read last."""
    tried = [delivery for delivery in deliveries if delivery.attempts]
    if not tried:
        return set()
    newest = {
        (row["cause_id"], row["recipient"]): row["newest"]
        for row in organization.deliveries.filter(cause_id__in={delivery.cause_id for delivery in tried})
        .values("cause_id", "recipient")
        .annotate(newest=Max("cause_version"))
    }
    return {d.id for d in tried if newest[d.cause_id, d.recipient] > d.cause_version}


def mark(organization: Organization, delivery: Delivery, *, claimer: str, now: datetime) -> bool:
    """Note that the text goes out now. False if the claim no longer holds: then it must not."""
    mine = organization.deliveries.filter(id=delivery.id, state=State.CLAIMED, claimed_by=claimer)
    return mine.update(handing_over_at=now) == 1


def settle(organization: Organization, results: Sequence[Result], *, now: datetime) -> None:
    """Write how they ended. What others have taken over meanwhile stays theirs; an unknown becomes known.

    A receipt may have come before: then the network knows better than the end of our own conversation with it.
    """
    for result in results:
        delivery = result.delivery
        was_tried = result.outcome.fate not in rules.NOT_TRIED
        tries = delivery.attempts + was_tried
        next_ = rules.after(result.outcome, tries=tries, useless_after=delivery.useless_after, now=now)
        again = next_.state == State.QUEUED
        claimed = organization.deliveries.filter(id=delivery.id, claimed_by=result.claimer)
        claimed.filter(state__in=(State.CLAIMED, State.UNKNOWN)).update(
            state=_unless_received(next_.state, keep="receipt"),
            due_at=next_.due_at or delivery.due_at,
            claimed_by="" if again else result.claimer,
            handing_over_at=None if again else F("handing_over_at"),
            settled_at=None if again else now,
            attempts=tries,
            carrier=result.carrier,
            subject=result.subject[:300],
            message_id=result.message_id,
            parts=result.parts,
            reason=_unless_received(result.outcome.reason[:300], keep="reason"),
        )


def give_back(organization: Organization, *, claimer: str) -> None:
    """What `claimer` has not begun to hand over waits again; its turn has not changed."""
    begun = organization.deliveries.filter(state=State.CLAIMED, claimed_by=claimer)
    begun.filter(handing_over_at=None).update(state=State.QUEUED, claimed_by="", claimed_at=None)


def rescue(organization: Organization, *, claimer: str, now: datetime) -> None:
    """Settle what a dead worker had claimed: what was being handed over is unknown, the rest waits again."""
    give_back(organization, claimer=claimer)
    organization.deliveries.filter(state=State.CLAIMED, claimed_by=claimer).update(
        state=_unless_received(State.UNKNOWN, keep="receipt"),
        settled_at=now,
        attempts=F("attempts") + 1,
        reason=_unless_received(BROKEN_OFF, keep="reason"),
    )


def _unless_received(value: str, *, keep: str) -> Case:
    """`value`, or what the column `keep` holds if a receipt has come."""
    return Case(When(receipt="", then=Value(value)), default=F(keep), output_field=CharField())


def is_gone(claimer: str) -> bool:
    """Whether the worker of that name has ended: its connection held a lock, and a free lock has no holder.

    Until the transaction ends nobody else is told the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [claimer])
        free: bool = cursor.fetchone()[0]
    return free
