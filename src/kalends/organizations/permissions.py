"""Every right, `thing:verb`, and the table of who has which at first."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    STAFF = "staff"
    PROVIDER = "provider"


class Right(StrEnum):
    ACCOUNTS_CREATE = "accounts:create"
    ACCOUNTS_CLOSE = "accounts:close"
    PROVIDER_ENTITY = "provider:entity"
    PROVIDER_OPTIONS = "provider:options"
    AGENDA_READ = "agenda:read"
    APPOINTMENT_BOOK = "appointment:book"
    APPOINTMENT_MOVE = "appointment:move"
    APPOINTMENT_CANCEL = "appointment:cancel"
    APPOINTMENT_OVERBOOK = "appointment:overbook"
    APPOINTMENT_UNDO = "appointment:undo"
    PAYMENT_NOTE = "payment:note"
    CONTACT_READ = "contact:read"
    CONTACT_EDIT = "contact:edit"
    CONTACT_MERGE = "contact:merge"
    CONTACT_EXPORT = "contact:export"
    SETTINGS_AGENDA = "settings:agenda"
    SETTINGS_REMINDERS = "settings:reminders"
    SETTINGS_NOTIFICATIONS = "settings:notifications"
    CHANNEL_MANAGE = "channel:manage"
    AUDIT_READ = "audit:read"
    REPORT_READ = "report:read"


_DESK = {
    Right.AGENDA_READ,
    Right.APPOINTMENT_BOOK,
    Right.APPOINTMENT_MOVE,
    Right.APPOINTMENT_CANCEL,
    Right.PAYMENT_NOTE,
    Right.CONTACT_READ,
    Right.CONTACT_EDIT,
    Right.CONTACT_MERGE,
    Right.CONTACT_EXPORT,
}

# What a role has at first, and the most that can be ticked for one person of it.
AT_FIRST: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.STAFF: frozenset(_DESK),
    Role.PROVIDER: frozenset({Right.AGENDA_READ}),
}
AT_MOST: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.STAFF: frozenset(_DESK | {Right.APPOINTMENT_OVERBOOK, Right.APPOINTMENT_UNDO}),
    Role.PROVIDER: frozenset(
        {
            Right.AGENDA_READ,
            Right.APPOINTMENT_BOOK,
            Right.APPOINTMENT_MOVE,
            Right.APPOINTMENT_CANCEL,
            Right.CONTACT_READ,
        }
    ),
}


def rights_of(role: str, granted: list[str], withheld: list[str]) -> frozenset[str]:
    """A member's rights: the role's, plus what was ticked within its limits, minus what was unticked."""
    known = Role(role)
    return frozenset(str(r) for r in ((AT_FIRST[known] | frozenset(granted)) & AT_MOST[known]) - frozenset(withheld))
