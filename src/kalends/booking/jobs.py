"""What is done at set times."""

from __future__ import annotations

from datetime import timedelta

from kalends.booking.operations import release
from kalends.foundation.actor import system
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
