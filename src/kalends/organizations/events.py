"""What happened in organizations. Rows ride along: listeners run in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.foundation.actor import Actor
from kalends.organizations.models import Invitation, Location


@dataclass(frozen=True, slots=True)
class Acted:
    """One act on an organization or what belongs to it: the line of the audit, which stands above us."""

    act: str
    organization_id: UUID
    kind: str
    subject_id: UUID
    by: Actor
    now: datetime
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class InvitationMade:
    """The link's secret is not in here: `queries.invitation_secret` derives it when the mail is written."""

    invitation: Invitation
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class LocationZoneChanged:
    """Whoever keeps wall times of that place follows, or refuses and so undoes the change."""

    location: Location
    by: Actor
    now: datetime
