"""Calendars of an agenda: where programs read it, and foreign ones that it reads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda.models import Schedule, Subscription, SubscriptionKind
from kalends.booking.models import Feed
from kalends.booking.operations import feeds as operations
from kalends.booking.queries.feeds import feed_secret
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import attempt, data
from kalends.web.staff.settings.schedules import schedule_of, tabs
from kalends.web.staff.shell import address

STALE_AFTER = timedelta(hours=1)


class FeedForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Who reads it"), max_length=120, help_text=gettext_lazy("Dr Vasseur’s telephone")
    )
    shows_names = forms.BooleanField(
        label=gettext_lazy("With the names of patients"),
        required=False,
        help_text=gettext_lazy("Otherwise each is only called a visit. Reasons and telephone numbers never show."),
    )

    def __init__(self, *args: Any, may_show_names: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_show_names:
            del self.fields["shows_names"]


class ForeignForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("How it is read"),
        choices=[
            (SubscriptionKind.ICS.value, gettext_lazy("at an iCal address")),
            (SubscriptionKind.CALDAV.value, gettext_lazy("from a CalDAV server")),
        ],
    )
    url = forms.CharField(
        label=gettext_lazy("Address of the calendar"),
        max_length=1000,
        help_text=gettext_lazy(
            "The secret address in iCal format that the other program shows, or the calendar’s own on the CalDAV "
            "server, https://…"
        ),
    )
    username = forms.CharField(label=gettext_lazy("User name"), required=False, max_length=200)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def calendars(request: OrganizationRequest, schedule_id: UUID) -> HttpResponse:
    organization = request.organization
    form = FeedForm(data(request), may_show_names=request.actor.may(Right.CONTACT_READ))
    with tenancy.acting(organization=organization, by=request.actor):
        known = schedule_of(organization, schedule_id)

    def act(typed: dict[str, Any], now: datetime) -> Feed:
        return operations.make_feed(
            schedule_of(organization, schedule_id),
            label=typed["label"],
            shows_names=typed.get("shows_names", False),
            by=request.actor,
            now=now,
        )

    if attempt(request, form, act).done:
        messages.success(request, _("The address is made. Give it to one person or program only."))
        return redirect(address(organization, "calendars", schedule_id=schedule_id))
    return page(request, known, form, ForeignForm())


def page(request: OrganizationRequest, known: Schedule, form: FeedForm, foreign: ForeignForm) -> HttpResponse:
    """Addresses to read this agenda at, and foreign calendars that it reads."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        found = list(organization.feeds.filter(schedule_id=known.id, revoked_at=None).order_by("created_at"))
        read = list(organization.subscriptions.filter(schedule_id=known.id).order_by("created_at"))
    context = {
        "schedule": known,
        "tabs": tabs(organization, known, "calendars"),
        "rows": [_row(request, feed) for feed in found],
        "no_rows": not found,
        "form": form,
        "foreign": [_foreign_row(organization, one, clock.zone(known.time_zone), now) for one in read],
        "no_foreign": not read,
        "foreign_form": foreign,
        "file_url": f"{address(organization, 'calendar_file')}?schedule={known.id}",
        "foreign_url": address(organization, "add_foreign_calendar", schedule_id=known.id),
    }
    status = 422 if form.is_bound or foreign.is_bound else 200
    return show(request, "staff/settings/calendars.html", context, place="schedules", status=status)


@desk(Right.SETTINGS_AGENDA, ACT)
def revoke_feed(request: OrganizationRequest, schedule_id: UUID, feed_id: UUID) -> HttpResponse:
    organization = request.organization

    def act(now: datetime) -> None:
        found = organization.feeds.filter(schedule_id=schedule_id, id=feed_id).first()
        if found is None:
            raise Http404
        operations.revoke_feed(found, by=request.actor, now=now)

    tenancy.perform(act, organization=organization, by=request.actor)
    messages.success(request, _("The address is stopped. Calendars that read it are told that it is gone."))
    return redirect(address(organization, "calendars", schedule_id=schedule_id))


def _row(request: OrganizationRequest, feed: Feed) -> dict[str, Any]:
    """Without the address where it would show names to somebody who may not see the patients."""
    is_hidden = feed.shows_names and not request.actor.may(Right.CONTACT_READ)
    return {
        "label": feed.label,
        "shows_names": feed.shows_names,
        "by": feed.created_by,
        "used": dates.short(feed.last_read_on, year=True) if feed.last_read_on else _("never"),
        "address": "" if is_hidden else settings.BASE_URL + reverse("feed", kwargs={"secret": feed_secret(feed)}),
        "url": address(request.organization, "revoke_feed", schedule_id=feed.schedule_id, feed_id=feed.id),
    }


def _foreign_row(organization: Organization, one: Subscription, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """The server only: the rest of an address is often a secret. Stale: not read well for an hour."""
    return {
        "server": urlsplit(one.url).hostname,
        "kind": "CalDAV" if one.kind == SubscriptionKind.CALDAV else "iCal",
        "since": dates.instant(one.fresh_at, zone) if one.fresh_at else "",
        "is_stale": bool(one.failure) or one.fresh_at is None or one.fresh_at < now - STALE_AFTER,
        "why": _(one.failure) if one.failure else "",
        "waits": one.read_at is None,
        "read_url": address(organization, "read_foreign_calendar", schedule_id=one.schedule_id, subscription_id=one.id),
        "remove_url": address(
            organization, "remove_foreign_calendar", schedule_id=one.schedule_id, subscription_id=one.id
        ),
    }
