"""Writing to the institution when something happens to a booking (seed 002, steps 2 and 4).

Each address gets its own delivery. What belongs to the event is frozen in the facts; who comes and why is looked up
when the letter is written, so it is kept in one place only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from kalends.booking.events import (
    AppointmentApproved,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRefused,
    AppointmentRestored,
    Left,
    SeriesBooked,
    SeriesCancelled,
)
from kalends.booking.models import Appointment, Status
from kalends.delivery import operations as delivery
from kalends.delivery.models import Medium
from kalends.foundation.actor import Actor, ActorKind
from kalends.foundation.database import tenancy
from kalends.notifications.institution import rules
from kalends.notifications.institution.queries import chosen_settings, location_of
from kalends.notifications.models import NotificationSettings
from kalends.notifications.texts import Kind

# What was cancelled at the very hour of the visit is still worth knowing that day.
WORTH_KNOWING = timedelta(days=1)
ON_AGAIN = gettext_noop("Not sent: the appointment is on again.")


def note_booked(event: AppointmentBooked | AppointmentApproved | AppointmentRestored) -> None:
    """Booked or asked for, approved, or on again; visits of a series are told by it."""
    if isinstance(event, AppointmentBooked) and event.told_with_series:
        return
    approved = isinstance(event, AppointmentApproved)
    kind = Kind.INSTITUTION_APPROVED if approved else Kind.INSTITUTION_BOOKED
    what = "restored" if isinstance(event, AppointmentRestored) else ""
    _tell_booking(kind, [event.appointment], event.by, what=what)


def note_moved(event: AppointmentMoved) -> None:
    """Also to who looks after the place that it left."""
    _tell_booking(Kind.INSTITUTION_MOVED, [event.appointment], event.by, left=event.left)


def note_series_booked(event: SeriesBooked) -> None:
    _tell_booking(Kind.INSTITUTION_BOOKED, event.appointments, event.by, cause_id=event.series.id)


def note_cancelled(event: AppointmentCancelled | AppointmentRefused) -> None:
    """Cancelled, or a request refused or expired: in each case a time is free again."""
    if isinstance(event, AppointmentCancelled) and event.told_with_series:
        return
    _tell_cancellation([event.appointment], event.by)


def note_series_cancelled(event: SeriesCancelled) -> None:
    """What is told at once is one letter; what is held back is one for each visit, for each has its own hour."""
    _tell_cancellation(event.appointments, event.by)


def withdraw_cancellation(event: AppointmentRestored) -> None:
    """A notice that was held back, or has not left yet, no longer holds. Of several visits the letter leaves it out."""
    visit = event.appointment
    waiting = visit.organization.deliveries.filter(kind=Kind.INSTITUTION_CANCELLED, cause_id=visit.id, settled_at=None)
    facts = waiting.values_list("facts", flat=True).first()
    if facts is not None and len(facts["visits"]) == 1:
        delivery.take_back(
            visit.organization,
            kind=Kind.INSTITUTION_CANCELLED,
            causes=[visit.id],
            reason=ON_AGAIN,
            now=tenancy.current().now,
        )


def _tell_booking(
    kind: Kind,
    appointments: Sequence[Appointment],
    by: Actor,
    *,
    cause_id: UUID | None = None,
    left: Left | None = None,
    what: str = "",
) -> None:
    visits = sorted(appointments, key=lambda visit: visit.starts_at)
    settings = chosen_settings(visits[0].organization) if visits else None
    if settings is None or not settings.booking_emails or not _is_wanted(settings, visits[0], left):
        return
    facts = facts_about(visits, by, left=left, what=what, minimal=settings.booking_minimal)
    _queue(kind, cause_id or visits[0].id, visits, settings.booking_emails, facts, due_at=tenancy.current().now)


def _is_wanted(settings: NotificationSettings, visit: Appointment, left: Left | None) -> bool:
    if not settings.booking_locations and not settings.booking_services:
        return True
    schedules = [visit.schedule_id, *([left.schedule_id] if left else [])]
    at = [place for one in schedules if (place := location_of(visit.organization, one))]
    return rules.is_wanted(
        locations=settings.booking_locations, services=settings.booking_services, at=at, service=visit.service_id
    )


def _tell_cancellation(appointments: Sequence[Appointment], by: Actor) -> None:
    visits = sorted(appointments, key=lambda visit: visit.starts_at)
    settings = chosen_settings(visits[0].organization) if visits else None
    if settings is None or not settings.cancellation_emails:
        return
    at_once = []
    for visit in visits:
        at = cancelled_at(visit)
        due_at = rules.told_of_cancellation(
            settings.cancellation_mode, settings.cancellation_hours, starts_at=visit.starts_at, at=at
        )
        if due_at is not None and due_at > at:
            _queue_cancellation([visit], by, settings, due_at=due_at)
        elif due_at is not None:
            at_once.append(visit)
    if at_once:
        _queue_cancellation(at_once, by, settings, due_at=tenancy.current().now)


def cancelled_at(visit: Appointment) -> datetime:
    return visit.status_since or tenancy.current().now


def _queue_cancellation(
    visits: Sequence[Appointment], by: Actor, settings: NotificationSettings, *, due_at: datetime
) -> None:
    facts = facts_about(visits, by) | {"cancelled_at": cancelled_at(visits[0]).isoformat()}
    _queue(Kind.INSTITUTION_CANCELLED, visits[0].id, visits, settings.cancellation_emails, facts, due_at=due_at)


def facts_about(
    visits: Sequence[Appointment],
    by: Actor,
    *,
    left: Left | None = None,
    what: str = "",
    minimal: bool = False,
) -> dict[str, Any]:
    """What the letter about these visits is told by. `minimal`: it says neither who comes nor why."""
    first = visits[0]
    return {
        "what": what or ("request" if first.status == Status.PENDING else ""),
        "appointment": str(first.id),
        "time_zone": first.time_zone,
        "schedule": str(first.schedule_id),
        "service": str(first.service_id),
        "visits": [{"id": str(visit.id), "starts_at": visit.starts_at.isoformat()} for visit in visits],
        "before": left.starts_at.isoformat() if left else "",
        "by": by.label if by.kind in (ActorKind.PERSON, ActorKind.TOKEN) else "",
        "by_patient": by.kind == ActorKind.PATIENT,
        "minimal": minimal,
    }


def _queue(
    kind: Kind,
    cause_id: UUID,
    visits: Sequence[Appointment],
    addresses: Sequence[str],
    facts: dict[str, Any],
    *,
    due_at: datetime,
) -> None:
    first, now = visits[0], tenancy.current().now
    delivery.queue_to(
        first.organization,
        dict.fromkeys(addresses, first.organization.language),
        kind=kind,
        cause_id=cause_id,
        cause_version=first.sequence,
        medium=Medium.EMAIL,
        facts=facts,
        due_at=due_at,
        useless_after=max(visits[-1].starts_at, now) + WORTH_KNOWING,
        now=now,
        schedules={visit.schedule_id for visit in visits},
    )
