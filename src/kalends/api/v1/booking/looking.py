"""Looking at appointments: in which order, and that it is written down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization

ORDER = ("local_day", "starts_at", "id")


def note_look(organization: Organization, ids: list[UUID], by: Actor, now: datetime) -> None:
    audit.record_about(
        "appointment:list",
        organization_id=organization.id,
        kind="appointment",
        subject_id=None,
        by=by,
        now=now,
        after={"shown": [str(shown) for shown in ids]},
    )
