"""Searching the trace."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kalends.audit.models import Entry
from kalends.organizations.models import Organization


def entries(
    organization: Organization,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
    act: str | None = None,
) -> QuerySet[Entry]:
    """Acts and looks, newest first; `until` is excluded, None asks for all."""
    asked = {"at__gte": since, "at__lt": until, "person_id": person_id, "subject_id": subject_id, "act": act}
    found = organization.audit_entries.filter(**{name: value for name, value in asked.items() if value is not None})
    # Ids grow with time, and their index gives the newest first without sorting.
    return found.order_by("-id")
