"""Repeating an appointment: every date is seen before anything is booked; and ending a series."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kalends.agenda.queries.plans import plan_of
from kalends.booking import operations, rules
from kalends.booking.models import Appointment
from kalends.booking.operations.series import Made
from kalends.booking.queries.series import Wish, dates_of, preview_series
from kalends.booking.refusals import WrongState
from kalends.booking.rules.series import MOST_DATES, Pattern
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates, scope
from kalends.web.staff.appointments.cancellation import CancellationForm
from kalends.web.staff.appointments.views import facts, looked_at
from kalends.web.staff.confirming import confirmation_of, ways_sent
from kalends.web.staff.forms import explain
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.series.dates import kept, previewed
from kalends.web.staff.shell import address

UNITS = (("day", gettext_lazy("days")), ("week", gettext_lazy("weeks")), ("month", gettext_lazy("months")))
POLICIES = (
    ("skip", gettext_lazy("leave it out")),
    ("shift", gettext_lazy("take the nearest free time of that day, or of that week")),
    ("stop", gettext_lazy("end the series before it")),
)
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RepetitionForm(forms.Form):
    every = forms.IntegerField(label=gettext_lazy("Every"), min_value=1, max_value=52, initial=1)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, initial="week")
    count = forms.IntegerField(
        label=gettext_lazy("How many in all"),
        min_value=2,
        max_value=MOST_DATES,
        required=False,
        initial=6,
        help_text=gettext_lazy("With this appointment; at most 60"),
    )
    until = forms.DateField(
        label=gettext_lazy("Or until"), required=False, widget=DATE, help_text=gettext_lazy("This day included")
    )
    policy = forms.ChoiceField(label=gettext_lazy("A date that clashes"), choices=POLICIES, initial="skip")

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        if not self.errors and not typed.get("count") and not typed.get("until"):
            self.add_error("count", _("Please say how many dates, or until when."))
        return typed

    def wish(self, visit: Appointment) -> Wish:
        typed = self.cleaned_data
        return Wish(
            schedule_id=visit.schedule_id,
            service_id=visit.service_id,
            minute=visit.local_minute,
            pattern=Pattern(visit.local_day, typed["every"], typed["unit"], typed["count"], typed["until"]),
            policy=typed["policy"],
            has_first=True,
        )


@desk(Right.APPOINTMENT_BOOK, READ_AND_ACT)
def repetition(request: OrganizationRequest, appointment_id: UUID) -> HttpResponse:
    """A GET shows the dates as asked, a POST books them."""
    organization, by = request.organization, request.actor
    sent = request.POST if request.method == "POST" else request.GET
    form = RepetitionForm(sent if "every" in sent else None)
    status = 422 if form.is_bound and not form.is_valid() else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = tenancy.perform(
                lambda now: _repeat(request, appointment_id, form, now), organization=organization, by=by
            )
        except Refusal as fault:
            explain(form, fault)
            status = fault.status
        else:
            said = ngettext("%(count)s date is booked.", "%(count)s dates are booked.", len(made.appointments) - 1)
            messages.success(request, said % {"count": len(made.appointments) - 1})
            return redirect(address(organization, "series", series_id=made.series.id))
    with tenancy.acting(organization=organization, by=by) as now:
        visit = _repeatable(request, appointment_id, now)
        looked_at(visit, by=by, now=now)
        confirmation = confirmation_of(
            organization, visit.schedule.provider_id, "notice_added", by=by, sent=request.POST or None
        )
        asks = form.is_bound and form.is_valid()
        zone = clock.zone(visit.time_zone)
        planned = (
            preview_series(organization, form.wish(visit), contact=visit.contact, channel=by.channel, now=now)
            if asks
            else []
        )
    rows = previewed(planned, visit.local_minute, zone)
    context = {
        **facts(organization, visit, now),
        "form": form,
        "confirmation": confirmation,
        "asks": asks,
        "rows": rows,
        "count": sum(row.is_made for row in rows),
        "said": {name: form.data[name] for name in form.fields if form.data.get(name)} if asks else {},
        "first": f"{dates.day(visit.local_day, year=True)}, {dates.minute(visit.local_minute)}",
    }
    return show(request, "staff/series/repetition.html", context, section="day", status=status)


@desk(Right.AGENDA_READ)
def series(request: OrganizationRequest, series_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        found = organization.series.filter(id=series_id).select_related("contact").first()
        rows = dates_of(found) if found else []
        if found is None or any(not _may_see(request, row.schedule.provider_id) for row in rows):
            raise Http404
        following = next((one for one in rows if _is_coming(one.appointment, now)), None)
        if first := next((row.appointment for row in rows if row.appointment), None):
            looked_at(first, by=by, now=now)
    may_cancel = following is not None and by.may(Right.APPOINTMENT_CANCEL)
    context = {
        "series": found,
        "name": found.contact.full_name,
        "contact_url": address(organization, "patient", contact_id=found.contact_id),
        "rows": kept(organization, rows, may_add=by.may(Right.APPOINTMENT_BOOK)),
        "cancel_url": address(organization, "rest", series_id=series_id, visit_id=following.appointment_id)
        if following is not None and may_cancel
        else "",
    }
    return show(request, "staff/series/series.html", context, section="day")


@desk(Right.APPOINTMENT_BOOK, ACT)
def add_date(request: OrganizationRequest, series_id: UUID, date_id: UUID) -> HttpResponse:
    """Try a date again that was left out."""
    organization = request.organization

    def act(now: datetime) -> Appointment:
        known = organization.series_dates.filter(series_id=series_id, id=date_id).select_related("schedule").first()
        if known is None or not _may_see(request, known.schedule.provider_id):
            raise Http404
        return operations.add_date(organization, series_id, known.number, by=request.actor, now=now)

    try:
        visit = tenancy.perform(act, organization=organization, by=request.actor)
    except Refusal as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("Booked: %(when)s.") % {"when": dates.day(visit.local_day, year=True)})
    return redirect(address(organization, "series", series_id=series_id))


@desk(Right.APPOINTMENT_CANCEL, READ_AND_ACT)
def rest(request: OrganizationRequest, series_id: UUID, visit_id: UUID) -> HttpResponse:
    """Cancel a visit of a series and all later ones: first the list, then the button."""
    organization, by = request.organization, request.actor
    form = CancellationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act(now: datetime) -> list[Appointment]:
            _visit_of(request, series_id, visit_id)
            return operations.cancel_rest(
                organization,
                visit_id,
                reason=form.cleaned_data["reason"],
                tell_patient=form.cleaned_data["tell"],
                tell_provider=ways_sent(request.POST),
                by=by,
                now=now,
            )

        cancelled = tenancy.perform(act, organization=organization, by=by)
        said = ngettext("%(count)s appointment is cancelled.", "%(count)s appointments are cancelled.", len(cancelled))
        messages.success(request, said % {"count": len(cancelled)})
        return redirect(address(organization, "series", series_id=series_id))
    with tenancy.acting(organization=organization, by=by) as now:
        visit = _visit_of(request, series_id, visit_id)
        visits = operations.rest_of(organization, visit_id, now=now)
        confirmation = confirmation_of(
            organization, visit.schedule.provider_id, "notice_deleted", by=by, sent=request.POST or None
        )
        looked_at(visit, by=by, now=now)
    if not visits:
        raise WrongState
    context = {
        **facts(organization, visit, now),
        "form": form,
        "visits": [f"{dates.day(one.local_day, year=True)}, {dates.minute(one.local_minute)}" for one in visits],
        "back_url": address(organization, "series", series_id=series_id),
        "confirmation": confirmation,
    }
    return show(request, "staff/series/rest.html", context, section="day", status=422 if form.errors else 200)


def _visit_of(request: OrganizationRequest, series_id: UUID, visit_id: UUID) -> Appointment:
    visit = scope.appointment(request.organization, request.actor, visit_id)
    if visit.series_id != series_id:
        raise Http404
    return visit


def _repeat(request: OrganizationRequest, appointment_id: UUID, form: RepetitionForm, now: datetime) -> Made:
    visit = _repeatable(request, appointment_id, now)
    return operations.make_series(
        request.organization,
        form.wish(visit),
        contact=visit.contact,
        begins_with=visit,
        reason=visit.reason,
        tell_patient=request.POST.get("tell") == "on",
        tell_provider=ways_sent(request.POST),
        by=request.actor,
        now=now,
    )


def _repeatable(request: OrganizationRequest, appointment_id: UUID, now: datetime) -> Appointment:
    """Raises Http404 for what is not theirs, WrongState for what is over, cancelled, or part of a series already."""
    visit = scope.appointment(request.organization, request.actor, appointment_id)
    schedule = plan_of(request.organization).schedules.get(visit.schedule_id)
    if visit.series_id is not None or visit.status not in rules.CANCELLABLE or visit.starts_at <= now:
        raise WrongState
    if schedule is None or visit.service_id not in schedule.offers:
        raise WrongState
    return visit


def _may_see(request: OrganizationRequest, provider_id: UUID) -> bool:
    return not scope.is_bound(request.actor) or provider_id == request.actor.provider_id


def _is_coming(visit: Appointment | None, now: datetime) -> bool:
    return visit is not None and visit.starts_at > now and visit.status in rules.CANCELLABLE
