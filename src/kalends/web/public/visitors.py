"""Telling visitors apart, so that nobody keeps more than three times; and what a visitor keeps."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse

from kalends.booking.models import Hold
from kalends.foundation import clock
from kalends.web.public import dates
from kalends.web.public.page import PublicRequest

COOKIE = "__Host-kalends-visitor" if settings.SESSION_COOKIE_SECURE else "kalends-visitor"
LASTS_SECONDS = 24 * 3600
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class KeptTime:
    when: str
    until: str
    url: str


def visitor_of(request: PublicRequest) -> bytes:
    """A hash of the visitor's random cookie; without one (in a frame), of the network address and the browser."""
    known = request.COOKIES.get(COOKIE, "")[:_LONGEST]
    agent = request.headers.get("User-Agent", "")[:400]
    told_by = f"cookie:{known}" if known else f"address:{request.META.get('REMOTE_ADDR', '')}:{agent}"
    return hashlib.sha256(told_by.encode()).digest()


def remember(request: PublicRequest, response: HttpResponse) -> None:
    """Give a new visitor a random name for a day. It says nothing about them and opens nothing."""
    if not request.COOKIES.get(COOKIE):
        response.set_cookie(
            COOKIE,
            secrets.token_urlsafe(16),
            max_age=LASTS_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def live_holds(request: PublicRequest, now: datetime) -> list[Hold]:
    """The times that this visitor keeps; inside `acting`."""
    if not request.COOKIES.get(COOKIE):
        return []
    holds = request.organization.holds.filter(visitor=visitor_of(request), expires_at__gt=now)
    return list(holds.select_related("schedule").order_by("expires_at"))


def told(request: PublicRequest, hold: Hold) -> KeptTime:
    zone = clock.zone(hold.schedule.time_zone)
    return KeptTime(
        dates.moment(hold.starts_at.astimezone(zone)),
        dates.hour(hold.expires_at.astimezone(zone)),
        request.here.to("details", hold=hold.id),
    )
