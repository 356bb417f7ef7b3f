"""Foreign calendars that an agenda reads: adding, asking again, removing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.agenda.models import Subscription
from kalends.agenda.operations import subscriptions as operations
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import ACT, desk
from kalends.web.staff.settings.calendars import FeedForm, ForeignForm, page
from kalends.web.staff.settings.editing import attempt, data
from kalends.web.staff.settings.schedules import schedule_of
from kalends.web.staff.shell import address


@desk(Right.SETTINGS_AGENDA, ACT)
def add_foreign(request: OrganizationRequest, schedule_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = schedule_of(organization, schedule_id)
    form = ForeignForm(data(request))

    def act(typed: dict[str, Any], now: datetime) -> Subscription:
        return operations.subscribe(schedule_of(organization, schedule_id), **typed, by=request.actor, now=now)

    if attempt(request, form, act).done:
        messages.success(request, _("The calendar is read within a minute, and from then on every quarter of an hour."))
        return redirect(address(organization, "calendars", schedule_id=schedule_id))
    return page(request, known, FeedForm(may_show_names=request.actor.may(Right.CONTACT_READ)), form)


@desk(Right.SETTINGS_AGENDA, ACT)
def read_foreign(request: OrganizationRequest, schedule_id: UUID, subscription_id: UUID) -> HttpResponse:
    _act(request, schedule_id, subscription_id, operations.read_soon)
    messages.success(request, _("The calendar is read within a minute."))
    return redirect(address(request.organization, "calendars", schedule_id=schedule_id))


@desk(Right.SETTINGS_AGENDA, ACT)
def remove_foreign(request: OrganizationRequest, schedule_id: UUID, subscription_id: UUID) -> HttpResponse:
    _act(request, schedule_id, subscription_id, operations.unsubscribe)
    messages.success(request, _("The calendar is no longer read, and what it had blocked is open again."))
    return redirect(address(request.organization, "calendars", schedule_id=schedule_id))


def _act(
    request: OrganizationRequest, schedule_id: UUID, subscription_id: UUID, operation: Callable[..., None]
) -> None:
    organization = request.organization

    def act(now: datetime) -> None:
        found = organization.subscriptions.filter(schedule_id=schedule_id, id=subscription_id).first()
        if found is None:
            raise Http404
        operation(found, by=request.actor, now=now)

    tenancy.perform(act, organization=organization, by=request.actor)
