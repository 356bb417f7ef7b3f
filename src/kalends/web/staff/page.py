"""What all pages of the desk have in common: who may open them, by which method, in which shell."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from kalends.foundation.errors import Refusal
from kalends.notifications.queries import ToDo
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest, View, member
from kalends.web.staff import shell
from kalends.web.staff.shell import address

READ = ("GET", "HEAD")
READ_AND_ACT = (*READ, "POST")
ACT = ("POST",)


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
    organization, actor = request.organization, request.actor
    waits = to_do or shell.counted(organization, actor)
    around = {
        "organization": organization,
        "organization_name": organization.name,
        "nav": shell.nav(organization, actor, "settings" if place else section, waits),
        "bell": shell.bell(organization, waits.unread, current=section == "notices")
        if actor.may(Right.AGENDA_READ)
        else None,
        "places": shell.places(organization, actor, place) if place else (),
        "me": shell.me(request.user, role=str(shell.ROLES.get(actor.role, actor.role))),
        "may": {right.replace(":", "_"): True for right in actor.rights},
        "testing": waits.testing,
        "testing_url": address(organization, "delivery_settings") if actor.may("settings:notifications") else "",
        "search_url": address(organization, "patients") if actor.may("contact:read") else "",
    }
    return render(request, template, {**around, **(context or {})}, status=status)
