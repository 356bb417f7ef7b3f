"""After some time the log says no longer to whom something went, nor what about (AUD-09)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Min

from kalends.delivery.models import DeliverySettings, State
from kalends.delivery.policy import settings_of
from kalends.organizations.models import Organization

LEAST_KEPT = timedelta(days=30)
AT_ONCE = 500
_UNSETTLED = (State.QUEUED, State.CLAIMED)


def trace(organization_id: UUID, recipient: str) -> str:
    """What stands in the place of a forgotten address: it tells two apart, and says nothing without our key."""
    key = hashlib.sha256(f"forgotten:{settings.SECRET_KEY}".encode()).digest()
    proof = hmac.new(key, organization_id.bytes + recipient.lower().encode(), hashlib.sha256)
    return f"#{proof.hexdigest()[:32]}"


def forget_old(organization: Organization, *, now: datetime) -> int:
    """Empty some of what was settled longer ago than is kept; says how many, none when all is done.

    The row stays, with its cause and its fate: what was sent once is known to have been sent (queueing.py).
    """
    known = settings_of(organization)
    before = now - timedelta(days=known.kept_days)
    old = organization.deliveries.filter(queued_at__lt=before, forgotten_at=None)
    if known.forgotten_until is not None:
        old = old.filter(queued_at__gte=known.forgotten_until)
    ended = old.exclude(state__in=_UNSETTLED).filter(settled_at__lt=before)
    found = list(ended.order_by("queued_at").select_for_update(skip_locked=True)[:AT_ONCE])
    for one in found:
        organization.deliveries.filter(id=one.id).update(
            recipient=trace(organization.id, one.recipient),
            facts={},
            subject="",
            reason="",
            redirected_to="",
            forgotten_at=now,
            needs_somebody=False,
        )
    if len(found) < AT_ONCE:
        _come_this_far(organization, known, old.aggregate(first=Min("queued_at"))["first"] or before)
    return len(found)


def _come_this_far(organization: Organization, known: DeliverySettings, moment: datetime) -> None:
    """Nothing before it is looked at again: what was not settled holds it up."""
    if known._state.adding:
        known.forgotten_until = moment
        known.save(force_insert=True)
    elif known.forgotten_until is None or known.forgotten_until < moment:
        organization.delivery_settings.update(forgotten_until=moment)
