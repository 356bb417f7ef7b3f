"""Somebody has looked at the clock: it is right, and what waited goes on (clock_watch.py)."""

from __future__ import annotations

from datetime import datetime

from kalends.audit import operations as audit
from kalends.delivery.clock_watch import open_jump
from kalends.delivery.models import ClockJump
from kalends.delivery.policy import settings_of, wait_turn
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.organizations.models import Organization


def trust_clock(organization: Organization, *, by: Actor, now: datetime) -> None:
    """For one organization, until the clock is set again. Without a jump, and said twice, nothing changes."""
    wait_turn(organization)
    jump, known = open_jump(), settings_of(organization)
    if jump is None or known.trusts_clock_after == jump.id:
        return
    known.trusts_clock_after = jump.id
    if known._state.adding:
        rows.insert(known)
    else:
        organization.delivery_settings.update(trusts_clock_after=jump.id)
    after = {"since": jump.since.isoformat(), "seconds": jump.seconds}
    audit.record("clock:trust", known, by=by, now=now, after=after)


def trust_clock_everywhere(*, by: Actor, now: datetime) -> bool:
    """For the installation; False if there was nothing to say."""
    return bool(ClockJump.objects.filter(ended_at=None).update(ended_at=now, by_label=by.label))
