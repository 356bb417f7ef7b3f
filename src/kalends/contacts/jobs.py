"""What is done at set times."""

from __future__ import annotations

from datetime import timedelta

from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import one_by_one, periodic
from kalends.organizations.models import Organization

UPLOADS_STAY = timedelta(hours=1)


@periodic("contacts.remove_old_uploads", cron="*/10 * * * *")
def remove_old_uploads(timestamp: int) -> None:
    """Files that nobody took in: they hold patients, so they do not stay."""
    one_by_one(Organization.objects.all(), _remove_uploads)


def _remove_uploads(organization: Organization) -> None:
    with tenancy.acting(organization=organization, by=system("uploads")) as now:
        organization.uploads.filter(made_at__lt=now - UPLOADS_STAY).delete()
