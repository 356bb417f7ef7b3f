"""The list of who did what: by date, by person, and about one patient."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kalends.audit import operations
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.audit.reading import AT_ONCE, Wish, entries, lines
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import desk, first_of, show
from kalends.web.staff.patients.reading import row_of
from kalends.web.staff.patients.views import contact_of
from kalends.web.staff.shell import address

A_WEEK = timedelta(days=6)


@desk(Right.AUDIT_READ)
def audit(request: OrganizationRequest) -> HttpResponse:
    organization, by, sent = request.organization, request.actor, request.GET
    with tenancy.acting(organization=organization, by=by) as now:
        last = asked.day(sent, "last") or today_of(organization, now)
        first = asked.day(sent, "first") or last - A_WEEK
        wish = Wish(first, last, asked.row(sent, "person"), asked.row(sent, "contact"), asked.row(sent, "before"))
        contact = contact_of(organization, wish.contact_id) if wish.contact_id else None
        found, more = first_of(entries(organization, wish), AT_ONCE)
        shown = lines(organization, found)
        people = list(organization.memberships.select_related("person").order_by("person__name"))
        operations.record_about(
            "audit:read",
            organization_id=organization.id,
            kind="audit",
            subject_id=None,
            by=by,
            now=now,
            after={"first": first.isoformat(), "last": last.isoformat()},
        )
    said = {"first": first.isoformat(), "last": last.isoformat(), "person": wish.person_id, "contact": wish.contact_id}
    query = {name: value for name, value in said.items() if value}
    older = found[-1].id if more else None
    context = {
        "lines": shown,
        "no_lines": not shown,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "person": wish.person_id,
        "people": [("", _("everybody")), *((one.person_id, one.person.name) for one in people)],
        "contact": row_of(organization, contact) if contact else None,
        "all_url": f"{address(organization, 'audit')}?{urlencode({k: v for k, v in query.items() if k != 'contact'})}",
        "older_url": f"{address(organization, 'audit')}?{urlencode({**query, 'before': older})}" if older else "",
        "span": _("%(first)s to %(last)s")
        % {"first": dates.short(first, year=True), "last": dates.short(last, year=True)},
    }
    return show(request, "staff/audit/audit.html", context, place="audit")
