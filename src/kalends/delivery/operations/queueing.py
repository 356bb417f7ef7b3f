"""Into the queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from kalends.delivery import waking
from kalends.delivery.models import Delivery, Nature
from kalends.foundation.database.writing import write
from kalends.organizations.models import Organization


def queue(
    organization: Organization,
    *,
    kind: str,
    cause_id: UUID,
    cause_version: int,
    medium: str,
    recipient: str,
    language: str,
    facts: Mapping[str, Any],
    due_at: datetime,
    useless_after: datetime | None,
    now: datetime,
    nature: str = Nature.NEWS,
    schedules: Collection[UUID] = (),
) -> None:
    """Write what is to leave, in the transaction of its cause: both happen, or neither.

    The same kind about the same cause and version goes to an address once; queued again, nothing happens.
    `kind` names the writer of its text (letters.py), `facts` is what that writer will need and cannot look up;
    `schedules` those of the visits that it is about, by which people find it again.
    """
    waiting = Delivery(
        organization_id=organization.id,
        kind=kind,
        cause_id=cause_id,
        cause_version=cause_version,
        medium=medium,
        recipient=recipient,
        language=language,
        facts=dict(facts),
        queued_at=now,
        due_at=due_at,
        useless_after=useless_after,
        nature=nature,
        schedules=sorted(map(str, schedules)),
    )
    write(waiting, once=True)
    transaction.on_commit(waking.wake, robust=True)
