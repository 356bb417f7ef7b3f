"""The agenda options of a practitioner's account."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from kalends.agenda import operations as agenda
from kalends.agenda.operations.options import FIELDS
from kalends.agenda.queries.options import can_be_told, options_of, recipients_of
from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer
from kalends.api.schemas.options import Options, OptionsSent
from kalends.api.v1.agenda.known import provider_of
from kalends.booking.queries.waiting import open_offers_of
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization, Provider
from kalends.organizations.permissions import Right

router = Router(tags=["practitioners"])
PATH = "/{slug:org}/providers/{uuid:id}/options"


@router.get(PATH, auth=requires(Right.PROVIDER_OPTIONS), response=Options)
def provider_options(request: Call, org: str, id: UUID) -> HttpResponse:
    """Waiting list, days shown and stepping, who is told of what, what is required."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        return answer(_told(organization, provider_of(organization, id)))


@router.put(PATH, auth=requires(Right.PROVIDER_OPTIONS), response=Options)
def set_provider_options(request: Call, org: str, id: UUID, asked: OptionsSent) -> HttpResponse:
    """Set all options at once."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        provider = provider_of(organization, id)
        switched = options_of(organization, id).waiting_list != asked.waiting_list
        noted = {"open_offers": open_offers_of(organization, id, now)} if switched else None
        agenda.set_options(organization, provider, by=request.actor, now=now, noted=noted, **asked.model_dump())
        return _told(organization, provider)

    return done(request, act)


def _told(organization: Organization, provider: Provider) -> dict[str, Any]:
    options = options_of(organization, provider.id)
    return {
        "provider": provider.id,
        **{name: getattr(options, name) for name in FIELDS},
        "recipients": [one.id for one in recipients_of(organization, provider.id)],
        "can_be_told": [{"id": one.id, "name": one.person.name, "role": one.role} for one in can_be_told(organization)],
    }
