"""Telling what was done: the audit listens."""

from __future__ import annotations

from datetime import datetime

from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database.models import TenantModel
from kalends.foundation.database.rows import Changes
from kalends.organizations.events import Acted
from kalends.organizations.models import Organization


def tell(
    act: str, subject: Organization | TenantModel, *, by: Actor, now: datetime, changes: Changes | None = None
) -> None:
    """Publish that `by` did `act` (`location:edit`) to `subject`."""
    organization_id = subject.id if isinstance(subject, Organization) else subject.organization_id
    kind = subject._meta.model_name or ""
    before, after = (changes.before or None, changes.after or None) if changes else (None, None)
    events.publish(Acted(act, organization_id, kind, subject.id, by, now, before, after))
