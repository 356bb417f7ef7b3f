"""What all pages of the desk have in common: who may open them, by which method, in which shell."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from kalends.foundation.errors import Refusal
from kalends.notifications.queries import ToDo
from kalends.web.access import OrganizationRequest, View, member
from kalends.web.staff import shell
from kalends.web.ui.frames import framed

Seen = TypeVar("Seen", bound=Hashable)
READ = ("GET", "HEAD")
READ_AND_ACT = (*READ, "POST")
ACT = ("POST",)
Row = TypeVar("Row", bound=Model)


def desk(right: str, methods: tuple[str, ...] = READ) -> Callable[[View], View]:
    """A page for members who hold `right`. A refusal that the view leaves is told in the shell of the desk."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: OrganizationRequest, **path: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            try:
                return view(request, **path)
            except Refusal as refusal:
                return show(request, "staff/refusal.html", {"refusal": refusal}, status=refusal.status)

        return member(right)(answered)

    return decorate


def first_of(rows: QuerySet[Row], most: int) -> tuple[list[Row], bool]:
    """As many as a list shows, and whether there are more."""
    found = list(rows[: most + 1])
    return found[:most], len(found) > most


def show(
    request: OrganizationRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    section: str = "",
    place: str = "",
    status: int = 200,
    to_do: ToDo | None = None,
) -> HttpResponse:
    """Render a page; `section` is the main place it stands under, `place` the one of administration.

    `to_do`: what the bar counts, if the view has asked already (`shell.to_do_now`).
    """
    around = shell.context(_around(request, section, place, to_do))
    return render(request, template, {"organization": request.organization, **around, **(context or {})}, status=status)


def fragment(request: OrganizationRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render what stands in a page that is there already: without its shell."""
    return render(request, template, {"may": shell.may(request.actor), **context})


def show_framed(
    request: OrganizationRequest,
    template: str,
    seen: Seen,
    make: Callable[[Seen], dict[str, Any]],
    holes: Mapping[str, str],
    *,
    section: str,
    to_do: ToDo,
) -> HttpResponse:
    """The same for a page of which all is kept but its `holes` (`ui/frames.py`).

    `make` is given nothing but `seen`, and the shell nothing but what is around it: what they make cannot be old.
    """
    around = _around(request, section, "", to_do)
    html = framed(request, template, (around, seen), lambda: {**shell.context(around), **make(seen)}, holes)
    return HttpResponse(html)


def _around(request: OrganizationRequest, section: str, place: str, to_do: ToDo | None) -> shell.Around:
    organization, actor = request.organization, request.actor
    waits = to_do or shell.counted(organization, actor)
    return shell.Around(organization.slug, organization.name, actor, request.user.name, section, place, waits)
