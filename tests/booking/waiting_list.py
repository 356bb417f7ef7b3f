"""A clinic whose practitioner keeps a waiting list, and people on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from kalends.agenda import operations as agenda
from kalends.booking import jobs
from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Offer, WaitlistEntry
from kalends.booking.operations import waiting
from kalends.contacts.rules import ContactData
from kalends.foundation.actor import Actor
from tests.cast import NOW, Clinic, at, data


def person(number: int, **more: Any) -> ContactData:
    return data(f"Nom{number}", **{"email": f"p{number}@courriel.example", "phone": "", **more})


def switch(clinic: Clinic, *, on: bool = True, span: int = 120) -> None:
    with clinic.acting():
        agenda.set_options(
            clinic.organization,
            clinic.schedule.provider,
            by=clinic.actor(),
            now=NOW,
            waiting_list=on,
            waiting_span=span,
        )


def book(clinic: Clinic, who: ContactData, when: datetime, *, by: Actor | None = None) -> Appointment:
    by = by or clinic.actor()
    with clinic.acting(by):
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=when,
            contact=who,
            by=by,
            now=NOW,
        )


def cancel(clinic: Clinic, appointment: Appointment, *, now: datetime = NOW) -> None:
    with clinic.acting():
        booking.cancel(clinic.organization, appointment.id, by=clinic.actor(), now=now)


def join(
    clinic: Clinic, who: ContactData, *, now: datetime = NOW, by: Actor | None = None, **more: Any
) -> WaitlistEntry:
    by = by or clinic.actor()
    fields = more if "keeps_id" in more else {"services": [clinic.service.id], **more}
    with clinic.acting(by):
        return waiting.join(clinic.organization, contact=who, by=by, now=now, **fields)


def offers(clinic: Clinic, **asked: Any) -> list[Offer]:
    """The newest last, with the entry and whose it is."""
    with clinic.acting():
        found = clinic.organization.offers.filter(**asked).select_related("entry__contact")
        return list(found.order_by("made_at", "id"))


def names(found: list[Offer]) -> list[tuple[str, str]]:
    return [(offer.entry.contact.last_name, offer.status) for offer in found]


def passed(clinic: Clinic) -> list[tuple[str, str]]:
    with clinic.acting():
        rows = clinic.organization.passed_over.select_related("entry__contact").order_by("at", "id")
        return [(row.entry.contact.last_name, row.why) for row in rows]


def places(clinic: Clinic) -> int:
    with clinic.acting():
        return clinic.organization.occupancies.count()


def let_expire(offer: Offer) -> int:
    """The minute's job, at the instant when the offer ends."""
    return jobs.end_offers(offer.expires_at)


def freed(clinic: Clinic, when: datetime | None = None, *, by: ContactData | None = None, now: datetime = NOW) -> None:
    """Somebody had that time, and gives it up."""
    cancel(
        clinic, book(clinic, by or data("Partant", email="partant@courriel.example", phone=""), when or at(14)), now=now
    )


def run_late(owner: psycopg.Connection, offer: Offer, until: datetime) -> None:
    """Make an offer end in the past of the database's own clock."""
    owner.execute("UPDATE booking_offer SET expires_at = %s WHERE id = %s", [until, offer.id])
    owner.execute("UPDATE agenda_occupancy SET expires_at = %s WHERE holder_id = %s", [until, offer.id])
    connection.ensure_connection()
