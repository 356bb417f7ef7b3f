"""What every public page has in common: who may open it, what its answer carries, what a refusal looks like."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from kalends.foundation.errors import Refusal
from kalends.foundation.phone import written
from kalends.organizations.models import Location, Organization
from kalends.web.access import OrganizationRequest, private_link, published
from kalends.web.public.addresses import Addresses, addresses_of, check_form
from kalends.web.ui.shell import Clinic

View = Callable[..., HttpResponse]
# What may stand in a policy: an origin, and nothing that could end the directive.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")


class PublicRequest(OrganizationRequest):
    here: Addresses


def public_page(view: View) -> Callable[..., HttpResponseBase]:
    """Anybody, on the page of an organization that publishes it."""
    return _page(view, published)


def private_page(view: View) -> Callable[..., HttpResponseBase]:
    """Whoever has the private link of an appointment, also where the organization publishes no page."""

    @wraps(view)
    def kept(request: Any, **path: Any) -> HttpResponse:
        return private(view(request, **path))

    return _page(kept, private_link)


def _page(view: View, guard: Callable[[View], Callable[..., HttpResponseBase]]) -> Callable[..., HttpResponseBase]:
    """Forms are known by our signature instead of a cookie, which a frame in another site does not get (README.md);
    there no cookie is set either.
    """

    @wraps(view)
    def answered(request: Any, **path: Any) -> HttpResponse:
        request.here = addresses_of(request, request.organization.slug)
        try:
            if request.method == "POST":
                check_form(request)
            response = view(request, **path)
        except Refusal as refusal:
            response = private(refusal_page(request, refusal))
        response.headers["Content-Language"] = get_language() or "en"
        if is_embedded(request):
            response.frame_ancestors = allowed_origins(request.organization)  # type: ignore[attr-defined]
        return response

    guarded = guard(answered)

    @wraps(guarded)
    def outermost(request: Any, *args: Any, **path: Any) -> HttpResponseBase:
        response = guarded(request, *args, **path)
        if is_embedded(request):
            response.cookies.clear()
        return response

    outermost.csrf_exempt = True  # type: ignore[attr-defined]
    return outermost


def private(response: HttpResponse) -> HttpResponse:
    """The address of this page is a secret: no other site hears of it, no search engine keeps it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def is_embedded(request: HttpRequest) -> bool:
    return request.GET.get("embed") == "1"


def allowed_origins(organization: Organization) -> list[str]:
    return [origin for origin in organization.allowed_origins if _ORIGIN.fullmatch(origin)]


def first_page(request: PublicRequest) -> str:
    """Where one may book; nowhere while the organization publishes no page."""
    return request.here.to("services") if request.organization.is_published else ""


def refusal_page(request: PublicRequest, refusal: Refusal) -> HttpResponse:
    return show(
        request,
        "public/refusal.html",
        {"refusal": refusal, "begin": first_page(request)},
        status=refusal.status,
    )


def show(
    request: PublicRequest,
    template: str,
    context: dict[str, Any],
    *,
    location: Location | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page in the patient shell, for the location chosen so far."""
    shell = {
        "clinic": clinic(request, location),
        "offered_languages": request.organization.languages,
        "embedded": " ".join(allowed_origins(request.organization)) if is_embedded(request) else "",
    }
    return render(request, template, {**shell, **context}, status=status)


def clinic(request: PublicRequest, location: Location | None) -> Clinic:
    organization = request.organization
    number = (location.phone if location else "") or organization.phone
    return Clinic(
        name=organization.name,
        url=first_page(request),
        address=address_of(location) if location else "",
        phone=written(number, country=organization.country) if number else "",
        phone_href=f"tel:{number}" if number else "",
        privacy_url=request.here.to("your_data"),
    )


def address_of(location: Location) -> str:
    """12, rue des Tilleuls, 49000 Angers."""
    town = f"{location.postcode} {location.town}".strip()
    return ", ".join(part for part in (location.address, town) if part)
