"""What is done at set times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection

from kalends.delivery import clock_watch
from kalends.foundation.actor import system
from kalends.foundation.jobs import one_by_one, periodic
from kalends.notifications.institution import deadlines
from kalends.notifications.operations import notices
from kalends.notifications.reminders import planning
from kalends.organizations.models import Organization

BY = system("reminders")
DEADLINES = system("deadlines")
AT_ONCE = 2


@periodic("notifications.remind", cron="* * * * *")
def remind(timestamp: int) -> None:
    plan_reminders()


@periodic("notifications.warn_of_deadlines", cron="* * * * *")
def warn_of_deadlines(timestamp: int) -> None:
    plan_deadlines()


def plan_deadlines(at: datetime | None = None) -> int:
    """Queue the notices of payments whose deadline is near, as `plan_reminders`; says how many payments."""
    return one_by_one(Organization.objects.all(), clock_watch.unless_doubted(deadlines.plan, by=DEADLINES, at=at))


@periodic("notifications.forget_old_notices", cron="47 3 * * *")
def forget_old_notices(timestamp: int) -> None:
    clock_watch.forget_in_parts(notices.forget_old, by=system("notices"))


def plan_reminders(at: datetime | None = None) -> int:
    """Queue the reminders that fall due, each organization in a transaction of its own; says how many messages.

    `at` is the database's clock unless given; while that is in doubt, nothing is planned by it. Several organizations
    go side by side, on connections of their own, for it is PostgreSQL that works.
    """
    plan = clock_watch.unless_doubted(planning.plan, by=BY, at=at)
    organizations = list(Organization.objects.all())
    if len(organizations) == 1:
        return plan(organizations[0]) or 0
    waiting = iter(organizations)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        hands = [threads.submit(_planned_of, waiting, plan) for _ in range(AT_ONCE)]
        return one_by_one(hands, lambda hand: hand.result())


def _planned_of(waiting: Iterator[Organization], plan: Callable[[Organization], int | None]) -> int:
    """Of one hand, in its own thread: whatever the others have not taken yet."""
    try:
        return one_by_one(waiting, plan)
    finally:
        connection.close()
