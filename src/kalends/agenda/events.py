"""What changed in the agenda that others must follow in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kalends.agenda.models import Service
from kalends.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class RequirementsChanged:
    """A service needs other rooms or devices from now on; listeners supply what is to come, or refuse."""

    service: Service
    by: Actor
    now: datetime
