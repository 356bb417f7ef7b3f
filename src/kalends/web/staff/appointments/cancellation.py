"""Cancelling: why, and whether the patient is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.booking import operations, rules
from kalends.booking.refusals import WrongState
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import scope
from kalends.web.staff.appointments.views import facts, looked_at
from kalends.web.staff.confirming import confirmation_of, ways_sent
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.shell import address


class CancellationForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Kept in the history. The patient is not shown it."),
    )
    tell = forms.BooleanField(required=False)


@desk(Right.APPOINTMENT_CANCEL, READ_AND_ACT)
def cancellation(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    form = CancellationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act(now: datetime) -> None:
            scope.appointment(organization, by, appointment_id)
            operations.cancel(
                organization,
                appointment_id,
                reason=form.cleaned_data["reason"],
                tell_patient=form.cleaned_data["tell"],
                tell_provider=ways_sent(request.POST),
                by=by,
                now=now,
            )

        tenancy.perform(act, organization=organization, by=by)
        messages.success(request, _("Cancelled. The time is free again."))
        return redirect(address(organization, "appointment", appointment_id=appointment_id))
    with tenancy.acting(organization=organization, by=by) as now:
        found = scope.appointment(organization, by, appointment_id)
        looked_at(found, by=by, now=now)
        confirmation = confirmation_of(
            organization, found.schedule.provider_id, "notice_deleted", by=by, sent=request.POST or None
        )
    if found.status not in rules.CANCELLABLE:
        raise WrongState
    context = {**facts(organization, found, now), "form": form, "confirmation": confirmation}
    status = 422 if form.errors else 200
    return show(request, "staff/appointments/cancellation.html", context, section="day", status=status)
