"""An example that is nobody: the real letters, written about an invented patient and an agenda of the organization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import override, pgettext

from kalends.agenda.models import Schedule, Service
from kalends.booking.events import Left
from kalends.booking.models import Appointment, CancelledBy, Status
from kalends.contacts.models import Contact
from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery, Medium, State
from kalends.foundation import clock
from kalends.foundation.actor import patient as a_patient
from kalends.notifications.institution import payment_letters
from kalends.notifications.institution.copies import CopyLetters, kind_of_copy
from kalends.notifications.institution.letters import Found, InstitutionLetters
from kalends.notifications.institution.payment_letters import PaymentLetters
from kalends.notifications.institution.preview import Event, To
from kalends.notifications.institution.telling import facts_about
from kalends.notifications.operations.patients import facts_of
from kalends.notifications.operations.practitioners import facts_for_practitioner
from kalends.notifications.paying import UNPAID
from kalends.notifications.texts import Kind
from kalends.notifications.texts.appointments import AppointmentLetters
from kalends.notifications.texts.practitioners import PractitionerLetters
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization

PATIENT = {
    Event.BOOKED: Kind.BOOKED,
    Event.MOVED: Kind.MOVED,
    Event.CANCELLED: Kind.CANCELLED,
    Event.PAYMENT: Kind.PAYMENT_DUE,
}
PRACTITIONER = {
    Event.BOOKED: Kind.NOTICE_ADDED,
    Event.MOVED: Kind.NOTICE_MOVED,
    Event.CANCELLED: Kind.NOTICE_DELETED,
}
INSTITUTION = {
    Event.BOOKED: Kind.INSTITUTION_BOOKED,
    Event.MOVED: Kind.INSTITUTION_MOVED,
    Event.CANCELLED: Kind.INSTITUTION_CANCELLED,
    Event.PAYMENT: Kind.INSTITUTION_PAYMENT,
}


@dataclass(frozen=True, slots=True)
class Example:
    """A visit that is in no table. `schedule` with its provider and location."""

    visit: Appointment
    schedule: Schedule
    service: Service

    @property
    def local_start(self) -> datetime:
        return clock.wall(clock.epoch_of(self.visit.starts_at), clock.zone(self.visit.time_zone))


def example_of(
    organization: Organization, schedule: Schedule, service: Service, event: Event, *, hours: int, now: datetime
) -> Example:
    """The invented patient has a visit `hours` from now, at a full quarter of an hour."""
    begins = now + timedelta(hours=hours)
    starts_at = begins - timedelta(minutes=begins.minute % 15, seconds=begins.second, microseconds=begins.microsecond)
    local = clock.wall(clock.epoch_of(starts_at), clock.zone(schedule.time_zone))
    visit = Appointment(
        organization=organization,
        contact=_nobody(organization),
        schedule=schedule,
        service=service,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=service.duration),
        time_zone=schedule.time_zone,
        local_day=local.date(),
        local_minute=local.hour * 60 + local.minute,
        status=Status.CANCELLED if event == Event.CANCELLED else Status.BOOKED,
        cancelled_by=CancelledBy.PATIENT if event == Event.CANCELLED else "",
        status_since=now,
        source="website",
        language=organization.language,
        price_minor=service.price_minor,
        currency=organization.currency,
        link_seed=bytes(16),
        booked_at=now - timedelta(days=3) if event != Event.BOOKED else now,
    )
    return Example(visit, schedule, service)


def _nobody(organization: Organization) -> Contact:
    with override(organization.language):
        first, last = pgettext("example", "Ann"), pgettext("example", "Sample")
    return Contact(
        organization=organization,
        first_name=first,
        last_name=last,
        birth_date=date(1984, 5, 17),
        email=f"{first}.{last}@patient.example".lower(),
        language=organization.language,
    )


def letter_about(
    organization: Organization,
    example: Example,
    event: Event,
    to: To,
    *,
    minimal: bool,
    now: datetime,
    medium: str = Medium.EMAIL,
) -> Letter:
    """What would leave, made by whoever makes the real ones. Reads nothing. By SMS: to practitioner and patient."""
    visit, place = example.visit, Place(example.schedule, example.service)
    if event == Event.PAYMENT:
        return _payment_letter(organization, example, place, to, now=now)
    if to == To.INSTITUTION:
        facts = facts_about([visit], a_patient(), left=_left(example, event), minimal=minimal)
        facts |= {"cancelled_at": now.isoformat()} if event == Event.CANCELLED else {}
        found = Found(place, {str(visit.id): visit})
        return InstitutionLetters().write(organization, _delivery(example, INSTITUTION[event], facts, now), found)
    if to == To.PRACTITIONER:
        facts = facts_for_practitioner([visit], a_patient(), _left(example, event))
        notice = _delivery(example, PRACTITIONER[event], facts, now, medium)
        return PractitionerLetters().write(organization, notice, place)
    facts = facts_of(visit, visit.contact.full_name)
    if to == To.COPY:
        marked = {**facts, "copy_of": PATIENT[event], "copy_to": visit.contact.email}
        copied = _delivery(example, kind_of_copy(PATIENT[event]), marked, now)
        return CopyLetters(AppointmentLetters()).write(organization, copied, place)
    return AppointmentLetters().write(organization, _delivery(example, PATIENT[event], facts, now, medium), place)


def _payment_letter(organization: Organization, example: Example, place: Place, to: To, *, now: datetime) -> Letter:
    """What is owed is the price of the service, else an invented one; the deadline is the visit."""
    visit = example.visit
    owed = {
        "appointment": str(visit.id),
        "amount_minor": example.service.price_minor or 5000,
        "currency": visit.currency,
        "deadline": visit.starts_at.isoformat(),
    }
    facts = facts_of(visit, visit.contact.full_name) | owed
    found = payment_letters.Found(place, visit, UNPAID)
    if to == To.COPY:
        marked = {**facts, "copy_of": Kind.PAYMENT_DUE, "copy_to": visit.contact.email}
        copied = _delivery(example, kind_of_copy(Kind.PAYMENT_DUE), marked, now)
        return CopyLetters(PaymentLetters()).write(organization, copied, found)
    kind = Kind.INSTITUTION_PAYMENT if to == To.INSTITUTION else Kind.PAYMENT_DUE
    return PaymentLetters().write(organization, _delivery(example, kind, facts, now), found)


def _left(example: Example, event: Event) -> Left | None:
    """A moved visit was a week earlier."""
    return Left(example.schedule.id, example.visit.starts_at - timedelta(days=7)) if event == Event.MOVED else None


def _delivery(
    example: Example, kind: str, facts: Mapping[str, Any], now: datetime, medium: str = Medium.EMAIL
) -> Delivery:
    cause: UUID = example.visit.id
    return Delivery(
        organization_id=example.visit.organization_id,
        kind=kind,
        cause_id=cause,
        medium=medium,
        recipient=example.visit.contact.email,
        language=example.visit.language,
        facts=dict(facts),
        state=State.QUEUED,
        queued_at=now,
        due_at=now,
    )
