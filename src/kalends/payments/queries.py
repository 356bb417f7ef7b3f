"""What is owed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kalends.agenda.queries.plans import plan_seen
from kalends.booking.models import Appointment
from kalends.foundation.database.reading import read
from kalends.organizations.models import Organization
from kalends.payments.models import Payment


def payments_of(organization: Organization, appointments: Collection[UUID]) -> dict[UUID, Payment]:
    """By visit; visits that ask for none are not there."""
    return {one.appointment_id: one for one in organization.payments.filter(appointment_id__in=appointments)}


def payment_asked(appointment: Appointment) -> Payment | None:
    """Of a visit just booked: without asking, where its service is not paid before."""
    service = plan_seen(appointment.organization).services.get(appointment.service_id)
    return payment_of(appointment.organization, appointment.id) if service and service.payment_due else None


def payment_of(organization: Organization, appointment_id: UUID) -> Payment | None:
    condition = "own.organization_id = $1 AND own.appointment_id = $2"
    return next(iter(read(Payment, condition, [organization.id, appointment_id])), None)
