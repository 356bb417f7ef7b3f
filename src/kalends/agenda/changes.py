"""Telling open agendas what has changed: a schedule on a day, never who or what."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from kalends.agenda.models import Revision, Schedule
from kalends.foundation import clock
from kalends.foundation.actor import system
from kalends.foundation.database import telling, tenancy
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization

ACCESS = "access"
"""Told of an organization: what somebody may do there has changed."""
LIVE = "live"
MOST_DAYS = 40


def tell(organization_id: UUID, schedule_id: UUID, *days: date) -> None:
    """Once the open transaction has committed: something changed on the schedule on these of its local days."""
    telling.tell(organization_id, [f"{schedule_id}/{day.isoformat()}" for day in days])


def tell_span(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> None:
    """The same for all days that a time touches; a long one says only that there is something."""
    zone = clock.zone(schedule.time_zone)
    first = clock.local_date(clock.epoch_of(starts_at), zone)
    last = clock.local_date(clock.epoch_of(ends_at), zone)
    count = (last - first).days + 1
    if count > MOST_DAYS:
        tell_all(schedule.organization_id)
    else:
        tell(
            schedule.organization_id,
            schedule.id,
            *(date.fromordinal(first.toordinal() + number) for number in range(count)),
        )


def tell_all(organization_id: UUID) -> None:
    """Opening hours, closures, agendas: everything may look different."""
    telling.tell(organization_id)


def tell_access(organization_id: UUID) -> None:
    """Whoever watches is asked again whether they may."""
    telling.tell(organization_id, [ACCESS])


def count(subjects: Collection[UUID]) -> None:
    """Behind a pooler, where telling is not heard: count what changed, for `counted`. Opens its own transactions."""
    by = system("live")
    for subject in subjects:
        organization = organizations.by_id(subject)
        if organization is not None:
            with tenancy.acting(organization=organization, by=by):
                _count_up(organization)


def counted(subjects: Collection[UUID]) -> dict[UUID, int]:
    """The numbers of those among `subjects` that are organizations. Opens its own transaction."""
    known = [Organization(id=subject) for subject in subjects]
    with tenancy.acting(organization=None, by=system("live"), reads=known):
        rows = Revision.all_rows.filter(organization_id__in=list(subjects), kind=LIVE)
        return dict(rows.values_list("organization_id", "number"))


def _count_up(organization: Organization) -> None:
    rows = Revision.all_rows.filter(organization_id=organization.id, kind=LIVE)
    if not rows.update(number=F("number") + 1):
        Revision.all_rows.bulk_create([Revision(organization_id=organization.id, kind=LIVE)], ignore_conflicts=True)
