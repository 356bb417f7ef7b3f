"""What happened to appointments. The row rides along: listeners run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass

from kalends.booking.models import Appointment
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
