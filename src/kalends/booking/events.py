"""What happened to appointments. The row rides along: listeners run in the same transaction.

`tell_provider` are the ways that were ticked for this act (agenda.models.NoticeBy), none of them for nobody; None: as
the practitioner's options say. `tell_patient` is the letter; `text_patient` the reminder at once by text message, None:
where the patient is told at all, as the options say. `told_with_series`: one of several visits, of which the event of
their series tells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.booking.models import Appointment, Offer, Series, WaitlistEntry
from kalends.booking.rules.waiting import Way
from kalends.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """Made: an appointment, or a request that waits for approval, as its status says."""

    appointment: Appointment
    by: Actor
    tell_patient: bool = True
    tell_provider: Collection[str] | None = None
    text_patient: bool | None = None
    told_with_series: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """Where a moved visit was before."""

    schedule_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    appointment: Appointment
    by: Actor
    tell_patient: bool = True
    tell_provider: Collection[str] | None = None
    left: Left | None = None
    text_patient: bool | None = None


@dataclass(frozen=True, slots=True)
class AppointmentRetimed(AppointmentMoved):
    """The rules of its time zone have changed: its wall time is the same, and another instant. Nobody is told."""


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    appointment: Appointment
    by: Actor
    tell_patient: bool = True
    tell_provider: Collection[str] | None = None
    told_with_series: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentApproved:
    """A request became an appointment."""

    appointment: Appointment
    by: Actor
    tell_patient: bool = True


@dataclass(frozen=True, slots=True)
class AppointmentRefused:
    """A request was refused by the practice, or nobody answered it in time: `cancelled_by` says which."""

    appointment: Appointment
    by: Actor
    tell_patient: bool = True
    tell_provider: Collection[str] | None = None
    told_with_series: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentRestored:
    """A cancelled visit is on again: somebody took the cancelling back."""

    appointment: Appointment
    by: Actor
    tell_patient: bool = True


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed:
    appointment: Appointment
    by: Actor


@dataclass(frozen=True, slots=True)
class PlaceFreed:
    """A time of a schedule can be had again: a visit was cancelled or moved away, a request was refused or expired."""

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
    """A waiting person may have a time. `way`: how they are told; None: by telephone, and nothing is sent."""

    offer: Offer
    entry: WaitlistEntry
    by: Actor
    way: Way | None


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    """Staff took an offer back before it was answered."""

    offer: Offer
    entry: WaitlistEntry
    by: Actor


@dataclass(frozen=True, slots=True)
class SeriesBooked:
    """Several visits at once, told in one letter."""

    series: Series
    appointments: Sequence[Appointment]
    by: Actor
    tell_patient: bool = True
    tell_provider: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class SeriesCancelled:
    """This visit and all later ones of the series."""

    series: Series
    appointments: Sequence[Appointment]
    by: Actor
    tell_patient: bool = True
    tell_provider: Collection[str] | None = None
