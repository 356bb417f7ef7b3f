"""Appointments as they are told: to the patient, by the private link, and to staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kalends.api.answers import told_at
from kalends.booking import links, rules
from kalends.booking.models import Appointment
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.payments.models import Payment
from kalends.payments.queries import payment_asked, payment_of


def told_payment(payment: Payment | None, appointment: Appointment) -> dict[str, Any] | None:
    """What is to be paid before, until when, and whether it was; None: nothing."""
    if payment is None:
        return None
    return {
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "due_at": told_at(payment.due_at, clock.zone(appointment.time_zone)),
        "state": str(payment.state),
    }


def told_booked(organization: Organization, appointment: Appointment) -> dict[str, Any]:
    """Inside `tenancy.acting`."""
    zone = clock.zone(appointment.time_zone)
    return {
        "id": str(appointment.id),
        "status": str(appointment.status),
        "start": told_at(appointment.starts_at, zone),
        "end": told_at(appointment.ends_at, zone),
        "manage_url": manage_url(organization, appointment),
        "payment": told_payment(payment_asked(appointment), appointment),
    }


def manage_url(organization: Organization, appointment: Appointment) -> str:
    """The page of the private link."""
    return links.page_of(organization, appointment.link_seed)


def told_to_patient(organization: Organization, appointment: Appointment, *, now: datetime) -> dict[str, Any]:
    """Needs `service`, `schedule.provider` and `schedule.location` at hand. Inside `tenancy.acting`."""
    zone = clock.zone(appointment.time_zone)
    service, provider, location = appointment.service, appointment.schedule.provider, appointment.schedule.location
    move_until = _until(appointment, service.move_cutoff_hours)
    cancel_until = _until(appointment, rules.cancel_hours(appointment.status, service.cancel_cutoff_hours))
    return {
        "id": appointment.id,
        "status": str(appointment.status),
        "start": told_at(appointment.starts_at, zone),
        "end": told_at(appointment.ends_at, zone),
        "organization": {"slug": organization.slug, "name": organization.name, "phone": organization.phone},
        "service": {"id": service.id, "name": service.name_in(appointment.language)},
        "schedule": appointment.schedule_id,
        "provider": {"id": provider.id, "name": provider.name},
        "location": {
            "id": location.id,
            "name": location.name,
            "address": location.address,
            "postcode": location.postcode,
            "town": location.town,
            "phone": location.phone,
        },
        "can_confirm": appointment.status == "booked" and now < appointment.starts_at,
        "can_move": appointment.status in rules.MOVABLE and now < move_until and appointment.moves < service.max_moves,
        "move_until": told_at(move_until, zone),
        "can_cancel": appointment.status in rules.CANCELLABLE and now < cancel_until,
        "cancel_until": told_at(cancel_until, zone),
        "payment": told_payment(payment_of(organization, appointment.id), appointment),
    }


def told_to_staff(appointment: Appointment, by: Actor, payment: Payment | None) -> dict[str, Any]:
    """Needs `contact` and `schedule` at hand."""
    zone = clock.zone(appointment.time_zone)
    contact, reads = appointment.contact, by.may(Right.CONTACT_READ)
    return {
        "id": appointment.id,
        "status": str(appointment.status),
        "start": told_at(appointment.starts_at, zone),
        "end": told_at(appointment.ends_at, zone),
        "schedule": appointment.schedule_id,
        "provider": appointment.schedule.provider_id,
        "location": appointment.schedule.location_id,
        "service": appointment.service_id,
        "contact": {
            "id": contact.id,
            "last_name": contact.last_name,
            "first_name": contact.first_name,
            "birth_date": contact.birth_date,
            "email": contact.email if reads else None,
            "phone": contact.phone if reads else None,
        },
        "reason": appointment.reason,
        "remark": appointment.remark,
        "source": str(appointment.source),
        "language": appointment.language,
        "price_minor": appointment.price_minor,
        "currency": appointment.currency,
        "payment": told_payment(payment, appointment),
        "cancelled_by": str(appointment.cancelled_by),
        "cancel_reason": appointment.cancel_reason,
        "moves": appointment.moves,
        "status_since": told_at(appointment.status_since, zone) if appointment.status_since else None,
        "approve_by": told_at(appointment.approve_by, zone) if appointment.approve_by else None,
        "is_overbooked": appointment.is_overbooked,
        "overbooking_reason": appointment.overbooking_reason,
        "version": appointment.version,
        "booked_at": told_at(appointment.booked_at, zone),
    }


def _until(appointment: Appointment, hours: int) -> datetime:
    """The first instant at which it is too late: the cut-off, never after the visit begins."""
    return min(rules.deadline(appointment.starts_at, hours), appointment.starts_at)
