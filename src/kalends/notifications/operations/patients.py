"""What patients are told about their visits, and who waits about the waiting list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kalends.agenda.models import NoticeBy
from kalends.agenda.queries.options import chosen_options_of_schedule
from kalends.booking.events import (
    AppointmentApproved,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRefused,
    AppointmentRestored,
    OfferMade,
    OfferWithdrawn,
    SeriesBooked,
    SeriesCancelled,
    WaitingListJoined,
)
from kalends.booking.models import Appointment, Offer, Status, WaitlistEntry
from kalends.booking.rules.waiting import By, Way
from kalends.delivery.models import Medium, Nature
from kalends.foundation.actor import Actor, ActorKind
from kalends.foundation.database import tenancy
from kalends.notifications.institution import copies
from kalends.notifications.texts import Kind

# A request can expire at the very moment of the visit: that nobody answered is still worth saying for a day.
WORTH_SAYING = timedelta(days=1)


def confirm_booking(event: AppointmentBooked | AppointmentApproved | AppointmentRestored) -> None:
    """The appointment is made, or the request has arrived: when, where, and the private link."""
    if event.tell_patient:
        _tell(_asked_or(Kind.BOOKED, event.appointment), event.appointment, event.by)
    wanted = event.text_patient if isinstance(event, AppointmentBooked) else None
    _text(_asked_or(Kind.BOOKED, event.appointment), event.appointment, event.by, event.tell_patient, wanted)


def tell_moved(event: AppointmentMoved) -> None:
    if event.tell_patient:
        _tell(_asked_or(Kind.MOVED, event.appointment), event.appointment, event.by)
    kind = _asked_or(Kind.MOVED, event.appointment)
    _text(kind, event.appointment, event.by, event.tell_patient, event.text_patient)


def tell_refused(event: AppointmentRefused) -> None:
    """The practice said no to a request, or said nothing until it expired."""
    if event.tell_patient:
        _tell(Kind.REFUSED, event.appointment, event.by)


def tell_cancelled(event: AppointmentCancelled) -> None:
    if event.tell_patient:
        _tell(Kind.CANCELLED, event.appointment, event.by)


def tell_series(event: SeriesBooked | SeriesCancelled) -> None:
    """All dates of a series in one letter."""
    visits, contact = sorted(event.appointments, key=lambda visit: visit.starts_at), event.series.contact
    if not event.tell_patient or not contact.email or not visits:
        return
    cancelled = isinstance(event, SeriesCancelled)
    now = tenancy.current().now
    copies.queue(
        event.series.organization,
        kind=Kind.SERIES_CANCELLED if cancelled else Kind.SERIES,
        cause_id=visits[0].id if cancelled else event.series.id,
        cause_version=visits[0].sequence if cancelled else 0,
        medium=Medium.EMAIL,
        recipient=contact.email,
        language=visits[0].language,
        facts={
            "name": contact.full_name,
            "time_zone": visits[0].time_zone,
            "schedule": str(visits[0].schedule_id),
            "service": str(visits[0].service_id),
            "visits": [
                {
                    "id": str(visit.id),
                    "starts_at": visit.starts_at.isoformat(),
                    "ends_at": visit.ends_at.isoformat(),
                    "sequence": visit.sequence,
                    "seed": bytes(visit.link_seed).hex(),
                }
                for visit in visits
            ],
        },
        due_at=now,
        useless_after=visits[-1].starts_at,
        now=now,
        nature=_nature(event.by),
        schedules={visit.schedule_id for visit in visits},
    )


def tell_waiting(event: WaitingListJoined) -> None:
    """On the list: for what, and the link with which one leaves it."""
    entry, contact = event.entry, event.entry.contact
    if not event.tell_patient or not contact.email:
        return
    now = tenancy.current().now
    copies.queue(
        entry.organization,
        kind=Kind.WAITING,
        cause_id=entry.id,
        cause_version=0,
        medium=Medium.EMAIL,
        recipient=contact.email,
        language=entry.language,
        facts={
            "name": contact.full_name,
            "services": [str(service) for service in entry.services],
            "until": entry.valid_until.isoformat(),
            "keeps": entry.keeps_id is not None,
            "seed": bytes(entry.link_seed).hex(),
        },
        due_at=now,
        useless_after=now + timedelta(days=1),
        now=now,
        nature=_nature(event.by),
    )


def tell_offer(event: OfferMade) -> None:
    """A time is kept for them: until when, and the page on which to answer. By telephone nothing is sent."""
    if event.way:
        _tell_offer(Kind.OFFER, event.offer, event.entry, event.way, version=0, useless_after=event.offer.expires_at)


def tell_offer_withdrawn(event: OfferWithdrawn) -> None:
    """By what the offer was told."""
    offer, contact = event.offer, event.entry.contact
    by = By(offer.told_by)
    address = contact.email if by == By.EMAIL else contact.phone
    if address and not offer.by_phone:
        _tell_offer(
            Kind.OFFER_WITHDRAWN, offer, event.entry, Way(by, address), version=1, useless_after=offer.starts_at
        )


def _tell_offer(
    kind: Kind, offer: Offer, entry: WaitlistEntry, way: Way, *, version: int, useless_after: datetime
) -> None:
    now = tenancy.current().now
    copies.queue(
        offer.organization,
        kind=kind,
        cause_id=offer.id,
        cause_version=version,
        medium=way.by,
        recipient=way.address,
        language=entry.language,
        facts={
            "name": entry.contact.full_name,
            "starts_at": offer.starts_at.isoformat(),
            "expires_at": offer.expires_at.isoformat(),
            "time_zone": offer.schedule.time_zone,
            "schedule": str(offer.schedule_id),
            "service": str(offer.service_id),
            "keeps": entry.keeps_id is not None,
            "seed": bytes(offer.link_seed).hex(),
            "entry_seed": bytes(entry.link_seed).hex(),
        },
        due_at=now,
        useless_after=useless_after,
        now=now,
        nature=Nature.UNASKED if kind == Kind.OFFER else Nature.NEWS,
        schedules=[offer.schedule_id],
    )


def _asked_or(kind: Kind, appointment: Appointment) -> Kind:
    return Kind.ASKED if appointment.status == Status.PENDING else kind


def _nature(by: Actor) -> Nature:
    """What patients do themselves is answered at once, whatever the hour."""
    return Nature.ANSWER if by.kind == ActorKind.PATIENT else Nature.NEWS


def _tell(kind: Kind, appointment: Appointment, by: Actor) -> None:
    if appointment.contact.email:
        _queue(kind, appointment, by, Medium.EMAIL, appointment.contact.email)


def _text(kind: Kind, appointment: Appointment, by: Actor, told: bool, wanted: bool | None) -> None:
    """The reminder at once by text message (CLI-17): where it was ticked, else where the options say so."""
    contact = appointment.contact
    if not contact.phone or contact.phone_is_mobile is False:
        return
    if wanted is None and told:
        options = chosen_options_of_schedule(appointment.organization, appointment.schedule_id)
        wanted = options is not None and NoticeBy.SMS in options.immediate_reminder
    if wanted:
        _queue(kind, appointment, by, Medium.SMS, contact.phone)


def _queue(kind: Kind, appointment: Appointment, by: Actor, medium: Medium, recipient: str) -> None:
    now = tenancy.current().now
    copies.queue(
        appointment.organization,
        kind=kind,
        cause_id=appointment.id,
        cause_version=appointment.sequence,
        medium=medium,
        recipient=recipient,
        language=appointment.language,
        facts=facts_of(appointment, appointment.contact.full_name),
        due_at=now,
        useless_after=appointment.starts_at + (WORTH_SAYING if kind == Kind.REFUSED else timedelta()),
        now=now,
        nature=_nature(by),
        schedules=[appointment.schedule_id],
    )


def facts_of(appointment: Appointment, name: str) -> dict[str, Any]:
    """The visit as it was at the event. Names of places and services are looked up later, by their ids.

    The seed is no secret by itself: the link needs the installation's key too.
    """
    return {
        "name": name,
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "time_zone": appointment.time_zone,
        "schedule": str(appointment.schedule_id),
        "service": str(appointment.service_id),
        "sequence": appointment.sequence,
        "cancelled_by": appointment.cancelled_by,
        "seed": bytes(appointment.link_seed).hex(),
    }
