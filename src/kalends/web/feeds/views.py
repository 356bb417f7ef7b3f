"""The secret address of an agenda, for calendar programs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags, quote_etag

from kalends.booking.operations.feeds import note_reading
from kalends.booking.queries import feeds
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.notifications.feed_file import feed_file
from kalends.web.access import public

READER = system("calendar feed")
HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}


@public
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """304 without building anything while nothing has changed (ICS-08); 410 once it is over (ICS-09)."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(("GET", "HEAD"))
    named = feeds.named(secret)
    if named is None:
        raise Http404
    organization, proof = named
    sent = parse_etags(request.headers.get("If-None-Match", ""))
    with tenancy.acting(organization=organization, by=READER) as now:
        known = feeds.feed_of(organization, proof)
        if known is None:
            raise Http404
        if feeds.is_over(known):
            return HttpResponse(status=410, content_type="text/plain; charset=utf-8", headers=HEADERS)
        known.organization = organization
        within = feeds.window(known, now)
        etag = quote_etag(feeds.state_of(known, within))
        note_reading(known, now=now)
        found = None if etag in sent or f"W/{etag}" in sent else feeds.read(known, within)
    if found is None:
        return HttpResponseNotModified(headers={**HEADERS, "ETag": etag})
    return HttpResponse(
        feed_file(known, found), content_type="text/calendar; charset=utf-8", headers={**HEADERS, "ETag": etag}
    )
