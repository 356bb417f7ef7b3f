"""What goes out: plain values as JSON, without another look at them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.http import HttpResponse

from kalends.agenda.queries.slots import Slot
from kalends.foundation import clock

JSON = "application/json"


def answer(body: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), content_type=JSON, status=status)


@lru_cache(maxsize=65536)
def told(instant: int, zone: ZoneInfo) -> str:
    """The instant (seconds since 1970) as the clocks of `zone` show it, with their offset; to the second."""
    return clock.wall(instant, zone).isoformat()


def told_at(moment: datetime, zone: ZoneInfo) -> str:
    """The same for a datetime; fractions of a second are dropped."""
    return told(clock.epoch_of(moment), zone)


def told_slot(slot: Slot) -> dict[str, Any]:
    zone = slot.schedule.zone
    return {
        "start": told(slot.start, zone),
        "end": told(slot.end, zone),
        "schedule": slot.schedule.id,
        "provider": slot.schedule.provider_id,
        "location": slot.schedule.location_id,
    }
