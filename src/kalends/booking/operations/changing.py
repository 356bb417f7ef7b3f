"""How an appointment is changed: locked, written with its history, and sat on a place again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from psycopg import errors as postgres

from kalends.agenda import rules as agenda
from kalends.agenda.operations import places
from kalends.agenda.operations.turns import turn
from kalends.agenda.queries.plans import Offer, ServicePlan, plan_of
from kalends.booking import history
from kalends.booking.models import Appointment, Status
from kalends.booking.refusals import SlotTaken, TwoPlacesAtOnce
from kalends.foundation.actor import Actor
from kalends.foundation.clock import epoch_of
from kalends.foundation.database import locks
from kalends.organizations.models import Organization


def locked(organization: Organization, appointment_id: UUID) -> Appointment:
    return organization.appointments.select_for_update().get(id=appointment_id)


def locked_in_turn(organization: Organization, appointment_id: UUID) -> Appointment:
    """The same, once nobody else is at its agenda: what is done next takes its place again."""
    known = organization.appointments.get(id=appointment_id)
    locks.wait_turn(*turn(organization, known.schedule_id, known.service_id))
    return locked(organization, appointment_id)


def service_of(organization: Organization, appointment: Appointment) -> ServicePlan | None:
    """None: it is no longer in use."""
    return plan_of(organization).services.get(appointment.service_id)


def change(
    appointment: Appointment, what: str, *, right: str, by: Actor, now: datetime, why: str = "", **fields: Any
) -> None:
    """Write the fields, and the line of history and audit. Raises TwoPlacesAtOnce."""
    before = history.place_of(appointment)
    if fields.get("status", appointment.status) != appointment.status:
        fields.setdefault("status_since", now)
    for name, value in fields.items():
        setattr(appointment, name, value)
    appointment.version += 1
    try:
        appointment.save(update_fields=[*fields, "version"])
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise TwoPlacesAtOnce from fault
        raise
    after = history.place_of(appointment)
    history.record(appointment, what, right=right, by=by, now=now, before=before, after=after, why=why)


def sit_again(organization: Organization, appointment: Appointment, *, expires_at: datetime | None = None) -> None:
    """Take the place of a visit that has lost it, at its own time. Raises SlotTaken.

    An overbooked visit may sit above the capacity again, if no other does. Whoever calls has waited their turn.
    """
    schedule = organization.schedules.get(id=appointment.schedule_id)
    taken = {
        "organization_id": organization.id,
        "schedule_id": schedule.id,
        "span": span_of(organization, appointment),
        "capacity": schedule.capacity,
        "holder_id": appointment.id,
        "expires_at": expires_at,
    }
    places.give_up(organization_id=organization.id, holder_id=appointment.id)
    offer = _offer(organization, appointment)
    if places.take(**taken, needs=offer.needs if offer else ()):
        return
    if not (appointment.is_overbooked and places.take(**taken, extra=schedule.overbooking_limit)):
        raise SlotTaken


def span_of(organization: Organization, appointment: Appointment) -> agenda.Span:
    """What the visit takes of its schedule, with the buffers of today."""
    offer = _offer(organization, appointment)
    before, after = (offer.visit.before, offer.visit.after) if offer else (0, 0)
    return epoch_of(appointment.starts_at) - before * 60, epoch_of(appointment.ends_at) + after * 60


def _offer(organization: Organization, appointment: Appointment) -> Offer | None:
    """None: the service is no longer offered there."""
    schedule = plan_of(organization).schedules.get(appointment.schedule_id)
    return schedule.offers.get(appointment.service_id) if schedule else None


def is_lapsed(appointment: Appointment, now: datetime) -> bool:
    """A request that nobody answered in time, whether or not that has been noted yet."""
    return appointment.status == Status.PENDING and appointment.approve_by is not None and appointment.approve_by <= now
