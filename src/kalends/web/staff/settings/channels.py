"""Where bookings may come from: each channel is open or shut as a whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.agenda import operations
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import ACT, desk, show
from kalends.web.staff.shell import address
from kalends.web.staff.words import CHANNELS


@desk(Right.CHANNEL_MANAGE)
def channels(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        found = {channel.kind: channel for channel in organization.channels.all()}
        ticks = list(organization.channel_services.values_list("channel_id", flat=True))
    rows = [
        {
            "name": CHANNELS[kind],
            "channel": found[kind],
            "services": ticks.count(found[kind].id),
            "url": address(organization, "channel", channel_id=found[kind].id),
        }
        for kind in CHANNELS
        if kind in found
    ]
    return show(request, "staff/settings/channels.html", {"rows": rows}, place="channels")


@desk(Right.CHANNEL_MANAGE, ACT)
def channel(request: OrganizationRequest, channel_id: UUID) -> HttpResponse:
    organization, is_open = request.organization, request.POST.get("open") == "yes"

    def act(now: datetime) -> None:
        found = organization.channels.filter(id=channel_id).first()
        if found is None:
            raise Http404
        operations.switch_channel(found, is_open=is_open, by=request.actor, now=now)

    tenancy.perform(act, organization=organization, by=request.actor)
    messages.success(request, _("The channel is open.") if is_open else _("The channel is shut."))
    return redirect(address(organization, "channels"))
