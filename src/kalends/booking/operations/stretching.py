"""Making a visit longer or shorter, where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _
from psycopg import errors as postgres

from kalends.agenda.operations import places
from kalends.agenda.operations.turns import turn
from kalends.agenda.queries.plans import plan_of
from kalends.booking import history, rules
from kalends.booking.events import PlaceFreed
from kalends.booking.models import Appointment
from kalends.booking.refusals import SlotTaken, TwoPlacesAtOnce, WrongState
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Organization

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)


def stretch(
    organization: Organization, appointment_id: UUID, *, ends_at: datetime, by: Actor, now: datetime, why: str = ""
) -> Appointment:
    """Let a visit end at another minute: its place changes in one UPDATE, or nothing does.

    Staff may go past the opening hours. The buffer after the visit stays as long as it was. The patient is not
    told: the visit begins when it began. Raises SlotTaken, TwoPlacesAtOnce, WrongState, Invalid.
    """
    known = organization.appointments.get(id=appointment_id)
    locks.wait_turn(known.schedule_id, *turn(organization, known.schedule_id, known.service_id))
    appointment = organization.appointments.select_for_update().get(id=appointment_id)
    if appointment.status not in rules.STRETCHABLE:
        raise WrongState
    _check_end(appointment, ends_at)
    if ends_at == appointment.ends_at:
        return appointment
    if not _give_room(organization, appointment, ends_at):
        raise SlotTaken
    left, before = appointment.ends_at, history.place_of(appointment) | _end(appointment)
    appointment.ends_at = ends_at
    appointment.sequence += 1
    appointment.version += 1
    try:
        appointment.save(update_fields=["ends_at", "sequence", "version"])
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise TwoPlacesAtOnce from fault
        raise
    after = history.place_of(appointment) | _end(appointment)
    history.record(
        appointment, "stretched", right="appointment:move", by=by, now=now, before=before, after=after, why=why
    )
    if ends_at < left:
        events.publish(PlaceFreed(appointment, appointment.schedule_id, ends_at, left, by, now))
    return appointment


def _check_end(appointment: Appointment, ends_at: datetime) -> None:
    lasts = ends_at - appointment.starts_at
    if not SHORTEST <= lasts <= LONGEST or lasts % timedelta(minutes=1):
        raise Invalid.field("ends_at", _("A visit lasts from 5 minutes to 24 hours."))


def _give_room(organization: Organization, appointment: Appointment, ends_at: datetime) -> bool:
    """On the seat where the visit sits; in a group on any other that is free for all of it."""
    by = ends_at - appointment.ends_at
    if places.stretch(
        organization_id=organization.id, schedule_id=appointment.schedule_id, holder_id=appointment.id, by=by
    ):
        return True
    schedule = plan_of(organization).schedules.get(appointment.schedule_id)
    if schedule is None or schedule.capacity == 1 or appointment.is_overbooked:
        return False
    offer = schedule.offers.get(appointment.service_id)
    begin, end = places.span_of(organization_id=organization.id, holder_id=appointment.id)
    return places.move(
        organization_id=organization.id,
        schedule_id=appointment.schedule_id,
        span=(begin, end + int(by.total_seconds())),
        capacity=schedule.capacity,
        holder_id=appointment.id,
        expires_at=appointment.approve_by,
        needs=offer.needs if offer else (),
    )


def _end(appointment: Appointment) -> dict[str, int]:
    """How long the visit is, as history keeps it: minutes of real time."""
    return {"minutes": (appointment.ends_at - appointment.starts_at) // timedelta(minutes=1)}
