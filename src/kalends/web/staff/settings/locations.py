"""Where one comes to: address, time zone, how to find it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation.database import tenancy
from kalends.organizations import operations
from kalends.organizations.models import Location
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.settings.fields import countries, zones
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link


class LocationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=300)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), required=False, max_length=16)
    town = forms.CharField(label=gettext_lazy("Town"), required=False, max_length=120)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=zones, help_text=gettext_lazy("Its agendas keep these hours.")
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=60)
    directions = forms.CharField(
        label=gettext_lazy("How to find it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)


@desk(Right.SETTINGS_AGENDA)
def locations(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        found = list(organization.locations.order_by("name"))
    context = {
        "rows": [(row, address(organization, "location", location_id=row.id)) for row in found],
        "no_rows": not found,
        "new_url": address(organization, "new_location"),
    }
    return show(request, "staff/settings/locations.html", context, place="locations")


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def new_location(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    initial = {"country": organization.country, "time_zone": organization.time_zone, "is_active": True}

    def act(typed: dict[str, Any], now: datetime) -> Location:
        return operations.make_location(organization, by=request.actor, now=now, **typed)

    return edit(
        request,
        LocationForm(data(request), initial=initial),
        act,
        subject=_subject(request, _("New location"), is_new=True),
        groups=_groups(),
    )


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def location(request: OrganizationRequest, location_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = _known(request, location_id)

    def act(typed: dict[str, Any], now: datetime) -> Location:
        return operations.edit_location(_known(request, location_id), by=request.actor, now=now, **typed)

    initial = {name: getattr(known, name) for name in LocationForm.base_fields}
    return edit(
        request,
        LocationForm(data(request), initial=initial),
        act,
        subject=_subject(request, known.name),
        groups=_groups(),
    )


def _known(request: OrganizationRequest, location_id: UUID) -> Location:
    found = request.organization.locations.filter(id=location_id).first()
    if found is None:
        raise Http404
    return found


def _subject(request: OrganizationRequest, title: str, *, is_new: bool = False) -> Subject:
    back = Link(_("Locations"), address(request.organization, "locations"))
    return Subject(title=title, place="locations", back=back, done=_("Saved."), is_new=is_new)


def _groups() -> list[Group]:
    return [
        Group(_("Place"), ("name", "address", "postcode", "town", "country", "time_zone", "is_active")),
        Group(_("For patients"), ("phone", "directions")),
    ]
