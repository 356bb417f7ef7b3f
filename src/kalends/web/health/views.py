"""Alive (`/healthz`) and able to work (`/readyz`)."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from kalends.web.access import public

_READ_ONLY = """
SELECT current_setting('transaction_read_only')::bool, count(*),
  EXISTS (SELECT FROM delivery_clockjump WHERE ended_at IS NULL)
FROM (SELECT FROM organizations_organization LIMIT 1) reached
"""
TEXT = "text/plain; charset=utf-8"


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type=TEXT)


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches a migrated database that takes writes. A clock that was set keeps nobody away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_READ_ONLY)
            read_only, _reached, jumped = cursor.fetchone()
    except DatabaseError:
        return HttpResponse(
            "the database does not answer\n", status=503, content_type=TEXT, headers={"Retry-After": "5"}
        )
    if read_only:
        return HttpResponse("the database is read-only\n", status=503, content_type=TEXT, headers={"Retry-After": "5"})
    return HttpResponse("ready\nreminders wait: the clock was set\n" if jumped else "ready\n", content_type=TEXT)
