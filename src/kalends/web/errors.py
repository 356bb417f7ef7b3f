"""Pages for what went wrong: what happened, and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kalends.foundation.errors import Refusal
from kalends.web.access import public


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was not ours, or is too old. Nothing was changed."""
    return render(request, "403.html", status=403)
