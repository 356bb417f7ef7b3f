"""When nothing is open: closures with a reason, and the public holidays of a year at once."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kalends.agenda import operations
from kalends.agenda.models import Closure
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import attempt, data
from kalends.web.staff.settings.fields import MinuteField
from kalends.web.staff.settings.schedules import schedule_of
from kalends.web.staff.shell import address

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
YEARS_AHEAD = 3
EVERYWHERE = "all"


class ClosureForm(forms.Form):
    schedule = forms.ChoiceField(label=gettext_lazy("Which agenda"))
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

    def __init__(self, *args: Any, schedules: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schedule"].choices = [(EVERYWHERE, _("all agendas")), *schedules]  # type: ignore[attr-defined]


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def closures(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        today = today_of(organization, now)
        found = list(organization.closures.filter(to_day__gte=today).order_by("from_day", "from_minute"))
        names = {one.id: one.name for one in organization.schedules.order_by("name")}
    form = ClosureForm(data(request), schedules=[(str(key), name) for key, name in names.items()])
    tried = attempt(request, form, partial(_add, request))
    if tried.done:
        messages.success(request, _("The closure is entered. Appointments within stay until you move them."))
        return redirect(address(organization, "closures"))
    context = {
        "rows": [_row(organization, one, names) for one in found],
        "no_rows": not found,
        "form": form,
        "years": [(year, str(year)) for year in range(today.year, today.year + YEARS_AHEAD)],
        "holidays_url": address(organization, "public_holidays"),
    }
    return show(request, "staff/settings/closures.html", context, place="closures", status=tried.status)


@desk(Right.SETTINGS_AGENDA, ACT)
def public_holidays(request: OrganizationRequest) -> HttpResponse:
    """Close on all public holidays of a year that are not closed yet."""
    organization, year = request.organization, request.POST.get("year", "")
    if not year.isdecimal() or len(year) != 4:
        raise Http404

    def act(now: datetime) -> list[Closure]:
        return operations.add_public_holidays(organization, years=[int(year)], by=request.actor, now=now)

    made = tenancy.perform(act, organization=organization, by=request.actor)
    if made:
        said = ngettext("%(count)s public holiday is entered.", "%(count)s public holidays are entered.", len(made))
        messages.success(request, said % {"count": len(made)})
    else:
        messages.info(request, _("All public holidays of %(year)s were entered already.") % {"year": year})
    return redirect(address(organization, "closures"))


@desk(Right.SETTINGS_AGENDA, ACT)
def remove_closure(request: OrganizationRequest, closure_id: UUID) -> HttpResponse:
    organization = request.organization

    def act(now: datetime) -> None:
        found = organization.closures.filter(id=closure_id).first()
        if found is None:
            raise Http404
        operations.remove_closure(found, by=request.actor, now=now)

    tenancy.perform(act, organization=organization, by=request.actor)
    messages.success(request, _("Open again, as the hours say."))
    return redirect(address(organization, "closures"))


def _add(request: OrganizationRequest, typed: dict[str, Any], now: datetime) -> Closure:
    schedule = schedule_of(request.organization, UUID(typed["schedule"])) if typed["schedule"] != EVERYWHERE else None
    return operations.add_closure(
        request.organization,
        schedule=schedule,
        from_day=typed["from_day"],
        from_minute=typed["from_minute"] or 0,
        to_day=typed["to_day"],
        to_minute=1440 if typed["to_minute"] is None else typed["to_minute"],
        reason=typed["reason"],
        by=request.actor,
        now=now,
    )


def _row(organization: Organization, closure: Closure, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "when": _span(closure),
        "whose": names.get(closure.schedule_id, "") if closure.schedule_id else _("all agendas"),
        "reason": closure.reason,
        "is_public_holiday": closure.is_public_holiday,
        "remove_url": address(organization, "remove_closure", closure_id=closure.id),
    }


def _span(closure: Closure) -> str:
    """Tue 14 Jul 2027; with hours where it is not whole days."""

    def moment(day: date, minute: int, *, whole: int) -> str:
        written = dates.short(day, year=True)
        return written if minute == whole else f"{written}, {dates.minute(minute)}"

    first = moment(closure.from_day, closure.from_minute, whole=0)
    last = moment(closure.to_day, closure.to_minute, whole=1440)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
