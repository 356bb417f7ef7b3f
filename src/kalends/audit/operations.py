"""Writing the trace. In the transaction of the act: if the trace cannot be written, the act is undone (AUD-03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.audit.models import Entry
from kalends.foundation.actor import Actor
from kalends.foundation.database.instances import fresh
from kalends.foundation.database.models import TenantModel
from kalends.foundation.database.writing import write


def record(
    act: str,
    subject: TenantModel,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    """Write one line: `by` did `act` (`appointment:book`) to `subject`."""
    write(line(act, subject, by=by, now=now, before=before, after=after, why=why))


def line(
    act: str,
    subject: TenantModel,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> Entry:
    """The line as a row still to be written, for acts that write several rows in one go."""
    return _entry(
        act,
        organization_id=subject.organization_id,
        kind=subject._meta.model_name or "",
        subject_id=subject.id,
        by=by,
        now=now,
        before=before,
        after=after,
        why=why,
    )


def record_about(
    act: str,
    *,
    organization_id: UUID,
    kind: str,
    subject_id: UUID | None,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    """The same for a subject that is not at hand as a row (a search, a list)."""
    write(
        _entry(
            act,
            organization_id=organization_id,
            kind=kind,
            subject_id=subject_id,
            by=by,
            now=now,
            before=before,
            after=after,
            why=why,
        )
    )


def _entry(
    act: str,
    *,
    organization_id: UUID,
    kind: str,
    subject_id: UUID | None,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    why: str,
) -> Entry:
    return fresh(
        Entry,
        organization_id=organization_id,
        at=now,
        actor_kind=by.kind,
        actor_label=by.label[:200],
        person_id=by.person_id,
        role=by.role,
        channel=by.channel,
        address=by.address,
        act=act,
        subject_kind=kind,
        subject_id=subject_id,
        why=why,
        before=before,
        after=after,
    )
