"""Pages for what went wrong: what happened, and what to do next. No versions, no paths, no identifiers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from kalends.foundation.errors import Refusal
from kalends.web.access import public


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal that no view has translated into its own page."""
    response = render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
    if "retry_after" in refusal.details:
        response.headers["Retry-After"] = str(refusal.details["retry_after"])
    return response


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was not ours, or is too old. Nothing was changed."""
    return render(request, "form_expired.html", status=403)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@public
def fault(request: HttpRequest) -> HttpResponse:
    # Without the request: a context processor might reach for what has just failed.
    return HttpResponse(render_to_string("500.html"), status=500)


@public
def unavailable(request: HttpRequest) -> HttpResponse:
    """For a moment nothing can be read or written; whatever was sent has not been stored."""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})
