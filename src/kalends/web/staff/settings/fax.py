"""The fax number of a practitioner: a test page, and somebody who says that it came out at the right place (MSG-07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.delivery import carriers, operations
from kalends.delivery.fax_standing import Standing, fax_standing
from kalends.delivery.models import Medium
from kalends.delivery.refusals import NoFaxNumber
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.phone import written
from kalends.organizations.models import Organization, Provider
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.outbox.rows import fate_of
from kalends.web.staff import dates
from kalends.web.staff.page import ACT, desk, show
from kalends.web.staff.settings.providers import known_provider, provider_tabs
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link


@desk(Right.PROVIDER_ENTITY)
def provider_fax(request: OrganizationRequest, provider_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = known_provider(request, provider_id)
        standing = fax_standing(organization, known.fax) if known.fax else None
    context: dict[str, Any] = {
        "title": known.name,
        "crumbs": [Link(_("Practitioners"), address(organization, "providers"))],
        "tabs": provider_tabs(request, known, "provider_fax"),
        "provider": known,
        "number_url": address(organization, "provider", provider_id=known.id),
        "test_url": address(organization, "fax_test_page", provider_id=known.id),
        "confirm_url": address(organization, "confirm_fax", provider_id=known.id),
        "leaves": carriers.leaves(Medium.FAX),
    }
    if standing is not None:
        context |= {"number": written(known.fax, country=organization.country), "standing": standing}
        context |= _told(organization, standing)
    return show(request, "staff/settings/fax.html", context, place="providers")


@desk(Right.PROVIDER_ENTITY, ACT)
def send_test_page(request: OrganizationRequest, provider_id: UUID) -> HttpResponse:
    def act(known: Provider, now: datetime) -> None:
        operations.send_first_page(
            request.organization, known.fax, language=request.organization.language, by=request.actor, now=now
        )

    return _act(request, provider_id, act, _("The test page is on its way."))


@desk(Right.PROVIDER_ENTITY, ACT)
def confirm_fax(request: OrganizationRequest, provider_id: UUID) -> HttpResponse:
    def act(known: Provider, now: datetime) -> None:
        operations.confirm_fax_number(request.organization, known.fax, by=request.actor, now=now)

    return _act(request, provider_id, act, _("The number is confirmed: faxes leave for it from now on."))


def _act(
    request: OrganizationRequest, provider_id: UUID, act: Callable[[Provider, datetime], None], done: str
) -> HttpResponse:
    """Back to the page. Raises Http404, NoFaxNumber, and what the operation refuses."""

    def act_on_it(now: datetime) -> None:
        known = known_provider(request, provider_id)
        if not known.fax:
            raise NoFaxNumber
        act(known, now)

    tenancy.perform(act_on_it, organization=request.organization, by=request.actor)
    messages.success(request, done)
    return redirect(address(request.organization, "provider_fax", provider_id=provider_id))


def _told(organization: Organization, standing: Standing) -> dict[str, Any]:
    """The last test page, and who confirmed the number, in words."""
    zone = clock.zone(organization.time_zone)
    told: dict[str, Any] = {}
    if standing.page is not None:
        told["page_at"] = dates.instant(standing.page.queued_at, zone)
        told["fate"] = fate_of(standing.page)
        told["reason"] = _(standing.page.reason) if standing.page.reason else ""
    if standing.confirmed is not None:
        told["confirmed_at"] = dates.instant(standing.confirmed.confirmed_at, zone)
        told["confirmed_by"] = standing.confirmed.by_label
    return told
