"""What is done at set times. The deliveries themselves are no jobs: the worker claims them in sets (courier.py)."""

from __future__ import annotations

from kalends.delivery import operations, platform_mail
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import periodic


@periodic("delivery.forget_old_platform_mail", cron="17 3 * * *")
def forget_old_platform_mail(timestamp: int) -> None:
    with tenancy.acting(organization=None, by=system("delivery")) as now:
        platform_mail.forget_old(now=now)


@periodic("delivery.forget_parts", cron="27 3 * * *")
def forget_parts(timestamp: int) -> None:
    with tenancy.acting(organization=None, by=system("delivery")) as now:
        operations.forget_parts(now=now)
