"""What the tests of the desk share: days to come, acts done beforehand, and what a reader sees of a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import Client

from kalends.accounts.models import Person
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.foundation.actor import Actor
from tests.cast import Clinic, data

Browser = Callable[[Person], Client]
PARIS = ZoneInfo("Europe/Paris")
BOOK = "/app/tilleuls/book/"


def coming(weekday: int = 1, weeks: int = 2) -> date:
    """A weekday (1 is Monday) of a week to come: pages know only the real clock."""
    today = datetime.now(PARIS).date()
    return today - timedelta(days=today.isoweekday()) + timedelta(days=weekday + 7 * weeks)


def at(hour: int, minute: int = 0, *, day: date | None = None) -> datetime:
    """Wall time of Paris, next week's Monday unless told."""
    when = day or coming()
    return datetime(when.year, when.month, when.day, hour, minute, tzinfo=PARIS)


def book(clinic: Clinic, starts_at: datetime, *, by: Actor | None = None, **who: Any) -> Appointment:
    """An appointment made beforehand."""
    with clinic.acting(by) as now:
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=starts_at,
            contact=data(**who),
            by=by or clinic.actor(),
            now=now,
        )


def chosen(clinic: Clinic, hour: int = 10, **more: Any) -> dict[str, Any]:
    """What stands in the address of the booking page once a time is chosen."""
    return {
        "service": clinic.service.id,
        "schedule": clinic.schedule.id,
        "start": at(hour).isoformat(),
        **more,
    }


def look(client: Client, asked: dict[str, Any]) -> Any:
    """The booking page, told so much."""
    return client.get(f"{BOOK}?{urlencode(asked)}")


def again(clinic: Clinic, appointment: Appointment) -> Appointment:
    """As it stands in the database now."""
    with clinic.acting():
        return clinic.organization.appointments.select_related("contact").get(id=appointment.id)


def begun(owner: Any, appointment: Appointment) -> None:
    """Put a visit at the first minutes of today, by the owner's hand: nobody books the past."""
    starts = datetime.now(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    owner.execute(
        "UPDATE booking_appointment SET starts_at = %s, ends_at = %s, local_day = %s, local_minute = 0 WHERE id = %s",
        [starts, starts + timedelta(minutes=30), starts.date(), appointment.id],
    )


def audited(clinic: Clinic, act: str) -> list[dict[str, Any]]:
    """What the audit keeps of an act, oldest first."""
    with clinic.acting():
        found = clinic.organization.audit_entries.filter(act=act).order_by("id")
        return [{"who": one.actor_label, "subject": one.subject_id, **(one.after or {})} for one in found]


def text(response: HttpResponse) -> str:
    """All that can be read on the page, in one line."""
    whole = response.content.decode()
    main = whole.partition("<main")[2].partition(">")[2] or whole
    bare = re.sub(r"<(script|template|style)\b.*?</\1>", " ", main, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def notices(response: HttpResponse) -> list[str]:
    """The sentences of the notices: tone, then what they say."""
    found = re.findall(
        r'<div class="notice (\w+)[^"]*"[^>]*>.*?</svg><div>(.*?)</div></div>', response.content.decode(), re.DOTALL
    )
    return [f"{tone}: {' '.join(unescape(re.sub(r'<[^>]+>', ' ', words)).split())}" for tone, words in found]
