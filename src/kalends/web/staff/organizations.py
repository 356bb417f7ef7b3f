"""Where somebody works: the only organization at once, else a choice."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kalends.organizations import queries
from kalends.web.access import signed_in
from kalends.web.staff.shell import ROLES, address, personal


@signed_in
@require_safe
def organizations(request: Any) -> HttpResponse:
    memberships = queries.memberships_of(request.user)
    if len(memberships) == 1:
        return redirect(address(memberships[0].organization, "day"))
    choices = [
        {
            "name": membership.organization.name,
            "role": ROLES.get(membership.role, membership.role),
            "url": address(membership.organization, "day"),
        }
        for membership in memberships
    ]
    return render(request, "staff/organizations.html", {**personal(request), "choices": choices})
