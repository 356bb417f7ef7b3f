"""Short codes in text messages, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from kalends.foundation.database import tenancy
from kalends.foundation.limits import spend_public_act

Meant = TypeVar("Meant")


def meant_by(request: Any, find: Callable[[datetime], Meant]) -> Meant:
    """What `find` finds at the time given to it. Looking is limited as acts are: codes are short enough to be tried."""
    organization, by = request.organization, request.actor
    spend_public_act(organization.id, by.address)
    with tenancy.acting(organization=organization, by=by) as now:
        return find(now)
