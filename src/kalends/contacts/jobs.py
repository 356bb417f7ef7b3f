"""What is done at set times."""

from __future__ import annotations

from datetime import timedelta

from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import periodic
from kalends.organizations.models import Organization

UPLOADS_STAY = timedelta(hours=1)


@periodic("contacts.remove_old_uploads", cron="*/10 * * * *")
def remove_old_uploads(timestamp: int) -> None:
    """Tables that nobody took in: they hold patients, so they do not stay."""
    by = system("uploads")
    for organization in Organization.objects.only("id"):
        with tenancy.acting(organization=organization, by=by) as now:
            organization.uploads.filter(made_at__lt=now - UPLOADS_STAY).delete()
