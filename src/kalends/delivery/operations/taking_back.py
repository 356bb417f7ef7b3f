"""Taking back what has not gone out yet, because what it says no longer holds.

Row by row this and a worker's mark exclude each other: whoever is first has decided, so what was taken back never
leaves, and what is being handed over is left to end.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kalends.delivery import waking
from kalends.delivery.models import Delivery, State
from kalends.organizations.models import Organization


def take_back(organization: Organization, *, kind: str, causes: Collection[UUID], reason: str, now: datetime) -> None:
    """They end without having been tried; `reason` is for those who look into it."""
    _not_begun(organization.deliveries.filter(kind=kind, cause_id__in=causes)).update(
        state=State.ABORTED, claimed_by="", claimed_at=None, settled_at=now, reason=reason
    )


def write_anew(organization: Organization, *, kind: str, causes: Collection[UUID], taken_back: str) -> None:
    """Their text is made again before they leave; those taken back for the reason `taken_back` wait again."""
    known = organization.deliveries.filter(kind=kind, cause_id__in=causes)
    _not_begun(known).update(state=State.QUEUED, claimed_by="", claimed_at=None)
    known.filter(state=State.ABORTED, reason=taken_back).update(state=State.QUEUED, settled_at=None, reason="")
    transaction.on_commit(waking.wake, robust=True)


def readdress(
    organization: Organization,
    *,
    medium: str,
    kinds: Collection[str],
    causes: Collection[UUID],
    former: Collection[str],
    to: str,
    reason: str,
    now: datetime,
) -> None:
    """What waits for one of the addresses `former` goes to `to` instead. Taken back, for `reason`: where there is no
    such address any more, and what `to` has been told, or is to be told, already.
    """
    about = {"medium": medium, "kind__in": kinds, "cause_id__in": causes}
    waiting = _not_begun(organization.deliveries.filter(**about, recipient__in=former))
    told = {_what(one) for one in organization.deliveries.filter(**about, recipient=to)} if to else set()
    for delivery in waiting.order_by("id"):
        if not to or _what(delivery) in told:
            take_back_one(delivery, reason=reason, now=now)
            continue
        told.add(_what(delivery))
        delivery.recipient, delivery.attempts, delivery.reason = to, 0, ""
        delivery.state, delivery.claimed_by, delivery.claimed_at = State.QUEUED, "", None
        delivery.save(update_fields=["recipient", "attempts", "reason", "state", "claimed_by", "claimed_at"])
    transaction.on_commit(waking.wake, robust=True)


def _what(delivery: Delivery) -> tuple[str, UUID, int]:
    """What goes to an address once."""
    return delivery.kind, delivery.cause_id, delivery.cause_version


def ask_again(known: QuerySet[Delivery]) -> None:
    """Of these, a worker lets go what it has not begun: whoever takes it next asks what holds now."""
    _not_begun(known.filter(state=State.CLAIMED)).update(state=State.QUEUED, claimed_by="", claimed_at=None)
    transaction.on_commit(waking.wake, robust=True)


def _not_begun(known: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Locked in the order in which a worker marks several (claiming.py): none waits for the other in a circle."""
    waiting = known.filter(state__in=(State.QUEUED, State.CLAIMED), settled_at=None, handing_over_at=None)
    held = waiting.select_for_update(no_key=True).order_by("id").values_list("id", flat=True)
    return waiting.filter(id__in=list(held))


def take_back_one(delivery: Delivery, *, reason: str, now: datetime) -> None:
    """As `take_back`, of one that the caller has found."""
    _not_begun(delivery.organization.deliveries.filter(id=delivery.id)).update(
        state=State.ABORTED, claimed_by="", claimed_at=None, settled_at=now, reason=reason
    )


def put_off(delivery: Delivery, *, until: datetime) -> None:
    """It leaves then, not when it was to; one that is on its way already goes on."""
    delivery.organization.deliveries.filter(id=delivery.id, state=State.QUEUED).update(due_at=until)
    transaction.on_commit(waking.wake, robust=True)
