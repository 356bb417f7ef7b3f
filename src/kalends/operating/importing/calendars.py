"""Busy times of somebody's calendar as blocks of an agenda; imported again, they replace what was there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from kalends.agenda import operations as agenda
from kalends.agenda.imports.busy import Busy, BusyReport
from kalends.agenda.imports.calendars import FARTHEST, read_busy
from kalends.agenda.models import Block, Schedule
from kalends.agenda.operations.blocks import LONGEST_BLOCK
from kalends.booking.models import ACTIVE
from kalends.foundation import clock
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.files import FileRefused
from kalends.foundation.text import UnusableText, clean_line
from kalends.operating.embedded import CannotRun
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization

BY = system("import")
LONGEST_SOURCE = 54
"""Characters, so that source, mark and the UID of an event (200 at most) fit into a block."""
MARK = "#"


@dataclass(slots=True)
class Outcome:
    read: BusyReport
    added: int = 0
    replaced: int = 0
    not_needed: int = 0
    """Busy times in which everything was taken already."""
    met: tuple[tuple[datetime, datetime], ...] = ()
    """Appointments that stand in a busy time, and stay."""

    def __str__(self) -> str:
        blocks = (
            f"blocks: {self.added} added, {self.replaced} of an earlier import removed, "
            f"{self.not_needed} not needed because the time was taken already"
        )
        lines = [str(self.read), blocks]
        if self.met:
            lines.append(f"appointments in busy times: {len(self.met)}; they stay, please look at them:")
            lines += [f"  {start:%Y-%m-%d %H:%M} to {end:%H:%M}" for start, end in self.met]
        return "\n".join(lines)


def import_calendar(path: Path, *, slug: str, schedule: str, source: str, dry_run: bool = False) -> Outcome:
    """Block the busy times of the next two years. Opens its own transactions. Raises CannotRun.

    What the same `source` brought before and is not over yet is replaced, all at once. Appointments stay; the
    block takes what is free around them. With `dry_run` everything is written and taken back.
    """
    organization = organizations.by_slug(slug)
    if organization is None:
        raise CannotRun(f"There is no organization {slug}.")
    with tenancy.acting(organization=organization, by=BY) as now:
        known = _schedule(organization, schedule)
    zone = clock.zone(known.time_zone)
    today = clock.local_date(clock.epoch_of(now), zone)
    since = datetime.fromtimestamp(clock.day_bounds(today, zone)[0], UTC)
    try:
        report = read_busy(path.read_bytes(), zone=zone, since=since, until=since + FARTHEST)
    except FileRefused as refused:
        raise CannotRun(f"{path}: {refused}") from refused
    except OSError as fault:
        raise CannotRun(f"{path} cannot be read: {fault.strerror}.") from fault

    def write(now: datetime) -> Outcome:
        outcome = _write(_schedule(organization, schedule), report, _mark(source), since, now)
        if dry_run:
            transaction.set_rollback(True)
        return outcome

    return tenancy.perform(write, organization=organization, by=BY)


def _schedule(organization: Organization, schedule: str) -> Schedule:
    try:
        found: Schedule | None = organization.schedules.filter(id=UUID(schedule)).first()
    except ValueError:
        found = None
    if found is None:
        raise CannotRun(f"{organization.slug} has no agenda {schedule}.")
    return found


def _mark(source: str) -> str:
    """What the blocks of this source begin with."""
    try:
        name = clean_line(source).replace(MARK, " ")
    except UnusableText:
        name = ""
    if not name:
        raise CannotRun("Give the calendar a name with --source.")
    return name[:LONGEST_SOURCE] + MARK


def _write(schedule: Schedule, report: BusyReport, mark: str, since: datetime, now: datetime) -> Outcome:
    outcome = Outcome(report, met=_met(schedule, report, since))
    for old in _earlier(schedule, mark, since):
        agenda.remove_block(old, by=BY, now=now)
        outcome.replaced += 1
    for busy in report.busy:
        for start, end in _pieces(busy):
            block = agenda.add_block(
                schedule,
                starts_at=start,
                ends_at=end,
                reason=busy.summary,
                source_uid=f"{mark}{busy.uid}",
                skip_taken=True,
                by=BY,
                now=now,
            )
            if block is None:
                outcome.not_needed += 1
            else:
                outcome.added += 1
    return outcome


def _earlier(schedule: Schedule, mark: str, since: datetime) -> list[Block]:
    coming = schedule.blocks.filter(ends_at__gt=since).exclude(source_uid="").order_by("starts_at", "id")
    return [block for block in coming if block.source_uid.startswith(mark)]


def _met(schedule: Schedule, report: BusyReport, since: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """In the wall time of the agenda."""
    zone = clock.zone(schedule.time_zone)
    coming = schedule.appointments.filter(status__in=ACTIVE, ends_at__gt=since).order_by("starts_at", "id")
    return tuple(
        (start.astimezone(zone), end.astimezone(zone))
        for start, end in coming.values_list("starts_at", "ends_at")
        if any(busy.start < end and start < busy.end for busy in report.busy)
    )


def _pieces(busy: Busy) -> Iterator[tuple[datetime, datetime]]:
    """A block lasts a year at most."""
    start = busy.start
    while start < busy.end:
        end = min(start + LONGEST_BLOCK - timedelta(days=1), busy.end)
        yield start, end
        start = end
