"""What the institution has chosen."""

from __future__ import annotations

import json
from contextvars import ContextVar
from uuid import UUID

from kalends.agenda.queries.plans import plan_of
from kalends.foundation.database import tenancy
from kalends.foundation.database.asking import ask
from kalends.notifications.models import NotificationSettings
from kalends.organizations.models import Organization

_COLUMNS = tuple(field.attname for field in NotificationSettings._meta.concrete_fields if field.column)
_KEPT = f"""
SELECT {", ".join(_COLUMNS)} FROM notifications_notificationsettings WHERE organization_id = $1
"""  # noqa: S608 - our own names


_last: ContextVar[tuple[tenancy.Scope, UUID, NotificationSettings | None] | None] = ContextVar(
    "kalends_notification_settings", default=None
)


def chosen_settings(organization: Organization) -> NotificationSettings | None:
    """None: nobody ever chose any. Read once in a transaction, for every booking asks several times."""
    scope, last = tenancy.current(), _last.get()
    if last is not None and last[0] is scope and last[1] == organization.id:
        return last[2]
    found = ask(_KEPT, [organization.id]).rows
    kept = None
    if found:
        kept = NotificationSettings.from_db("default", _COLUMNS, found[0])
        kept.copies = json.loads(kept.copies)  # as it came from the database: past the field
    _last.set((scope, organization.id, kept))
    return kept


def forget() -> None:
    """What was read in this transaction has been changed in it."""
    _last.set(None)


def settings_of(organization: Organization) -> NotificationSettings:
    """Those of a new organization are a row not yet written."""
    return chosen_settings(organization) or NotificationSettings(organization=organization)


def location_of(organization: Organization, schedule_id: UUID) -> UUID | None:
    """Where an agenda is kept; kept with the plan."""
    if (schedule := plan_of(organization).schedules.get(schedule_id)) is not None:
        return schedule.location_id
    return organization.schedules.values_list("location_id", flat=True).filter(id=schedule_id).first()
