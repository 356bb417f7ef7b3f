"""Practitioners and departments: whose agendas these are."""

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
from kalends.organizations.models import Provider
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link


class ProviderForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name as shown"), max_length=200, help_text=gettext_lazy("With the title: Dr Hélène Vasseur")
    )
    speciality = forms.CharField(label=gettext_lazy("Speciality"), required=False, max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=60)
    sms_name = forms.CharField(
        label=gettext_lazy("Name in text messages"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Left empty: the name as shown. Letters such as ç or ș make each message dearer."),
    )
    fax = forms.CharField(label=gettext_lazy("Fax"), required=False, max_length=60)
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        help_text=gettext_lazy("Switched off, nothing new is booked; what is booked stays."),
    )


@desk(Right.PROVIDER_ENTITY)
def providers(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        found = list(organization.providers.order_by("sort_key"))
    context = {
        "rows": [(row, address(organization, "provider", provider_id=row.id)) for row in found],
        "no_rows": not found,
        "new_url": address(organization, "new_provider"),
    }
    return show(request, "staff/settings/providers.html", context, place="providers")


@desk(Right.PROVIDER_ENTITY, READ_AND_ACT)
def new_provider(request: OrganizationRequest) -> HttpResponse:
    def act(typed: dict[str, Any], now: datetime) -> Provider:
        return operations.make_provider(request.organization, by=request.actor, now=now, **typed)

    return edit(
        request,
        ProviderForm(data(request), initial={"is_active": True}),
        act,
        subject=provider_subject(request, _("New practitioner"), is_new=True),
        groups=_groups(),
    )


@desk(Right.PROVIDER_ENTITY, READ_AND_ACT)
def provider(request: OrganizationRequest, provider_id: UUID) -> HttpResponse:
    with tenancy.acting(organization=request.organization, by=request.actor):
        known = known_provider(request, provider_id)

    def act(typed: dict[str, Any], now: datetime) -> Provider:
        return operations.edit_provider(known_provider(request, provider_id), by=request.actor, now=now, **typed)

    initial = {name: getattr(known, name) for name in ProviderForm.base_fields}
    return edit(
        request,
        ProviderForm(data(request), initial=initial),
        act,
        subject=provider_subject(request, known.name),
        groups=_groups(),
        context={"tabs": provider_tabs(request, known, "provider"), "tabs_label": _("Practitioner")},
    )


def provider_tabs(request: OrganizationRequest, known: Provider, current: str) -> list[Link]:
    """The pages of one practitioner's account that this member may open."""
    pages = [("provider", _("Practitioner"), Right.PROVIDER_ENTITY)]
    pages += [("provider_fax", _("Fax"), Right.PROVIDER_ENTITY)]
    pages += [("provider_options", _("Options / Agenda"), Right.PROVIDER_OPTIONS)]
    pages += [("provider_reminders", _("Options / Appointment reminders"), Right.SETTINGS_REMINDERS)]
    return [
        Link(label, address(request.organization, name, provider_id=known.id), current=name == current)
        for name, label, right in pages
        if request.actor.may(right)
    ]


def known_provider(request: OrganizationRequest, provider_id: UUID) -> Provider:
    """Raises Http404."""
    found = request.organization.providers.select_related("organization").filter(id=provider_id).first()
    if found is None:
        raise Http404
    return found


def provider_subject(request: OrganizationRequest, title: str, **rest: Any) -> Subject:
    back = Link(_("Practitioners"), address(request.organization, "providers"))
    return Subject(title=title, place="providers", back=back, done=_("Saved."), **rest)


def _groups() -> list[Group]:
    return [Group(_("Practitioner"), ("name", "speciality", "email", "phone", "sms_name", "fax", "is_active"))]
