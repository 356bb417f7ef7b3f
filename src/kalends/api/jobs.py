"""What is done at set times."""

from __future__ import annotations

from kalends.api import idempotency
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import one_by_one, periodic
from kalends.organizations.models import Organization


@periodic("api.forget_kept_answers", cron="7 * * * *")
def forget_kept_answers(timestamp: int) -> None:
    one_by_one(Organization.objects.all(), _forget)


def _forget(organization: Organization) -> None:
    with tenancy.acting(organization=organization, by=system("api")) as now:
        idempotency.forget(organization, now=now)
