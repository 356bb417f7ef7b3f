"""The day at the desk: all agendas one after the other, any date, narrowed to one practitioner or agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda.models import Schedule
from kalends.agenda.queries.plans import plan_of
from kalends.audit import operations as audit
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.days.reading import read_day
from kalends.web.staff.page import desk, show
from kalends.web.staff.shell import address


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for; None: no wish. `overbooked`: only what was booked above the capacity on purpose."""

    day: date | None
    provider_id: UUID | None
    schedule_id: UUID | None
    service_id: UUID | None
    with_free: bool
    overbooked: bool = False

    @classmethod
    def of(cls, request: OrganizationRequest) -> Wish:
        sent = request.GET
        return cls(
            day=asked.day(sent, "day"),
            provider_id=asked.row(sent, "provider"),
            schedule_id=asked.row(sent, "schedule"),
            service_id=asked.row(sent, "service"),
            with_free=asked.word(sent, "free", ("yes", "no")) == "yes",
            overbooked=asked.word(sent, "only", ("", "overbooked")) == "overbooked",
        )

    def url(self, organization: Organization, day: date, **other: object) -> str:
        wanted = {
            "day": day.isoformat(),
            "provider": self.provider_id,
            "schedule": self.schedule_id,
            "service": self.service_id,
            "free": None if self.with_free else "no",
            "only": "overbooked" if self.overbooked else None,
            **other,
        }
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"{address(organization, 'day')}?{query}"


@desk(Right.AGENDA_READ)
def day(request: OrganizationRequest) -> HttpResponse:
    wish, organization, by = Wish.of(request), request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        today = today_of(organization, now)
        wanted = wish.day or today
        all_schedules = list(scope.schedules(organization, by))
        schedules = _narrowed(all_schedules, wish)
        plan = plan_of(organization)
        if wish.service_id and wish.service_id not in plan.services:
            raise Http404
        shown = read_day(
            organization,
            schedules,
            day=wanted,
            service_id=wish.service_id,
            with_free=wish.with_free,
            overbooked=wish.overbooked,
            by=by,
            now=now,
        )
        if shown.appointments:
            audit.record_about(
                "agenda:read",
                organization_id=organization.id,
                kind="appointment",
                subject_id=None,
                by=by,
                now=now,
                after={"day": wanted.isoformat(), "appointments": [str(one.id) for one in shown.appointments]},
            )
    context = {
        "day": shown,
        "date": wanted,
        "title": dates.day(wanted, year=True),
        "is_today": wanted == today,
        **_ways(organization, wish, wanted, today),
        **_filters(all_schedules, wish),
        "services": [("", _("any service"))]
        + [(service.id, service.name_in(get_language() or "en")) for service in plan.services.values()],
        "wish": wish,
        "blocks_url": f"{address(organization, 'blocks')}?{urlencode({'day': wanted.isoformat()})}",
        "settings_url": address(organization, "new_schedule"),
        "book_url": f"{address(organization, 'book')}?{urlencode({'day': wanted.isoformat()})}",
    }
    return show(request, "staff/days/day.html", context, section="day")


def today_of(organization: Organization, now: datetime) -> date:
    """The date on the clocks of the organization."""
    return clock.local_date(clock.epoch_of(now), clock.zone(organization.time_zone))


def _narrowed(schedules: list[Schedule], wish: Wish) -> list[Schedule]:
    """The agendas asked for. Raises Http404 where one is asked for that does not exist for this person."""
    found = [
        schedule
        for schedule in schedules
        if wish.provider_id in (None, schedule.provider_id) and wish.schedule_id in (None, schedule.id)
    ]
    if not found and (wish.provider_id or wish.schedule_id):
        raise Http404
    return found


def _ways(organization: Organization, wish: Wish, wanted: date, today: date) -> dict[str, Any]:
    """Where one can go from here; no further than the years that the agenda knows."""
    before = wanted - timedelta(days=1) if wanted > clock.FIRST_DAY else None
    after = wanted + timedelta(days=1) if wanted < clock.LAST_DAY else None
    return {
        "previous_url": wish.url(organization, before) if before else "",
        "next_url": wish.url(organization, after) if after else "",
        "today_url": wish.url(organization, today),
        "free_url": wish.url(organization, wanted, free="no" if wish.with_free else None),
        "overbooked_url": wish.url(organization, wanted, only=None if wish.overbooked else "overbooked"),
    }


def _filters(schedules: list[Schedule], wish: Wish) -> dict[str, Any]:
    """The choices of practitioner and agenda, each only where there are several."""
    active = [schedule for schedule in schedules if schedule.is_active]
    providers = {schedule.provider_id: schedule.provider.name for schedule in active}
    return {
        "providers": [("", _("all practitioners")), *providers.items()] if 1 < len(providers) < len(active) else (),
        "schedules": [("", _("all agendas")), *((one.id, one.name) for one in active)] if len(active) > 1 else (),
    }
