"""From whom e-mails come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from ninja import Router

from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer, told_at
from kalends.api.schemas import senders as schemas
from kalends.delivery import envelope
from kalends.delivery.mail_senders import senders_of, use_of
from kalends.delivery.operations import set_sender
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["messages"])
PATH = "/{slug:org}/senders"


@router.get(PATH, auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.Senders)
def senders(request: Call, org: str) -> HttpResponse:
    """The organization's own address and those of its practitioners."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        return answer(_told(request.organization))


@router.put(PATH, auth=requires(Right.SETTINGS_NOTIFICATIONS), response=schemas.Senders)
def set_one(request: Call, org: str, asked: schemas.SenderSent) -> HttpResponse:
    """Set the address of the organization, or of one practitioner; the others stay."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        provider = None
        if asked.provider is not None:
            provider = organization.providers.filter(id=asked.provider).first()
            if provider is None:
                raise NotFound
        set_sender(organization, provider=provider, address=asked.address, by=request.actor, now=now)
        return _told(organization)

    return done(request, act)


def _told(organization: Organization) -> dict[str, Any]:
    zone = clock.zone(organization.time_zone)
    own = sorted(senders_of(organization).own.values(), key=lambda one: (one.provider_id is not None, one.asked_at))
    return {
        "platform": envelope.sender_address(),
        "domains": sorted(settings.EMAIL_SENDER_DOMAINS),
        "items": [
            {
                "provider": one.provider_id,
                "address": one.address,
                "asked_at": told_at(one.asked_at, zone),
                "verified_at": told_at(one.verified_at, zone) if one.verified_at else None,
                "used_as": use_of(one).value,
            }
            for one in own
        ],
    }
