"""Channels: where bookings come from, and which services may be booked there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from kalends.agenda import operations as agenda
from kalends.agenda.models import Channel
from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer
from kalends.api.problems import UnknownId
from kalends.api.schemas import agenda as schemas
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import locks, tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["channels"])


@router.get("/{slug:org}/channels", auth=requires(Right.AGENDA_READ), response=schemas.Channels)
def channels(request: Call, org: str) -> HttpResponse:
    """The matrix: for each channel, the services that may be booked through it."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        told = _told(request.organization)
    return answer(told)


@router.put("/{slug:org}/channels", auth=requires(Right.CHANNEL_MANAGE), response=schemas.Channels)
def set_channels(request: Call, org: str, asked: schemas.ChannelsSent) -> HttpResponse:
    """Set the channels named; the others stay as they are."""
    organization = request.organization

    def act(now: datetime) -> dict[str, Any]:
        locks.wait_turn(organization.id)
        _tick(organization, asked, request.actor, now)
        known = {channel.kind: channel for channel in organization.channels.all()}
        for sent in asked.items:
            channel = known.get(sent.kind)
            if channel is not None and sent.is_open not in (None, channel.is_open):
                agenda.switch_channel(channel, is_open=bool(sent.is_open), by=request.actor, now=now)
        return _told(organization)

    return done(request, act)


def _tick(organization: Organization, asked: schemas.ChannelsSent, by: Actor, now: datetime) -> None:
    """Tick and untick what differs, service by service. Raises UnknownId."""
    services = {service.id: service for service in organization.services.prefetch_related("ticks__channel")}
    wanted = {service.id: {tick.channel.kind for tick in service.ticks.all()} for service in services.values()}
    before = {service_id: set(kinds) for service_id, kinds in wanted.items()}
    for index, sent in enumerate(asked.items):
        if sent.services is None:
            continue
        if not services.keys() >= set(sent.services):
            raise UnknownId(f"items[{index}].services")
        for service_id, kinds in wanted.items():
            kinds.discard(sent.kind)
            if service_id in sent.services:
                kinds.add(sent.kind)
    for service_id, kinds in wanted.items():
        if kinds != before[service_id]:
            agenda.set_channels(services[service_id], {ChannelKind(kind) for kind in kinds}, by=by, now=now)


def _told(organization: Organization) -> dict[str, Any]:
    order = list(ChannelKind)
    found = organization.channels.filter(kind__in=order).prefetch_related("ticks")
    rows = sorted(found, key=lambda channel: order.index(ChannelKind(channel.kind)))
    return {"items": [_told_channel(channel) for channel in rows], "next": None}


def _told_channel(channel: Channel) -> dict[str, Any]:
    ticked: list[UUID] = sorted(tick.service_id for tick in channel.ticks.all())
    return {"kind": str(channel.kind), "is_open": channel.is_open, "services": ticked}
