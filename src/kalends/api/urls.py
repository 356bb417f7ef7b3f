"""Addresses of the API. What none of them knows is answered with a problem too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from kalends.api.access import PUBLIC
from kalends.api.problems import MethodNotAllowed, problem
from kalends.api.v1.api import api, permissions_at
from kalends.foundation.errors import NotFound

View = Callable[..., HttpResponseBase]


def _within_problems(view: View) -> View:
    """Turn what the router answers by itself into problems: an unknown method, an empty address."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return problem(NotFound())
        if response.status_code == 405:
            return problem(MethodNotAllowed(allowed=sorted(response.headers["Allow"].split(", "))))
        return response

    return guarded


@csrf_exempt
def nothing_here(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return problem(NotFound())


def docs(request: HttpRequest) -> HttpResponse:
    """The description for people, with a form to try each call."""
    return api.docs.render_page(request, api)


def _patterns() -> list[Any]:
    """Those of version 1, each with its permission by method for whoever checks them."""
    patterns: list[Any] = api.urls[0]
    for pattern in patterns:
        pattern.callback = _within_problems(pattern.callback)
        # The description itself is for everybody.
        pattern.callback.permissions = permissions_at(str(pattern.pattern)) or {"GET": PUBLIC}
    return patterns


docs.permission = nothing_here.permission = PUBLIC  # type: ignore[attr-defined]
urlpatterns = [
    path("v1/", (_patterns(), "ninja", api.urls_namespace)),
    path("docs", docs, name="api-docs"),
    re_path("", nothing_here),
]
