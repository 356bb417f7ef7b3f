"""No more reminders (RFC 8058: also with the mail program's own button), or: this was not meant for me."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kalends.delivery import unsubscribing
from kalends.foundation.database import tenancy
from kalends.web.access import private_link
from kalends.web.public.addresses import addresses_of
from kalends.web.public.page import private, show
from kalends.web.public.short import meant_by


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # mail programs send no form of ours; the secret in the address is the proof
@private_link
def unwanted(request: Any, delivery: UUID, secret: str) -> HttpResponse:
    """Looking changes nothing: programs open links before people do."""
    organization = request.organization
    request.here = addresses_of(request, organization.slug)
    is_stranger = request.POST.get("wish") == "stranger"

    def act(_now: object) -> str:
        found = unsubscribing.proven(organization, delivery, secret)
        if found is None:
            raise Http404
        if request.method == "POST":
            unsubscribing.stop(organization, found, is_stranger=is_stranger, by=request.actor)
        return found.recipient

    context = {
        "address": tenancy.perform(act, organization=organization, by=request.actor),
        "done": request.method == "POST",
        "is_stranger": is_stranger,
        "organization_name": organization.name,
    }
    return private(show(request, "public/unwanted.html", context))


@require_safe
@private_link
def short(request: Any, code: str) -> HttpResponse:
    """From a text message to the same page."""
    organization = request.organization
    meant = meant_by(request, lambda now: unsubscribing.meant_by(organization, code, now=now))
    if meant is None:
        raise Http404
    return private(redirect(unsubscribing.page_of(organization, meant)))
