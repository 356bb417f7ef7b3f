"""Rooms and devices: what there is at each location, what a service needs of it, when it cannot be used."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kalends.agenda import operations
from kalends.agenda.models import Resource, ResourceBlock, ResourceKind
from kalends.booking.queries import coming_to
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import Group, Subject, attempt, data, edit
from kalends.web.staff.settings.fields import MinuteField
from kalends.web.staff.shell import address
from kalends.web.staff.twice import AsksWhich, instant
from kalends.web.ui.shell import Link

KINDS = (
    (ResourceKind.ROOM.value, gettext_lazy("Room")),
    (ResourceKind.DEVICE.value, gettext_lazy("Device")),
)
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ResourceForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As patients are told it: Room 3")
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=KINDS)
    location = forms.ChoiceField(label=gettext_lazy("Location"))
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        help_text=gettext_lazy("It is switched off once no appointment is to come there."),
    )

    def __init__(self, *args: Any, locations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if locations:
            self.fields["location"].choices = locations  # type: ignore[attr-defined]
            del self.fields["is_active"]
        else:
            del self.fields["location"]


class ClosingForm(AsksWhich):
    from_day = forms.DateField(label=gettext_lazy("First day"), widget=DATE)
    from_minute = MinuteField(
        label=gettext_lazy("From what hour"), required=False, help_text=gettext_lazy("Empty: all day")
    )
    to_day = forms.DateField(label=gettext_lazy("Last day"), widget=DATE)
    to_minute = MinuteField(
        label=gettext_lazy("Until what hour"), required=False, help_text=gettext_lazy("Empty: all day")
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=200, help_text=gettext_lazy("Shown at the desk")
    )


@desk(Right.SETTINGS_AGENDA)
def resources(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        found = list(organization.resources.select_related("location").order_by("location__name", "kind", "name"))
    context = {
        "rows": [(row, dict(KINDS)[row.kind], address(organization, "resource", resource_id=row.id)) for row in found],
        "no_rows": not found,
        "new_url": address(organization, "new_resource"),
    }
    return show(request, "staff/settings/resources.html", context, place="resources")


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def new_resource(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = organization.locations.filter(is_active=True).order_by("name")
        locations = [(str(row.id), row.name) for row in known]
    if not locations:
        return redirect(address(organization, "locations"))

    def act(typed: dict[str, Any], now: datetime) -> Resource:
        location = organization.locations.filter(id=typed["location"]).first()
        if location is None:
            raise Invalid.field("location", _("This location is gone. Choose again."))
        return operations.make_resource(
            organization, location=location, name=typed["name"], kind=typed["kind"], by=request.actor, now=now
        )

    return edit(
        request,
        ResourceForm(data(request), locations=locations),
        act,
        subject=_subject(request, _("New room or device"), is_new=True),
        groups=[Group(_("Room or device"), ("name", "kind", "location"))],
    )


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def resource(request: OrganizationRequest, resource_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = _known(organization, resource_id)

    def act(typed: dict[str, Any], now: datetime) -> Resource:
        return operations.edit_resource(_known(organization, resource_id), by=request.actor, now=now, **typed)

    initial = {"name": known.name, "kind": known.kind, "is_active": known.is_active}
    return edit(
        request,
        ResourceForm(data(request), initial=initial, locations=[]),
        act,
        subject=_subject(request, known.name),
        groups=[Group(known.location.name, ("name", "kind", "is_active"))],
        context={"tabs": _tabs(organization, known, "resource"), "tabs_label": _("Room or device")},
    )


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def resource_times(request: OrganizationRequest, resource_id: UUID) -> HttpResponse:
    """When it is taken: the appointments to come, and the times it is closed."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        known = _known(organization, resource_id)
        visits = coming_to(known, now=now) if request.actor.may(Right.AGENDA_READ) else []
        closed = list(known.blocks.filter(ends_at__gt=now).order_by("starts_at"))
    form = ClosingForm(data(request))
    act = partial(_close, request, resource_id)
    tried = attempt(request, form, act, rename=_ends(form).get, noticing=form.ask_after)
    if tried.done:
        messages.success(request, _("Closed for that time."))
        return redirect(address(organization, "resource_times", resource_id=resource_id))
    context = {
        "resource": known,
        "form": form,
        "tabs": _tabs(organization, known, "resource_times"),
        "crumbs": [Link(_("Rooms and devices"), address(organization, "resources"))],
        "visits": [
            {
                "when": f"{dates.short(visit.local_day, year=True)}, {dates.minute(visit.local_minute)}",
                "service": visit.service.name_in(get_language() or "en"),
                "schedule": visit.schedule.name,
                "url": address(organization, "appointment", appointment_id=visit.id),
            }
            for visit in visits
        ],
        "no_visits": not visits,
        "closed": [(_span(block, known), block.reason, _reopen_url(organization, block)) for block in closed],
        "none_closed": not closed,
    }
    return show(request, "staff/settings/resource_times.html", context, place="resources", status=tried.status)


@desk(Right.SETTINGS_AGENDA, ACT)
def reopen_resource(request: OrganizationRequest, resource_id: UUID, closing_id: UUID) -> HttpResponse:
    organization = request.organization

    def act(now: datetime) -> None:
        found = organization.resourceblocks.filter(id=closing_id, resource_id=resource_id).first()
        if found is None:
            raise Http404
        operations.unblock_resource(found, by=request.actor, now=now)

    tenancy.perform(act, organization=organization, by=request.actor)
    messages.success(request, _("It can be used again."))
    return redirect(address(organization, "resource_times", resource_id=resource_id))


def _close(request: OrganizationRequest, resource_id: UUID, typed: dict[str, Any], now: datetime) -> ResourceBlock:
    known = _known(request.organization, resource_id)
    zone = clock.zone(known.location.time_zone)
    return operations.block_resource(
        known,
        starts_at=instant(zone, typed["from_day"], typed["from_minute"], "starts_at", typed),
        ends_at=instant(zone, typed["to_day"], typed["to_minute"], "ends_at", typed),
        reason=typed["reason"],
        by=request.actor,
        now=now,
    )


def _ends(form: ClosingForm) -> dict[str, str]:
    """At what of the form something is said of each end: its hour, or the day where no hour was typed."""
    sides = {"starts_at": "from", "ends_at": "to"}
    return {end: f"{side}_minute" if form.data.get(f"{side}_minute") else f"{side}_day" for end, side in sides.items()}


def _known(organization: Organization, resource_id: UUID) -> Resource:
    found = organization.resources.select_related("organization", "location").filter(id=resource_id).first()
    if found is None:
        raise Http404
    return found


def _subject(request: OrganizationRequest, title: str, *, is_new: bool = False) -> Subject:
    back = Link(_("Rooms and devices"), address(request.organization, "resources"))
    return Subject(title=title, place="resources", back=back, done=_("Saved."), is_new=is_new)


def _tabs(organization: Organization, known: Resource, current: str) -> list[Link]:
    pages = (("resource", _("Room or device")), ("resource_times", _("When it is taken")))
    return [
        Link(label, address(organization, name, resource_id=known.id), current=name == current) for name, label in pages
    ]


def _span(block: ResourceBlock, known: Resource) -> str:
    """From when to when, by the clocks of the location."""
    zone = clock.zone(known.location.time_zone)
    return _("%(first)s to %(last)s") % {
        "first": dates.instant(block.starts_at, zone),
        "last": dates.instant(block.ends_at, zone),
    }


def _reopen_url(organization: Organization, block: ResourceBlock) -> str:
    return address(organization, "reopen_resource", resource_id=block.resource_id, closing_id=block.id)
