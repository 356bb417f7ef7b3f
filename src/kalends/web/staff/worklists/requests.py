"""Requests that wait for an answer, those that expire first foremost."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language

from kalends.booking import queries
from kalends.booking.models import Appointment
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import desk, first_of, show
from kalends.web.staff.shell import address
from kalends.web.staff.worklists.rows import note_look, row_of

MOST_SHOWN = 100


@desk(Right.APPOINTMENT_BOOK)
def requests(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        shown, more = first_of(queries.requests(organization, by, now=now), MOST_SHOWN)
        note_look(organization, shown, by=by, now=now)
    language = get_language() or "en"
    context = {
        "rows": [(row_of(organization, one, language), _until(one), _urls(organization, one)) for one in shown],
        "no_rows": not shown,
        "more": more,
    }
    return show(request, "staff/worklists/requests.html", context, section="requests")


def _until(appointment: Appointment) -> str:
    assert appointment.approve_by is not None, "a request has an end"
    return dates.instant(appointment.approve_by, clock.zone(appointment.time_zone))


def _urls(organization: Organization, appointment: Appointment) -> dict[str, str]:
    path = {"appointment_id": appointment.id}
    return {
        "approve": address(organization, "approval", **path),
        "refuse": address(organization, "cancellation", **path),
    }
