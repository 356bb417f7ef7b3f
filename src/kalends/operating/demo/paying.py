"""Who has paid, of those who pay before they come. Pure: instants are epoch seconds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

from kalends.agenda.queries.plans import ServicePlan
from kalends.foundation.actor import Actor
from kalends.operating.demo.visits import Act, Visit
from kalends.payments.rules import deadline

NEAR = 72 * 3600
"""Whatever is due so soon is paid: nobody is written to because the demo was loaded."""
PAY_EARLY = 0.6


def pays(visit: Visit, service: ServicePlan, *, clerks: Sequence[Actor], dice: random.Random, now: int) -> Act | None:
    """Noted by one of the desk. None: nothing is paid before, or not yet."""
    booked, start = visit.acts[0], visit.time.start
    for act in visit.acts:
        if act.what == "cancel":
            return None
        start = act.to.start if act.to else start
    if not service.payment_due or not service.price_minor:
        return None
    due_at = deadline(
        service.payment_due,
        service.payment_hours,
        starts_at=datetime.fromtimestamp(start, UTC),
        booked_at=datetime.fromtimestamp(booked.at, UTC),
    )
    due = int(due_at.timestamp())
    if due > now + NEAR and dice.random() > PAY_EARLY:
        return None
    return Act(dice.randint(booked.at, max(booked.at, min(due, now) - 1)), "pay", dice.choice(clerks))
