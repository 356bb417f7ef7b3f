"""Series: visits asked for together. Each is an appointment of its own; changing one changes no other (13)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kalends.agenda.operations.turns import turn
from kalends.agenda.queries.plans import plan_of
from kalends.audit import operations as audit
from kalends.booking.events import SeriesBooked, SeriesCancelled
from kalends.booking.models import Appointment, Outcome, Series, SeriesDate
from kalends.booking.operations.booking import book
from kalends.booking.operations.changes import cancel
from kalends.booking.queries.series import Wish, preview_series
from kalends.booking.refusals import NothingToRepeat, SlotTaken
from kalends.booking.rules import CANCELLABLE
from kalends.booking.rules import series as rules
from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.contacts.rules import ContactData
from kalends.foundation import clock, events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.errors import Invalid, Refusal
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Made:
    """The series and its dates, in order: what was made, and what was not and why."""

    series: Series
    dates: list[SeriesDate]
    appointments: list[Appointment]


def make_series(
    organization: Organization,
    wish: Wish,
    *,
    contact: Contact | ContactData,
    by: Actor,
    now: datetime,
    reason: str = "",
    tell_patient: bool = True,
    tell_provider: Collection[str] | None = None,
    begins_with: Appointment | None = None,
) -> Made:
    """Book all dates that can be had, in one act; every date is kept with what became of it (BOK-13).

    `begins_with` is a visit that is already booked: it is the first of the series. The patient, and the
    practitioner where it is wished, get one letter with all dates. Raises NothingToRepeat when nothing could be booked,
    Invalid; then nothing is written.
    """
    check(wish)
    locks.wait_turn(*turn(organization, wish.schedule_id, wish.service_id))
    if isinstance(contact, ContactData):
        contact = contacts.find_or_make(organization, contact, by=by, now=now).contact
    planned = preview_series(organization, wish, contact=contact, channel=by.channel, now=now)
    series = Series(
        organization=organization,
        contact=contact,
        every=wish.pattern.every,
        unit=wish.pattern.unit,
        made_at=now,
        made_by=by.label[:200],
    )
    series.save(force_insert=True)
    visits = {0: _take_in(series, begins_with)} if begins_with is not None else {}
    dates = [_first_date(series, wish, begins_with)] if begins_with is not None else []
    for one in planned:
        visit, why = _book(organization, series, wish, one, contact, reason, by=by, now=now)
        dates.append(_date(series, wish, one, visit, why, number=len(dates) + 1))
        if visit is not None:
            visits[one.number] = visit
    if not any(number for number in visits):
        raise NothingToRepeat
    SeriesDate.all_rows.bulk_create(dates)
    told = {row.number: [row.day.isoformat(), row.outcome, row.why] for row in dates}
    audit.record("series:make", series, by=by, now=now, after={"dates": told})
    made = list(visits.values())
    events.publish(SeriesBooked(series, made, by, tell_patient, tell_provider))
    return Made(series, dates, made)


def add_date(
    organization: Organization,
    series_id: UUID,
    number: int,
    *,
    starts_at: datetime | None = None,
    by: Actor,
    now: datetime,
    tell_patient: bool = True,
) -> Appointment:
    """Book a date that was not made: at its own time, or at `starts_at`. Raises as `book`, and NothingToRepeat."""
    series = organization.series.select_related("contact").get(id=series_id)
    known: SeriesDate = series.dates.select_for_update(no_key=True).get(number=number)
    if known.outcome in (Outcome.MADE, Outcome.SHIFTED):
        raise NothingToRepeat
    zone = plan_of(organization).schedules[known.schedule_id].zone
    instants = clock.instants_of(known.day, known.minute, zone)
    own = datetime.fromtimestamp(instants[0], UTC) if instants else None
    if starts_at is None and own is None:
        raise SlotTaken
    appointment = book(
        organization,
        schedule_id=known.schedule_id,
        service_id=known.service_id,
        starts_at=starts_at or own or now,
        contact=series.contact,
        by=by,
        now=now,
        tell_patient=tell_patient,
        series_id=series.id,
    )
    known.outcome = Outcome.MADE if appointment.starts_at == own else Outcome.SHIFTED
    known.appointment_id = appointment.id
    known.save(update_fields=["outcome", "appointment_id"])
    return appointment


def cancel_rest(
    organization: Organization,
    appointment_id: UUID,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    tell_patient: bool = True,
    tell_provider: Collection[str] | None = None,
) -> list[Appointment]:
    """Cancel this visit of a series and all its later ones; one letter to each says so. Raises NothingToRepeat."""
    rest = rest_of(organization, appointment_id, now=now)
    if not rest:
        raise NothingToRepeat
    locks.wait_turn(*{visit.schedule_id for visit in rest})
    cancelled = [
        cancel(
            organization,
            visit.id,
            by=by,
            now=now,
            reason=reason,
            tell_patient=False,
            tell_provider=(),
            told_with_series=True,
        )
        for visit in rest
        if visit.status in CANCELLABLE
    ]
    series = rest[0].series
    assert series is not None, "the rest is of a series"
    audit.record("series:cancel", series, by=by, now=now, after={"visits": [str(visit.id) for visit in cancelled]})
    events.publish(SeriesCancelled(series, cancelled, by, tell_patient, tell_provider))
    return cancelled


def rest_of(organization: Organization, appointment_id: UUID, *, now: datetime) -> list[Appointment]:
    """This visit and all later ones of its series that can still be cancelled, by time."""
    known = organization.appointments.get(id=appointment_id)
    if known.series_id is None:
        return []
    later = organization.appointments.filter(
        series_id=known.series_id, starts_at__gte=known.starts_at, starts_at__gt=now, status__in=sorted(CANCELLABLE)
    )
    return list(later.select_related("service", "schedule", "series__contact").order_by("starts_at"))


def check(wish: Wish) -> None:
    """Raises Invalid for what is no series."""
    pattern = wish.pattern
    if not 1 <= pattern.every <= 52:
        raise Invalid.field("every", _("Please give a number between 1 and 52."))
    if pattern.count is None and pattern.until is None:
        raise Invalid.field("count", _("Please say how many dates, or until when."))
    if pattern.count is not None and not 1 <= pattern.count <= rules.MOST_DATES:
        raise Invalid.field("count", _("Please give a number between 1 and 60."))
    if pattern.until is not None and pattern.until < pattern.first:
        raise Invalid.field("until", _("The last day must not be before the first."))


def _book(
    organization: Organization,
    series: Series,
    wish: Wish,
    one: rules.Planned,
    contact: Contact,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> tuple[Appointment | None, str]:
    """What cannot be had after all is said and left out; the others stay."""
    if one.start is None:
        return None, one.why
    try:
        with transaction.atomic():
            visit = book(
                organization,
                schedule_id=wish.schedule_id,
                service_id=wish.service_id,
                starts_at=datetime.fromtimestamp(one.start, UTC),
                contact=contact,
                by=by,
                now=now,
                reason=reason,
                tell_patient=False,
                tell_provider=(),
                series_id=series.id,
                told_with_series=True,
            )
    except Refusal as refusal:
        return None, refusal.code
    return visit, one.why


def _date(
    series: Series, wish: Wish, one: rules.Planned, visit: Appointment | None, why: str, *, number: int
) -> SeriesDate:
    """The wall time that was asked for, whatever became of it."""
    outcome = one.outcome if visit is not None or one.start is None else Outcome.SKIPPED
    return SeriesDate(
        organization_id=series.organization_id,
        series_id=series.id,
        schedule_id=wish.schedule_id,
        service_id=wish.service_id,
        number=number,
        day=one.day,
        minute=visit.local_minute if visit is not None else wish.minute,
        outcome=outcome,
        why=why[:40],
        appointment_id=visit.id if visit is not None else None,
    )


def _first_date(series: Series, wish: Wish, visit: Appointment) -> SeriesDate:
    one = rules.Planned(1, visit.local_day, "made", clock.epoch_of(visit.starts_at))
    return _date(series, wish, one, visit, "", number=1)


def _take_in(series: Series, visit: Appointment) -> Appointment:
    visit.series_id = series.id
    visit.save(update_fields=["series_id"])
    return visit
