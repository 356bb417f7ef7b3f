"""What is done at set times."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from kalends.booking import queries
from kalends.booking.models import OfferStatus
from kalends.booking.operations import expire, release, waiting
from kalends.delivery import clock_watch
from kalends.foundation.actor import Actor, system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import periodic
from kalends.organizations.models import Organization

# A hold stops holding when it expires; its row stays a little longer, to say so to whoever comes back with it.
STAYS = timedelta(hours=1)


@periodic("booking.clear_expired_holds", cron="*/10 * * * *")
def clear_expired_holds(timestamp: int) -> None:
    """Nothing depends on it: it keeps the tables small."""
    by = system("holds")
    for organization in Organization.objects.only("id"):
        with tenancy.acting(organization=organization, by=by) as now:
            for kept in organization.holds.filter(expires_at__lt=now - STAYS):
                release(kept)


@periodic("booking.mind_waiting_list", cron="* * * * *")
def mind_waiting_list(timestamp: int) -> None:
    """What an expired offer kept is free already; this offers it to the next."""
    end_offers()


def end_offers(at: datetime | None = None) -> int:
    """End the offers that are over and make the next ones; end entries whose last day has passed.

    `at` is the database's clock unless given; while that is in doubt, nothing is over. Says how many offers have
    ended. Each is a transaction of its own.
    """
    by, ended, doubted = system("waiting list"), 0, at is None and clock_watch.look()
    for organization in Organization.objects.all():
        with tenancy.acting(organization=organization, by=by) as clock:
            if doubted and clock_watch.is_doubted(organization):
                continue
            now = at or clock
            over = organization.offers.filter(status=OfferStatus.OPEN, expires_at__lte=now).order_by("expires_at", "id")
            due = list(over.values_list("id", flat=True))
        for offer_id in due:
            ended += tenancy.perform(partial(_end, organization, offer_id, at), organization=organization, by=by)
        with tenancy.acting(organization=organization, by=by) as clock:
            waiting.end_old(organization, by=by, now=at or clock)
    return ended


def _end(organization: Organization, offer_id: UUID, at: datetime | None, clock: datetime) -> bool:
    return waiting.expire(organization, offer_id, by=system("waiting list"), now=at or clock) is not None


@periodic("booking.expire_requests", cron="*/5 * * * *")
def expire_requests(timestamp: int) -> None:
    end_requests()


def end_requests(at: datetime | None = None) -> int:
    """Cancel the requests that nobody answered in time, and tell the patients. Their places were free already.

    `at` is the database's clock unless given; while that is in doubt, nothing ends. Says how many have ended. Each is
    a transaction of its own.
    """
    by, ended, doubted = system("requests"), 0, at is None and clock_watch.look()
    for organization in Organization.objects.all():
        with tenancy.acting(organization=organization, by=by) as clock:
            if doubted and clock_watch.is_doubted(organization):
                continue
            lapsed = [request.id for request in queries.lapsed_requests(organization, now=at or clock)]
        for appointment_id in lapsed:
            _expire(organization, appointment_id, by, at)
        ended += len(lapsed)
    return ended


def _expire(organization: Organization, appointment_id: UUID, by: Actor, at: datetime | None) -> None:
    def act(clock: datetime) -> None:
        expire(organization, appointment_id, by=by, now=at or clock)

    tenancy.perform(act, organization=organization, by=by)
