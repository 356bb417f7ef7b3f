"""A calendar file into one agenda, from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from kalends.agenda.imports.busy import BusyReport
from kalends.agenda.models import Schedule
from kalends.booking import operations as booking
from kalends.booking.operations.calendar_files import CalendarOutcome, read_calendar
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from kalends.foundation.files import FileRefused
from kalends.operating.embedded import CannotRun
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization

BY = system("import")


@dataclass(frozen=True, slots=True)
class Told:
    """What is printed of it."""

    read: BusyReport
    done: CalendarOutcome

    def __str__(self) -> str:
        done = self.done
        blocks = (
            f"blocks: {done.added} added, {done.kept} there already, {done.replaced} of an earlier import removed, "
            f"{done.not_needed} not needed because the time was taken already"
        )
        lines = [str(self.read), blocks]
        if done.met:
            lines.append(f"appointments in busy times: {len(done.met)}; they stay, please look at them:")
            lines += [f"  {met.start:%Y-%m-%d %H:%M} to {met.end:%H:%M}" for met in done.met]
        return "\n".join(lines)


def import_calendar(path: Path, *, slug: str, schedule: str, source: str, dry_run: bool = False) -> Told:
    """Block the busy times of the next two years. Opens its own transactions. Raises CannotRun.

    With `dry_run` everything is written and taken back.
    """
    organization = organizations.by_slug(slug)
    if organization is None:
        raise CannotRun(f"There is no organization {slug}.")
    with tenancy.acting(organization=organization, by=BY) as now:
        known = _schedule(organization, schedule)
    try:
        report = read_calendar(path.read_bytes(), known, now=now)
    except FileRefused as refused:
        raise CannotRun(f"{path}: {refused}") from refused
    except OSError as fault:
        raise CannotRun(f"{path} cannot be read: {fault.strerror}.") from fault

    def write(now: datetime) -> Told:
        done = booking.import_calendar(_schedule(organization, schedule), report, source=source, by=BY, now=now)
        transaction.set_rollback(dry_run)
        return Told(report, done)

    try:
        return tenancy.perform(write, organization=organization, by=BY)
    except Invalid as refusal:
        raise CannotRun("Give the calendar a name with --source.") from refusal


def _schedule(organization: Organization, schedule: str) -> Schedule:
    try:
        found: Schedule | None = organization.schedules.filter(id=UUID(schedule)).first()
    except ValueError:
        found = None
    if found is None:
        raise CannotRun(f"{organization.slug} has no agenda {schedule}.")
    return found
