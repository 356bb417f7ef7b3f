"""Channels: where bookings come from, and which services may be booked there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kalends.agenda.models import Channel, ChannelService, Service
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor, ChannelKind
from kalends.organizations.models import Organization


def open_channels(organization: Organization, *, by: Actor, now: datetime) -> list[Channel]:
    """The four channels of a new organization, all open. Said twice, nothing changes."""
    known = {channel.kind: channel for channel in organization.channels.all()}
    for kind in ChannelKind:
        if kind not in known:
            channel = known[kind] = Channel(organization=organization, kind=kind)
            channel.save(force_insert=True)
            audit.record("channel:open", channel, by=by, now=now, after={"kind": kind})
    return [known[kind] for kind in ChannelKind]


def switch_channel(channel: Channel, *, is_open: bool, by: Actor, now: datetime) -> Channel:
    """Open or shut a whole channel; its ticks stay."""
    before, channel.is_open = channel.is_open, is_open
    channel.save(update_fields=["is_open"])
    audit.record(
        "channel:open" if is_open else "channel:shut",
        channel,
        by=by,
        now=now,
        before={"is_open": before},
        after={"is_open": is_open},
    )
    return channel


def set_channels(service: Service, kinds: Collection[ChannelKind], *, by: Actor, now: datetime) -> None:
    """Say through which channels `service` may be booked: these and no others (of the four that are not partners')."""
    before = sorted(service.ticks.filter(channel__kind__in=list(ChannelKind)).values_list("channel__kind", flat=True))
    service.ticks.filter(channel__kind__in=[kind for kind in ChannelKind if kind not in kinds]).delete()
    tick(service, [kind for kind in kinds if kind not in before])
    audit.record(
        "channel:tick", service, by=by, now=now, before={"channels": before}, after={"channels": sorted(kinds)}
    )


def tick(service: Service, kinds: Collection[ChannelKind]) -> None:
    """Tick `service` on channels of these kinds, where it is not ticked yet."""
    ChannelService.all_rows.bulk_create(
        ChannelService(organization_id=service.organization_id, channel_id=channel.id, service_id=service.id)
        for channel in service.organization.channels.filter(kind__in=list(kinds)).order_by("kind")
    )
