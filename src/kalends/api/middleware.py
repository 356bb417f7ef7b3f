"""Programs take a shorter way through Django than pages (why: docs/decisions/0018)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponseBase]

# What gateways call is made of pages' parts (web/gateways).
_PROGRAMS = re.compile(r"/(api/(?!v1/webhooks/)|fhir/)")


def short_way(get_response: Answer) -> Answer:
    """Answer calls of programs before sessions, form tokens, messages and sign-in are looked for.

    None of these may count for a program: who calls is said by its token alone, and every view of the API turns what
    goes wrong into a problem by itself. The language is found as for pages.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not _PROGRAMS.match(path):
            return get_response(request)
        found = request.resolver_match = _view_at(path)
        translation.activate(translation.get_language_from_request(request))
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        if isinstance(response, HttpResponse):
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return answer


@lru_cache(1024)
def _view_at(path: str) -> ResolverMatch:
    """Looking through all addresses for one takes as long as reading what was sent."""
    return resolve(path)
