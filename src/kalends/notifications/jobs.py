"""What is done at set times."""

from __future__ import annotations

from datetime import datetime

from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.jobs import periodic
from kalends.notifications.reminders import planning
from kalends.organizations.models import Organization

BY = system("reminders")


@periodic("notifications.remind", cron="* * * * *")
def remind(timestamp: int) -> None:
    plan_reminders()


def plan_reminders(at: datetime | None = None) -> int:
    """Queue the reminders that fall due, each organization in a transaction of its own; says how many messages.

    `at` is the database's clock unless given.
    """
    planned = 0
    for organization in Organization.objects.all():
        with tenancy.acting(organization=organization, by=BY) as clock:
            planned += planning.plan(organization, now=at or clock)
    return planned
