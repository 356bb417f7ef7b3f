"""The fax number of a practitioner: a test page, and somebody who says that it came out at the right place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer, told_at
from kalends.api.schemas import fax as schemas
from kalends.api.v1.agenda.known import provider_of
from kalends.delivery import operations
from kalends.delivery.fax_standing import fax_standing
from kalends.delivery.refusals import NoFaxNumber
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization, Provider
from kalends.organizations.permissions import Right

router = Router(tags=["practitioners"])
PATH = "/{slug:org}/providers/{uuid:id}/fax"


@router.get(PATH, auth=requires(Right.PROVIDER_ENTITY), response=schemas.FaxNumber)
def fax_number(request: Call, org: str, id: UUID) -> HttpResponse:
    """What is known of the number, and what became of the last test page."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        return answer(_told(request.organization, provider_of(request.organization, id)))


@router.post(f"{PATH}/test-page", auth=requires(Right.PROVIDER_ENTITY), response=schemas.FaxNumber)
def send_test_page(request: Call, org: str, id: UUID) -> HttpResponse:
    """Send a page that says who sends it and whom it is meant for, and nothing else."""

    def act(number: str, now: datetime) -> None:
        organization = request.organization
        operations.send_first_page(organization, number, language=organization.language, by=request.actor, now=now)

    return _act(request, id, act)


@router.post(f"{PATH}/confirmation", auth=requires(Right.PROVIDER_ENTITY), response=schemas.FaxNumber)
def confirm_fax_number(request: Call, org: str, id: UUID) -> HttpResponse:
    """Say that a page came out at the right place: what has waited for that leaves."""

    def act(number: str, now: datetime) -> None:
        operations.confirm_fax_number(request.organization, number, by=request.actor, now=now)

    return _act(request, id, act)


def _act(request: Call, id: UUID, act: Callable[[str, datetime], None]) -> HttpResponse:
    def act_on_it(now: datetime) -> dict[str, Any]:
        provider = provider_of(request.organization, id)
        if not provider.fax:
            raise NoFaxNumber
        act(provider.fax, now)
        return _told(request.organization, provider)

    return done(request, act_on_it)


def _told(organization: Organization, provider: Provider) -> dict[str, Any]:
    told: dict[str, Any] = {"provider": provider.id, "number": provider.fax}
    if not provider.fax:
        return {**told, "state": None, "confirmed_at": None, "confirmed_by": "", "test_page": None}
    zone = clock.zone(organization.time_zone)
    standing = fax_standing(organization, provider.fax)
    page, confirmed = standing.page, standing.confirmed
    return {
        **told,
        "state": standing.known,
        "confirmed_at": told_at(confirmed.confirmed_at, zone) if confirmed else None,
        "confirmed_by": confirmed.by_label if confirmed else "",
        "test_page": {
            "delivery": page.id,
            "state": page.state,
            "reason": page.reason,
            "sent_at": told_at(page.queued_at, zone),
        }
        if page
        else None,
    }
