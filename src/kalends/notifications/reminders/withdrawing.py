"""Visits that are cancelled, moved or confirmed, or on again, while their reminder waits to leave (REM-06, REM-07)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from kalends.booking.events import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMoved,
    AppointmentRefused,
    AppointmentRestored,
    SeriesCancelled,
)
from kalends.contacts.events import ConsentChanged
from kalends.delivery import operations as delivery
from kalends.foundation.database import tenancy
from kalends.notifications.institution.copies import kind_of_copy
from kalends.notifications.reminders import rules
from kalends.notifications.reminders.queries import told_in
from kalends.notifications.texts import Kind
from kalends.organizations.models import Organization

NO_LONGER = gettext_noop("Not sent: the visit was cancelled, moved or confirmed before, or reminders are not wanted.")
# After a visit nobody is reminded later than that (rules.LONGEST).
LATEST = timedelta(days=rules.LONGEST["days"] + 1)


Changed = AppointmentCancelled | AppointmentConfirmed | AppointmentMoved | AppointmentRefused | AppointmentRestored


def withdraw(event: Changed) -> None:
    visit = event.appointment
    _withdraw(visit.organization, [visit.id], now=tenancy.current().now)


def withdraw_series(event: SeriesCancelled) -> None:
    visits = [visit.id for visit in event.appointments]
    _withdraw(event.series.organization, visits, now=tenancy.current().now)


def withdraw_unwanted(event: ConsentChanged) -> None:
    """What waits for somebody who wants none any more; it waits again if they change their mind in time."""
    contact = event.contact
    visits = contact.organization.appointments.filter(contact_id=contact.id, ends_at__gt=event.now - LATEST)
    _withdraw(contact.organization, list(visits.values_list("id", flat=True)), now=event.now)


def _withdraw(organization: Organization, visits: Collection[UUID], *, now: datetime) -> None:
    """A message of which nothing holds is taken back; any other is written anew, also if it had been taken back."""
    planned = organization.reminders.filter(appointment_id__in=visits)
    messages = set(planned.values_list("message_id", flat=True))
    if not messages:
        return
    told = told_in(organization, messages)
    anew = {message for message, visits in told.items() if any(visit.holds for visit in visits)}
    for kind in (Kind.REMINDER, kind_of_copy(Kind.REMINDER), Kind.NOTICE_UNCONFIRMED):
        delivery.take_back(organization, kind=kind, causes=messages - anew, reason=NO_LONGER, now=now)
        delivery.write_anew(organization, kind=kind, causes=anew, taken_back=NO_LONGER)
