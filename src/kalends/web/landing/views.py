"""Which organizations have a page here, and where their people sign in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kalends.foundation.phone import written
from kalends.foundation.text import UnusableText, clean_line
from kalends.organizations.models import Organization
from kalends.web.access import public
from kalends.web.landing.language import in_visitors_language

MOST = 60


@public
@in_visitors_language
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Published organizations by name; above `MOST` of them one looks for the name."""
    typed = _typed(request)
    found = Organization.objects.filter(is_published=True, is_active=True).order_by("name")
    several = found.count() > MOST
    if typed:
        found = found.filter(name__icontains=typed)
    context: dict[str, Any] = {
        "organizations": [(one, _telephone(one)) for one in found[:MOST]],
        "several": several,
        "typed": typed,
        "more": max(0, found.count() - MOST) if several else 0,
    }
    return render(request, "landing/landing.html", context)


def _telephone(organization: Organization) -> str:
    return written(organization.phone, country=organization.country) if organization.phone else ""


def _typed(request: HttpRequest) -> str:
    try:
        return clean_line(request.GET.get("q", "")[:100])
    except UnusableText:
        return ""
