"""The internal messages of members: written with what they are about, read and put away by each for themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends.delivery.policy import settings_of
from kalends.foundation.actor import Actor
from kalends.foundation.database import telling
from kalends.notifications.models import Notice
from kalends.notifications.queries import notices_of
from kalends.organizations.models import Organization

AT_ONCE = 500
NEWS = "notices"
"""Told of a person: they have something to read."""


def write(
    organization: Organization,
    members: Collection[UUID],
    *,
    kind: str,
    cause_id: UUID,
    cause_version: int,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """One for each member, in the transaction of its cause; the same news is written once."""
    rows = [
        Notice(
            organization_id=organization.id,
            membership_id=member,
            kind=kind,
            cause_id=cause_id,
            cause_version=cause_version,
            facts=dict(facts),
            written_at=now,
        )
        for member in members
    ]
    Notice.all_rows.bulk_create(rows, ignore_conflicts=True)
    people = organization.memberships.filter(id__in=list(members)).values_list("person_id", flat=True)
    for person_id in people:
        telling.tell(person_id, [NEWS])


def mark_read(
    organization: Organization, *, by: Actor, now: datetime, notice_ids: Collection[UUID] | None = None
) -> int:
    """The member has read these notices of theirs, or all of them; says how many were new. Others' stay as they are."""
    unread = notices_of(organization, by).filter(read_at=None)
    if notice_ids is not None:
        unread = unread.filter(id__in=list(notice_ids))
    count = unread.update(read_at=now)
    if count and by.person_id is not None:
        telling.tell(by.person_id, [NEWS])
    return count


def forget_old(organization: Organization, *, now: datetime) -> int:
    """Take away notices older than the organization knows to whom what was sent; says how many. Unread ones too: they
    name patients."""
    kept = timedelta(days=settings_of(organization).kept_days)
    old = organization.notices.filter(written_at__lt=now - kept).order_by("written_at").values_list("id", flat=True)
    found = list(old[:AT_ONCE])
    organization.notices.filter(id__in=found).delete()
    return len(found)
