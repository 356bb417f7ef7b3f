"""What happened to appointments. The row rides along: listeners run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.booking.models import Appointment, Offer, WaitlistEntry
from kalends.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    appointment: Appointment
    by: Actor
    tell_patient: bool = True


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    appointment: Appointment
    by: Actor
    tell_patient: bool = True


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    appointment: Appointment
    by: Actor
    tell_patient: bool = True


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed:
    appointment: Appointment
    by: Actor


@dataclass(frozen=True, slots=True)
class PlaceFreed:
    """A time of a schedule can be had again: a visit was cancelled, moved away or refused."""

    appointment: Appointment
    schedule_id: UUID
    starts_at: datetime
    ends_at: datetime
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class WaitingListJoined:
    entry: WaitlistEntry
    by: Actor
    tell_patient: bool = True


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A waiting person may have a time. By telephone nothing is sent."""

    offer: Offer
    entry: WaitlistEntry
    by: Actor


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    """Staff took an offer back before it was answered."""

    offer: Offer
    entry: WaitlistEntry
    by: Actor
