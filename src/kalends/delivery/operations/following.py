"""What a carrier tells afterwards about what it took and works on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kalends.delivery import rules, waking
from kalends.delivery.carriers import NO_LONGER_KNOWN, Course, Followed
from kalends.delivery.models import Delivery, Receipt, State
from kalends.delivery.rules import Fate, Outcome
from kalends.organizations.models import Organization


def take_course(organization: Organization, asked: Delivery, followed: Followed | None, *, now: datetime) -> bool:
    """Note how it ended under the reference that it had when it was `asked` about; None: the carrier no longer knows.

    A machine that was reached and did not confirm all of it may have printed it: only a person sends that again.
    False where nothing is to be noted.
    """
    found = organization.deliveries.select_for_update().filter(id=asked.id).first()
    if found is None or found.state != State.SENT or found.receipt or found.reference != asked.reference:
        return False
    if followed is not None and followed.course == Course.UNDER_WAY:
        return False
    organization.deliveries.filter(id=found.id).update(**_changes(found, followed, now))
    if followed is not None and followed.course == Course.NOBODY:
        transaction.on_commit(waking.wake, robust=True)
    return True


def _changes(delivery: Delivery, followed: Followed | None, now: datetime) -> dict[str, object]:
    if followed is None:
        return {"state": State.UNKNOWN, "reason": NO_LONGER_KNOWN, "needs_somebody": True}
    received = {"receipt_at": now, "parts": followed.parts or delivery.parts}
    match followed.course:
        case Course.ARRIVED:
            # Who answered is the best proof there is that the number is right.
            received |= {"state": State.DELIVERED, "receipt": Receipt.DELIVERED, "reason": followed.machine[:300]}
            return received
        case Course.BROKEN_OFF:
            told = {"receipt": Receipt.UNDELIVERED, "receipt_at": now, "needs_somebody": True}
            return {"state": State.UNDELIVERED} | told | _why(followed)
        case Course.TAKEN_OUT:
            return {"state": State.FAILED, "needs_somebody": True} | _why(followed)
    next_ = rules.after(
        Outcome(Fate.LATER, followed.reason),
        tries=delivery.attempts,
        useless_after=delivery.useless_after,
        now=now,
        medium=delivery.medium,
    )
    if next_.state != State.QUEUED:
        return {"state": next_.state, "settled_at": now, "needs_somebody": True} | _why(followed)
    freed: dict[str, object] = {
        "claimed_by": "",
        "claimed_at": None,
        "handing_over_at": None,
        "settled_at": None,
        "centre": "",
    }
    freed |= {"repeats": delivery.repeats + 1}  # the next try is another job
    return {"state": State.QUEUED, "due_at": next_.due_at} | freed | _why(followed)


def _why(followed: Followed) -> dict[str, object]:
    return {"reason": followed.reason[:300]}
