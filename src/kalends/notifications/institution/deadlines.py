"""Deadlines of payment that are near: told to the patient and to the institution's addresses (seed 002, step 5).

Planned each minute in sets, each deadline once. Whoever pays, or cancels, while the notice waits takes it back in the
transaction of that act; and the letter asks once more before it is written (MSG-12).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from kalends.booking.models import Appointment
from kalends.delivery import operations as delivery
from kalends.delivery.models import Medium
from kalends.foundation.database.writing import together
from kalends.notifications import paying
from kalends.notifications.institution import copies
from kalends.notifications.institution.queries import settings_of
from kalends.notifications.operations.patients import facts_of
from kalends.notifications.paying import Owed
from kalends.notifications.texts import Kind
from kalends.organizations.models import Organization

AHEAD = timedelta(minutes=5)
SETTLED = gettext_noop("Not sent: it was paid or cancelled before, or the deadline has changed.")
KINDS = (Kind.PAYMENT_DUE, copies.kind_of_copy(Kind.PAYMENT_DUE), Kind.INSTITUTION_PAYMENT)


def plan(organization: Organization, *, now: datetime) -> int:
    """Queue what is near; says how many payments that are. Inside `tenancy.acting`."""
    settings, planned = settings_of(organization), 0
    ahead = timedelta(hours=settings.payment_hours)
    while found := paying.purse().take_near(organization, until=now + ahead + AHEAD, now=now):
        planned += len(found)
        with together():
            for owed, visit in found:
                _queue(
                    organization, owed, visit, settings.payment_emails, due_at=max(owed.due_at - ahead, now), now=now
                )
    return planned


def withdraw(organization: Organization, payment_id: UUID, *, now: datetime) -> None:
    """Nothing is owed any more, or at another time."""
    for kind in KINDS:
        delivery.take_back(organization, kind=kind, causes=[payment_id], reason=SETTLED, now=now)


def owe_again(organization: Organization, payment_id: UUID) -> None:
    """What was taken back waits again; what has left is not sent again."""
    for kind in KINDS:
        delivery.write_anew(organization, kind=kind, causes=[payment_id], taken_back=SETTLED)


def _queue(
    organization: Organization,
    owed: Owed,
    visit: Appointment,
    addresses: list[str],
    *,
    due_at: datetime,
    now: datetime,
) -> None:
    contact = visit.contact
    facts = facts_of(visit, contact.full_name) | facts_about(owed, visit)
    about: dict[str, Any] = {
        "cause_id": owed.payment_id,
        "cause_version": owed.version,
        "medium": Medium.EMAIL,
        "due_at": due_at,
        "useless_after": owed.due_at,
        "now": now,
        "schedules": [visit.schedule_id],
    }
    if contact.email:
        copies.queue(
            organization,
            kind=Kind.PAYMENT_DUE,
            recipient=contact.email,
            language=visit.language,
            facts=facts,
            **about,
        )
    bare = {name: value for name, value in facts.items() if name not in ("seed", "name")}
    delivery.queue_to(
        organization,
        dict.fromkeys(addresses, organization.language),
        kind=Kind.INSTITUTION_PAYMENT,
        facts=bare,
        **about,
    )


def facts_about(owed: Owed, visit: Appointment) -> dict[str, Any]:
    return {
        "appointment": str(visit.id),
        "amount_minor": owed.amount_minor,
        "currency": owed.currency,
        "deadline": owed.due_at.isoformat(),
    }
