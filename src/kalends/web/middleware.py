"""What every answer carries, and what a refusal looks like."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from psycopg import errors as postgres

from kalends.foundation import legible
from kalends.foundation.errors import Refusal

log = logging.getLogger(__name__)
# These look for themselves: gateways write in alphabets of their own.
FOR_PROGRAMS = ("/api/", "/fhir/")
Answer = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)


def security_headers(get_response: Answer) -> Answer:
    """Strict by default; a view that may be framed says by whom in `response.frame_ancestors`."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        ancestors = " ".join(getattr(response, "frame_ancestors", ())) or "'none'"
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=ancestors))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if not request.path_info.startswith(settings.STATIC_URL):
            headers.setdefault("Cache-Control", "private, no-store")
        if settings.SESSION_COOKIE_SECURE:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    return answer


def only_legible(get_response: Answer) -> Answer:
    """An address or a form that is no text is refused before anybody looks at it, with a page."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        from kalends.web import errors

        if not request.path_info.startswith(FOR_PROGRAMS):
            try:
                legible.check_address(request.META.get("QUERY_STRING", ""))
                if request.content_type == legible.FORM:  # files come another way
                    legible.check_form(request.body, with_nul=True)
            except legible.Illegible:
                request.GET = QueryDict()  # the page that says so looks at it, too
                return errors.bad_request(request)
        return get_response(request)

    return answer


def is_unavailable(fault: Exception) -> bool:
    """The database is away, read-only, or waits for a lock too long: worth another try in a moment."""
    return isinstance(fault, OperationalError | InterfaceError) or isinstance(
        fault.__cause__, postgres.ReadOnlySqlTransaction
    )


class Refusals:
    """A refusal that no view has translated becomes a page that says what happened and what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponseBase | None:
        from kalends.web import errors

        if isinstance(fault, Refusal):
            return errors.refusal_page(request, fault)
        if is_unavailable(fault):
            log.warning("The database could not do this now: %s", type(fault.__cause__ or fault).__name__)
            return errors.unavailable(request)
        return None
