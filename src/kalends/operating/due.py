"""What is due at an instant, through the functions that the worker's jobs call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from kalends.agenda.queries.options import Recipients
from kalends.booking import jobs as booking
from kalends.booking import queries
from kalends.booking.models import OfferStatus
from kalends.foundation import clock
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.notifications import jobs as notifications
from kalends.notifications.institution.queries import settings_of
from kalends.notifications.models import ReminderBy
from kalends.notifications.reminders import unconfirmed
from kalends.notifications.reminders.planning import AHEAD, Coming, coming
from kalends.organizations.models import Organization
from kalends.payments.deadlines import near

BY = system("due")


def done(at: datetime | None) -> Iterator[str]:
    """Do it; says of each kind how many. `at` is the database's clock unless given."""
    yield f"Offers ended: {booking.end_offers(at)}."
    yield f"Requests ended: {booking.end_requests(at)}."
    yield f"Reminders queued: {notifications.plan_reminders(at)}."
    yield f"Payment deadlines told: {notifications.plan_deadlines(at)}."


def listed(at: datetime | None) -> Iterator[str]:
    """One line for each, without names or addresses; nothing is changed."""
    for organization in Organization.objects.order_by("slug"):
        with tenancy.acting(organization=organization, by=BY) as now:
            moment = at or now
            yield from _of(organization, moment)


def _of(organization: Organization, now: datetime) -> list[str]:
    open_offers = organization.offers.filter(status=OfferStatus.OPEN, expires_at__lte=now)
    lines = [("offer ends", offer.expires_at, offer.id) for offer in open_offers.order_by("expires_at", "id")]
    lines += [("request ends", one.approve_by or now, one.id) for one in queries.lapsed_requests(organization, now=now)]
    lines += _reminders(organization, now)
    ahead = timedelta(hours=settings_of(organization).payment_hours)
    lines += [
        ("payment deadline told", max(one.due_at - ahead, now), one.appointment_id)
        for one in near(organization, until=now + ahead + AHEAD, now=now)
    ]
    zone = clock.zone(organization.time_zone)
    return [
        f"{organization.slug}: {clock.wall(clock.epoch_of(when), zone).isoformat()} {what} ({id_})"
        for what, when, id_ in lines
    ]


def _reminders(organization: Organization, now: datetime) -> list[tuple[str, datetime, UUID]]:
    """To patients; and to the staff, of visits that nobody has confirmed."""
    found = coming(organization, until=now + AHEAD, now=now)
    staff = unconfirmed.whom(organization, {one.schedule_id for one in found if one.medium == ReminderBy.STAFF})
    return [(_reminder(one, staff), one.due_at, one.appointment_id) for one in found]


def _reminder(one: Coming, staff: Mapping[UUID, Recipients]) -> str:
    if one.medium != ReminderBy.STAFF:
        return f"reminder {one.number} by {one.medium}"
    whom = staff[one.schedule_id]
    return (
        f"reminder {one.number} to the staff, not confirmed: "
        f"e-mails {len(whom.emails)}, internal messages {len(whom.members)}"
    )
