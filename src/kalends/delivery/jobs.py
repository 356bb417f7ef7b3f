"""What is done at set times. The deliveries themselves are no jobs: the worker claims them in sets (courier.py)."""

from __future__ import annotations

from kalends.delivery import clock_watch, operations, platform_mail
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import periodic


@periodic("delivery.forget_old_platform_mail", cron="17 3 * * *")
def forget_old_platform_mail(timestamp: int) -> None:
    if not clock_watch.look():
        with tenancy.acting(organization=None, by=system("delivery")) as now:
            platform_mail.forget_old(now=now)


@periodic("delivery.forget_old", cron="37 3 * * *")
def forget_old(timestamp: int) -> None:
    clock_watch.forget_in_parts(operations.forget_old, by=system("delivery"))


@periodic("delivery.forget_what_was_counted", cron="27 3 * * *")
def forget_what_was_counted(timestamp: int) -> None:
    if not clock_watch.look():
        with tenancy.acting(organization=None, by=system("delivery")) as now:
            operations.forget_parts(now=now)
            operations.forget_tallies(now=now)
