"""Agendas: whose, where, in which steps, for how many at once; and which services they offer how."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda import operations
from kalends.agenda.models import Schedule
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link


class ScheduleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("As the desk calls it: Dr Vasseur, room 3")
    )
    provider = forms.ChoiceField(label=gettext_lazy("Practitioner"))
    location = forms.ChoiceField(label=gettext_lazy("Location"))
    step_minutes = forms.IntegerField(label=gettext_lazy("Minutes between two starts"), min_value=5, max_value=240)
    capacity = forms.IntegerField(
        label=gettext_lazy("How many at once"),
        min_value=1,
        max_value=500,
        help_text=gettext_lazy("More than one for groups"),
    )
    overbooking_limit = forms.IntegerField(
        label=gettext_lazy("How many more, knowingly"),
        min_value=0,
        max_value=20,
        help_text=gettext_lazy("Visits that the desk may add above that number, with a reason. 0: none."),
    )
    weight = forms.IntegerField(
        label=gettext_lazy("Share of visits with any practitioner"),
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy("100 is a full share; 50 is given half as many"),
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Among equals"),
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("The highest comes first"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the desk"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        help_text=gettext_lazy("Switched off, nothing new is booked; what is booked stays."),
    )

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]


@desk(Right.SETTINGS_AGENDA)
def schedules(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        found = list(
            organization.schedules.select_related("provider", "location").order_by("provider__sort_key", "name")
        )
        hours = Counter(organization.opening_rules.values_list("schedule_id", flat=True))
        offered = Counter(organization.offerings.values_list("schedule_id", flat=True))
    rows = [
        {
            "schedule": row,
            "url": address(organization, "schedule", schedule_id=row.id),
            "opening_url": address(organization, "opening", schedule_id=row.id),
            "offerings_url": address(organization, "offerings", schedule_id=row.id),
            "has_hours": row.id in hours,
            "services": offered[row.id],
        }
        for row in found
    ]
    context = {"rows": rows, "no_rows": not rows, "new_url": address(organization, "new_schedule")}
    return show(request, "staff/settings/schedules.html", context, place="schedules")


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def new_schedule(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        choices = _choices(organization)
    if not all(choices.values()):
        context = {
            "locations_url": address(organization, "locations"),
            "providers_url": address(organization, "providers"),
            "choices": choices,
        }
        return show(request, "staff/settings/schedule_needs.html", context, place="schedules")
    initial = {
        "step_minutes": 15,
        "capacity": 1,
        "overbooking_limit": 1,
        "weight": 100,
        "priority": 0,
        "is_active": True,
    }

    def act(typed: dict[str, Any], now: datetime) -> Schedule:
        fields = _fields(organization, typed)
        fields.pop("is_active")
        return operations.make_schedule(organization, by=request.actor, now=now, **fields)

    return edit(
        request,
        ScheduleForm(data(request), initial=initial, choices=choices),
        act,
        subject=_subject(request, _("New agenda"), done=_("Made. Now its hours and services."), is_new=True),
        groups=_groups(),
        then=lambda made: address(organization, "opening", schedule_id=made.id),
    )


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def schedule(request: OrganizationRequest, schedule_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known, choices = schedule_of(organization, schedule_id), _choices(organization, keep=schedule_id)

    def act(typed: dict[str, Any], now: datetime) -> Schedule:
        fresh = schedule_of(organization, schedule_id)
        return operations.edit_schedule(fresh, by=request.actor, now=now, **_fields(organization, typed))

    initial = {name: getattr(known, name) for name in ScheduleForm.base_fields if name not in choices}
    initial |= {"provider": str(known.provider_id), "location": str(known.location_id)}
    return edit(
        request,
        ScheduleForm(data(request), initial=initial, choices=choices),
        act,
        subject=_subject(request, known.name, done=_("Saved.")),
        groups=_groups(),
        then=lambda saved: address(organization, "schedule", schedule_id=saved.id),
        context={"tabs": tabs(organization, known, "schedule")},
    )


def schedule_of(organization: Organization, schedule_id: UUID) -> Schedule:
    """Raises Http404 for anybody else's."""
    found = organization.schedules.select_related("organization", "provider", "location").filter(id=schedule_id).first()
    if found is None:
        raise Http404
    return found


def tabs(organization: Organization, known: Schedule, current: str) -> list[Link]:
    """The pages of one agenda."""
    pages = (
        ("schedule", _("Agenda")),
        ("opening", _("Opening hours")),
        ("offerings", _("Services")),
        ("calendars", _("Calendars")),
    )
    return [
        Link(label, address(organization, name, schedule_id=known.id), current=name == current) for name, label in pages
    ]


def _choices(organization: Organization, keep: UUID | None = None) -> dict[str, list[tuple[str, str]]]:
    """Practitioners and locations in use, and those of the agenda `keep` whatever they are."""
    known = organization.schedules.filter(id=keep).first() if keep else None
    kept = (known.provider_id, known.location_id) if known else (None, None)
    providers = organization.providers.order_by("sort_key")
    locations = organization.locations.order_by("name")
    return {
        "provider": [(str(row.id), row.name) for row in providers if row.is_active or row.id == kept[0]],
        "location": [(str(row.id), row.name) for row in locations if row.is_active or row.id == kept[1]],
    }


def _fields(organization: Organization, typed: dict[str, Any]) -> dict[str, Any]:
    """Rows in place of identifiers. Raises Invalid for those that are gone."""
    provider = organization.providers.filter(id=typed["provider"]).first()
    location = organization.locations.filter(id=typed["location"]).first()
    if provider is None or location is None:
        raise Invalid(sentence=_("This practitioner or this location is gone. Choose again."))
    return {**typed, "provider": provider, "location": location}


def _subject(request: OrganizationRequest, title: str, *, done: str, is_new: bool = False) -> Subject:
    back = Link(_("Schedules and hours"), address(request.organization, "schedules"))
    return Subject(title=title, place="schedules", back=back, done=done, is_new=is_new)


def _groups() -> list[Group]:
    return [
        Group(_("Agenda"), ("name", "provider", "location", "is_active")),
        Group(_("Times"), ("step_minutes", "capacity", "overbooking_limit", "note")),
        Group(
            _("Any practitioner"),
            ("weight", "priority"),
            _("Who asks for anybody comes to whoever was given the fewest visits a day for their share, in 30 days."),
        ),
    ]
