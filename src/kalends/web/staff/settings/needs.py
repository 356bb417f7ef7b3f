"""What a service needs beside its practitioner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda import operations
from kalends.agenda.models import Service
from kalends.agenda.operations.resources import written_requirements
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import READ_AND_ACT, desk
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.settings.services import service_tabs
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link

SPARE_NEEDS = 2


class NeedsForm(forms.Form):
    """One fieldset of ticks for each requirement, and some to spare."""

    def __init__(self, *args: Any, count: int, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(count):
            self.fields[f"need_{number}"] = forms.MultipleChoiceField(
                label=_("Any one of these"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )

    def requirements(self) -> list[list[UUID]]:
        return [[UUID(one) for one in chosen] for chosen in self.cleaned_data.values() if chosen]


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def service_needs(request: OrganizationRequest, service_id: UUID) -> HttpResponse:
    """What a service needs beside its practitioner: of each group any one, of several groups each."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        service = _service(organization, service_id)
        found = organization.resources.filter(is_active=True).select_related("location").order_by("location__name")
        choices = [
            (str(row.id), f"{row.name} · {row.location.name}") for row in found.order_by("location__name", "name")
        ]
        needs = written_requirements(service)
    count = len(needs) + SPARE_NEEDS

    def act(typed: dict[str, Any], now: datetime) -> None:
        fresh = _service(organization, service_id)
        operations.set_requirements(fresh, form.requirements(), by=request.actor, now=now)

    form = NeedsForm(
        data(request),
        initial={f"need_{number}": chosen for number, chosen in enumerate(needs)},
        count=count,
        choices=choices,
    )
    name = service.name_in(get_language() or "en")
    return edit(
        request,
        form,
        act,
        subject=Subject(
            title=name,
            place="services",
            back=Link(_("Services"), address(organization, "services")),
            done=_("Saved. Appointments to come have their rooms and devices."),
        ),
        groups=[_need(number) for number in range(count)],
        rename=lambda field: field.replace("requirements[", "need_").rstrip("]"),
        then=lambda _done: address(organization, "service_needs", service_id=service_id),
        context={"tabs": service_tabs(organization, service_id, "service_needs"), "tabs_label": _("Service")},
    )


def _need(number: int) -> Group:
    if number == 0:
        return Group(_("It needs"), (f"need_{number}",), _("Nothing ticked: the practitioner alone."))
    return Group(_("And it needs too"), (f"need_{number}",))


def _service(organization: Organization, service_id: UUID) -> Service:
    found = organization.services.select_related("organization").filter(id=service_id).first()
    if found is None:
        raise Http404
    return found
