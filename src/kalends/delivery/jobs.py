"""What is done at set times. The deliveries themselves are no jobs: the worker claims them in sets (courier.py)."""

from __future__ import annotations

from kalends.delivery import clock_watch, operations, platform_mail
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import one_by_one, periodic
from kalends.organizations.models import Organization


@periodic("delivery.forget_old_platform_mail", cron="17 3 * * *")
def forget_old_platform_mail(timestamp: int) -> None:
    if not clock_watch.look():
        with tenancy.acting(organization=None, by=system("delivery")) as now:
            platform_mail.forget_old(now=now)


@periodic("delivery.forget_old", cron="37 3 * * *")
def forget_old(timestamp: int) -> None:
    """Each organization in transactions of its own, some hundreds of messages at a time; nothing by a clock that may
    be ahead."""
    if not clock_watch.look():
        one_by_one(Organization.objects.all(), _forget)


def _forget(organization: Organization) -> None:
    forgotten = 1
    while forgotten:
        with tenancy.acting(organization=organization, by=system("delivery")) as now:
            forgotten = operations.forget_old(organization, now=now)


@periodic("delivery.forget_what_was_counted", cron="27 3 * * *")
def forget_what_was_counted(timestamp: int) -> None:
    if not clock_watch.look():
        with tenancy.acting(organization=None, by=system("delivery")) as now:
            operations.forget_parts(now=now)
            operations.forget_tallies(now=now)
