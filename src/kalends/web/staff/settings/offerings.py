"""Which services an agenda offers, and where they differ there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kalends.agenda import operations
from kalends.agenda.models import Offering, Service
from kalends.agenda.operations import OfferingSpec
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.forms import explain
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import data
from kalends.web.staff.settings.fields import MoneyField
from kalends.web.staff.settings.schedules import schedule_of, tabs
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link

OWN = ("duration", "buffer_before", "buffer_after", "price_minor")


class OfferingForm(forms.Form):
    """One service on this agenda; an empty field is as the service has it."""

    offered = forms.BooleanField(label=gettext_lazy("Offered"), required=False)
    duration = forms.IntegerField(label=gettext_lazy("Duration"), required=False, min_value=5, max_value=1440)
    buffer_before = forms.IntegerField(label=gettext_lazy("Free before"), required=False, min_value=0, max_value=480)
    buffer_after = forms.IntegerField(label=gettext_lazy("Free after"), required=False, min_value=0, max_value=480)

    def __init__(self, sent: Any, *, service: Service, currency: str, initial: dict[str, Any]) -> None:
        super().__init__(sent, prefix=str(service.id), initial=initial)
        self.service = service
        self.name = service.name_in(get_language() or "en")
        self.fields["price_minor"] = MoneyField(label=_("Price"), required=False, currency=currency)
        usual = self.fields["price_minor"].prepare_value(service.price_minor)
        for name in OWN:
            value = usual if name == "price_minor" else getattr(service, name)
            self.fields[name].widget.attrs["placeholder"] = "" if value is None else str(value)

    def spec(self) -> OfferingSpec:
        typed = self.cleaned_data
        return OfferingSpec(
            service=self.service.id,
            duration=typed["duration"],
            buffer_before=typed["buffer_before"],
            buffer_after=typed["buffer_after"],
            price_minor=typed["price_minor"],
        )


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def offerings(request: OrganizationRequest, schedule_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        schedule = schedule_of(organization, schedule_id)
        services = list(organization.services.filter(is_active=True).order_by("position", "category", "id"))
        known = {row.service_id: row for row in schedule.offerings.all()}
        kept = [_kept(row) for row in known.values() if row.service_id not in {one.id for one in services}]
    forms_ = [
        OfferingForm(
            data(request), service=service, currency=organization.currency, initial=_initial(known.get(service.id))
        )
        for service in services
    ]
    status = 200
    if request.method == "POST":
        status = 422
        answers = [form.is_valid() for form in forms_]  # every one, so that each shows its reasons
        if all(answers):
            chosen = [form.spec() for form in forms_ if form.cleaned_data["offered"]]

            def act(now: datetime) -> None:
                fresh = schedule_of(organization, schedule_id)
                operations.set_offerings(fresh, [*chosen, *kept], by=request.actor, now=now)

            try:
                tenancy.perform(act, organization=organization, by=request.actor)
            except Refusal as fault:
                explain(forms_[0], fault)
            else:
                messages.success(request, _("Saved."))
                return redirect(address(organization, "offerings", schedule_id=schedule_id))
    context = {
        "schedule": schedule,
        "forms": forms_,
        "is_bound": request.method == "POST",
        "tabs": tabs(organization, schedule, "offerings"),
        "crumbs": [Link(_("Schedules and hours"), address(organization, "schedules"))],
        "services_url": address(organization, "services"),
    }
    return show(request, "staff/settings/offerings.html", context, place="schedules", status=status)


def _initial(known: Offering | None) -> dict[str, Any]:
    return {"offered": True, **{name: getattr(known, name) for name in OWN}} if known else {}


def _kept(known: Offering) -> OfferingSpec:
    """Of a service that is switched off: it comes back as it was."""
    return OfferingSpec(
        service=known.service_id,
        duration=known.duration,
        buffer_before=known.buffer_before,
        buffer_after=known.buffer_after,
        price_minor=known.price_minor,
    )
