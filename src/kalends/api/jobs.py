"""What is done at set times."""

from __future__ import annotations

from kalends.api import idempotency
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import periodic
from kalends.organizations.models import Organization


@periodic("api.forget_kept_answers", cron="7 * * * *")
def forget_kept_answers(timestamp: int) -> None:
    by = system("api")
    for organization in Organization.objects.only("id"):
        with tenancy.acting(organization=organization, by=by) as now:
            idempotency.forget(organization, now=now)
