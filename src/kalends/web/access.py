"""Who may open which page. Every view says it, with one of these decorators; a test walks all URLs.

Whatever is not the visitor's, or does not exist, answers 404; what exists but is not within the role, 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from kalends.accounts.models import Person
from kalends.foundation.actor import Actor, patient
from kalends.foundation.errors import NotAllowed
from kalends.foundation.limits import spend_public_act
from kalends.organizations import queries as organizations
from kalends.organizations.models import Membership, Organization

View = Callable[..., HttpResponseBase]
PUBLIC = "public"
SIGNED_IN = "signed in"
PLATFORM = "platform"


class OrganizationRequest(HttpRequest):
    """A request once a decorator has found whose page it is and who asks."""

    organization: Organization
    actor: Actor
    user: Person
    membership: Membership


def public(view: View) -> View:
    """Anybody, signed in or not."""
    return _marked(view, PUBLIC)


def published(view: View) -> View:
    """Anybody, on the page of an organization that publishes it: finds the organization and the language."""
    return _visited(view, organizations.published)


def private_link(view: View) -> View:
    """Anybody who has the secret in the address, whether the organization publishes its page or not."""
    return _visited(view, organizations.by_slug)


def _visited(view: View, find: Callable[[str], Organization | None]) -> View:
    @wraps(view)
    def guarded(request: Any, organization: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = find(organization)
        if found is None:
            raise Http404
        request.organization = found
        request.actor = patient(address=request.META.get("REMOTE_ADDR", ""))
        with translation.override(_visitors_language(request, found)):
            if request.method == "POST":
                spend_public_act(found.id, request.actor.address)
            response = view(request, *args, **kwargs)
        if request.GET.get("lang") in found.languages:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                request.GET["lang"],
                max_age=31536000,
                samesite="Lax",
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    return _marked(guarded, PUBLIC)


def signed_in(view: View) -> View:
    """Any person with a session, whatever their organizations."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        with translation.override(request.user.language):
            return view(request, *args, **kwargs)

    return _marked(guarded, SIGNED_IN)


def platform_only(view: View) -> View:
    """The platform's own administrators; in the demo everybody."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed = settings.DEMO or (request.user.is_authenticated and request.user.is_platform_admin)
        if not allowed:
            raise Http404
        return view(request, *args, **kwargs)

    return _marked(guarded, PLATFORM)


def member(right: str) -> Callable[[View], View]:
    """A member of the organization named in the address, who has `right` there."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, organization: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            found = organizations.member_of(request.user, organization, address=request.META.get("REMOTE_ADDR", ""))
            if found is None:
                raise Http404
            request.organization, request.membership, request.actor = found
            with translation.override(request.user.language):
                if not request.actor.may(right):
                    raise NotAllowed
                return view(request, *args, **kwargs)

        return _marked(guarded, right)

    return decorate


def _marked(view: View, permission: str) -> View:
    view.permission = permission  # type: ignore[attr-defined]
    return view


def _visitors_language(request: HttpRequest, organization: Organization) -> str:
    """What was asked for, else what was chosen before, else the browser's, among those the page is offered in."""
    offered = organization.languages or ["en"]
    asked = (request.GET.get("lang"), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
    accepted = (part.split(";")[0].strip().lower() for part in request.headers.get("Accept-Language", "").split(","))
    for code in (*asked, *accepted):
        for language in (code, (code or "").split("-")[0]):
            if language in offered:
                return str(language)
    return offered[0]
