"""Visits that are repeated: preview, book, list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from kalends.agenda.queries.plans import plan_of
from kalends.api.access import Call, on_channel, requires, sees_own_only
from kalends.api.acts import done, made
from kalends.api.answers import answer, told_at
from kalends.api.paging import Paged, page
from kalends.api.problems import UnknownId
from kalends.api.schemas import series as schemas
from kalends.api.v1.booking.reading import patient_of
from kalends.api.v1.booking.refused import refuse_unknown
from kalends.booking import operations as booking
from kalends.booking.models import Series
from kalends.booking.operations.series import check
from kalends.booking.queries.series import Wish, dates_of, preview_series
from kalends.booking.rules.series import Pattern
from kalends.foundation import clock
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["appointments"])


@router.get("/{slug:org}/series", auth=requires(Right.AGENDA_READ), response=schemas.SeriesList)
def all_series(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """All series, with what became of each date."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by):
        rows = organization.series.all()
        if sees_own_only(by):
            own = organization.schedules.filter(provider_id=by.provider_id) if by.provider_id else ()
            ids = organization.series_dates.filter(schedule_id__in=[one.id for one in own]).values_list("series_id")
            rows = rows.filter(id__in=[row[0] for row in ids])
        found, following = page(rows, ("id",), asked)
        items = [_told(row) for row in found]
    return answer({"items": items, "next": following})


@router.post(
    "/{slug:org}/series", auth=requires(Right.APPOINTMENT_BOOK), response={200: schemas.Series, 201: schemas.Series}
)
def make_series(request: Call, org: str, asked: schemas.SeriesSent) -> HttpResponse:
    """Book several dates at once; or, with `dry_run`, tell what would become of each (200)."""
    organization = request.organization
    by = on_channel(request.actor, ChannelKind(asked.channel))

    def preview(now: datetime) -> dict[str, Any]:
        wish = _wish(organization, asked, by)
        contact = organization.contacts.filter(id=asked.contact_id).first() if asked.contact_id else None
        planned = preview_series(organization, wish, contact=contact, channel=by.channel, now=now)
        zone = plan_of(organization).schedules[asked.schedule].zone
        return {
            "id": None,
            "contact": contact and contact.id,
            "every": asked.every,
            "unit": asked.unit,
            "dates": [
                {
                    "number": one.number,
                    "day": one.day,
                    "outcome": one.outcome,
                    "why": one.why,
                    "start": one.start and told_at(datetime.fromtimestamp(one.start, UTC), zone),
                    "appointment": None,
                }
                for one in planned
            ],
        }

    def act(now: datetime) -> dict[str, Any]:
        wish = _wish(organization, asked, by)
        contact, reason = patient_of(organization, asked, now)
        done_now = booking.make_series(
            organization, wish, contact=contact, reason=reason, tell_patient=asked.tell_patient, by=by, now=now
        )
        return _told(done_now.series)

    return done(request, preview) if asked.dry_run else made(request, act)


def _wish(organization: Organization, asked: schemas.SeriesSent, by: Actor) -> Wish:
    """Raises UnknownId, Invalid."""
    plan = plan_of(organization)
    refuse_unknown(plan, service_id=asked.service, schedule_id=asked.schedule)
    schedule = plan.schedules[asked.schedule]
    if sees_own_only(by) and schedule.provider_id != by.provider_id:
        raise UnknownId("schedule")
    if asked.service not in schedule.offers:
        raise UnknownId("service")
    pattern = Pattern(asked.first, asked.every, asked.unit, asked.count, asked.until)
    wish = Wish(asked.schedule, asked.service, asked.time, pattern, asked.on_clash)
    check(wish)
    return wish


def _told(series: Series) -> dict[str, Any]:
    return {
        "id": series.id,
        "contact": series.contact_id,
        "every": series.every,
        "unit": series.unit,
        "dates": [
            {
                "number": row.number,
                "day": row.day,
                "outcome": row.outcome,
                "why": row.why,
                "start": told_at(row.appointment.starts_at, clock.zone(row.appointment.time_zone))
                if row.appointment
                else None,
                "appointment": row.appointment_id,
            }
            for row in dates_of(series)
        ],
    }
