"""What is done at set times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from kalends.booking import queries
from kalends.booking.models import OfferStatus
from kalends.booking.operations import expire, release, waiting
from kalends.delivery import clock_watch
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import one_by_one, periodic
from kalends.organizations.models import Organization

# A hold stops holding when it expires; its row stays a little longer, to say so to whoever comes back with it.
STAYS = timedelta(hours=1)
WAITING = system("waiting list")
REQUESTS = system("requests")
Round = Callable[[Organization, datetime | None], int | None]


@periodic("booking.clear_expired_holds", cron="*/10 * * * *")
def clear_expired_holds(timestamp: int) -> None:
    """Nothing depends on it: it keeps the tables small."""
    one_by_one(Organization.objects.all(), _clear_holds)


def _clear_holds(organization: Organization) -> None:
    with tenancy.acting(organization=organization, by=system("holds")) as now:
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
    due = clock_watch.unless_doubted(_offers_over, by=WAITING, at=at)
    return one_by_one(Organization.objects.all(), lambda organization: _end_offers(organization, due(organization), at))


def _offers_over(organization: Organization, *, now: datetime) -> list[UUID]:
    over = organization.offers.filter(status=OfferStatus.OPEN, expires_at__lte=now)
    return list(over.order_by("expires_at", "id").values_list("id", flat=True))


def _end_offers(organization: Organization, due: Sequence[UUID] | None, at: datetime | None) -> int:
    """`due` is None where the clock is in doubt. Entries end after offers, whatever became of those."""
    if due is None:
        return 0
    rounds: tuple[Round, ...] = (partial(_expire_offers, due), _end_entries)
    return one_by_one(rounds, lambda round: round(organization, at))


def _expire_offers(due: Sequence[UUID], organization: Organization, at: datetime | None) -> int:
    return one_by_one(
        due, lambda id: tenancy.perform(partial(_end, organization, id, at), organization=organization, by=WAITING)
    )


def _end_entries(organization: Organization, at: datetime | None) -> None:
    with tenancy.acting(organization=organization, by=WAITING) as clock:
        waiting.end_old(organization, by=WAITING, now=at or clock)


def _end(organization: Organization, offer_id: UUID, at: datetime | None, clock: datetime) -> bool:
    return waiting.expire(organization, offer_id, by=WAITING, now=at or clock) is not None


@periodic("booking.expire_requests", cron="*/5 * * * *")
def expire_requests(timestamp: int) -> None:
    end_requests()


def end_requests(at: datetime | None = None) -> int:
    """Cancel the requests that nobody answered in time, and tell the patients. Their places were free already.

    `at` is the database's clock unless given; while that is in doubt, nothing ends. Says how many have ended. Each is
    a transaction of its own.
    """
    due = clock_watch.unless_doubted(_requests_lapsed, by=REQUESTS, at=at)
    return one_by_one(
        Organization.objects.all(), lambda organization: _end_requests(organization, due(organization), at)
    )


def _requests_lapsed(organization: Organization, *, now: datetime) -> list[UUID]:
    return [request.id for request in queries.lapsed_requests(organization, now=now)]


def _end_requests(organization: Organization, due: Sequence[UUID] | None, at: datetime | None) -> int:
    return one_by_one(due or (), lambda id: _expire(organization, id, at))


def _expire(organization: Organization, appointment_id: UUID, at: datetime | None) -> int:
    def act(clock: datetime) -> None:
        expire(organization, appointment_id, by=REQUESTS, now=at or clock)

    tenancy.perform(act, organization=organization, by=REQUESTS)
    return 1
