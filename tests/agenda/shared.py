"""What the tests of operations ask again and again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from kalends.agenda.queries.free_times import free_times
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.foundation.actor import ChannelKind
from tests.cast import MONDAY, NOW, Clinic, at, data


def act(clinic: Clinic, operation: Callable[..., Any], *args: Any, **fields: Any) -> Any:
    """Let the clinic's administrator do `operation` in a transaction of its own."""
    with clinic.acting():
        return operation(*args, by=clinic.actor(), now=NOW, **fields)


def offered(clinic: Clinic, day: date = MONDAY, **asked: Any) -> list[str]:
    """The free times of a day, as staff see them: `09:00`."""
    with clinic.acting():
        answer = free_times(
            clinic.organization,
            **{
                "service_id": clinic.service.id,
                "first": day,
                "last": day,
                "channel": ChannelKind.STAFF,
                "now": NOW,
                "want_next": False,
                **asked,
            },
        )
    assert answer is not None
    return [f"{slot.local_start:%H:%M}" for slot in answer.slots]


def booked(clinic: Clinic, hour: int, minute: int = 0, *, day: date = MONDAY, **who: Any) -> Appointment:
    with clinic.acting():
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=at(hour, minute, day=day),
            contact=data(**who),
            by=clinic.actor(),
            now=NOW,
        )


def lines(clinic: Clinic, act: str) -> list[tuple[Any, Any]]:
    """What the audit says of an act: (before, after), in order."""
    with clinic.acting():
        found = clinic.organization.audit_entries.filter(act=act).order_by("id")
        return [(entry.before, entry.after) for entry in found]
