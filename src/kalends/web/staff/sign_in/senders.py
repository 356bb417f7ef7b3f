"""Whoever reads the mail of an address says whether an organization may write in its name."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from kalends.delivery import operations
from kalends.delivery.models import SenderAddress
from kalends.foundation import secrets
from kalends.foundation.actor import Actor, ActorKind
from kalends.foundation.database import tenancy
from kalends.foundation.limits import spend_public_act
from kalends.organizations.queries import by_id
from kalends.web.access import public
from kalends.web.landing.language import in_visitors_language


@public
@in_visitors_language
@require_http_methods(["GET", "HEAD", "POST"])
def sender(request: Any, token: str) -> HttpResponse:
    """Opening the link changes nothing: one confirms with the button."""
    asked = _asked(token, address=request.META.get("REMOTE_ADDR", ""), confirm=request.method == "POST")
    if asked is None:
        return render(request, "staff/sign_in/sender_over.html", status=404)
    return render(request, "staff/sign_in/sender.html", {"asked": asked, "organization": asked.organization})


def _asked(token: str, *, address: str, confirm: bool) -> SenderAddress | None:
    secret = secrets.read(token)
    organization = by_id(secret.organization_id) if secret else None
    if organization is None:
        return None
    # The link proves the address and no person.
    by = Actor(kind=ActorKind.SYSTEM, label="link in a mail", role="system", address=address)
    if confirm:
        spend_public_act(organization.id, address)
        return tenancy.perform(
            lambda now: operations.confirm_sender(organization, token, by=by, now=now), organization=organization, by=by
        )
    with tenancy.acting(organization=organization, by=by) as now:
        return operations.asked_by_secret(organization, token, now=now)
