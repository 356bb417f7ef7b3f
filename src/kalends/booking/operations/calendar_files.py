"""Busy times out of a calendar file as blocks of an agenda: all of them or none, and none twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.agenda import operations as agenda
from kalends.agenda.imports.busy import FARTHEST, Busy, BusyReport
from kalends.agenda.models import Block, Schedule
from kalends.agenda.operations.blocks import LONGEST_BLOCK
from kalends.audit import operations as audit
from kalends.booking.models import ACTIVE
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.errors import Invalid
from kalends.foundation.text import UnusableText, clean_line

LONGEST_SOURCE = 54
"""Characters, so that source, mark and the UID of an event (200 at most) fit into a block."""
MARK = "#"

Key = tuple[datetime, datetime, str, str]


@dataclass(frozen=True, slots=True)
class Met:
    """An appointment that stands in a busy time, and stays; in the wall time of its agenda."""

    id: UUID
    start: datetime
    end: datetime


@dataclass(slots=True)
class CalendarOutcome:
    added: int = 0
    kept: int = 0
    """Blocks of an earlier import that are in the file as they were."""
    replaced: int = 0
    """Blocks of an earlier import that are no longer in the file; so they are removed."""
    not_needed: int = 0
    """Busy times in which everything was taken already."""
    met: tuple[Met, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.added or self.replaced)


def read_calendar(data: bytes, schedule: Schedule, *, now: datetime) -> BusyReport:
    """What is busy from today on, for two years, by the clocks of the agenda. Raises FileRefused."""
    # The libraries that read calendars are dear to load, and few processes ever need them.
    from kalends.agenda.imports.calendars import read_busy

    since, until = window(schedule, now=now)
    return read_busy(data, zone=clock.zone(schedule.time_zone), since=since, until=until)


def window(schedule: Schedule, *, now: datetime) -> tuple[datetime, datetime]:
    """From when to when calendar files are read."""
    zone = clock.zone(schedule.time_zone)
    today = clock.local_date(clock.epoch_of(now), zone)
    since = datetime.fromtimestamp(clock.day_bounds(today, zone)[0], UTC)
    return since, since + FARTHEST


def import_calendar(
    schedule: Schedule, report: BusyReport, *, source: str, by: Actor, now: datetime
) -> CalendarOutcome:
    """Block what `report` says is busy. What the same `source` brought before and is not over yet is replaced.

    Appointments stay; a block takes what is free around them. Raises Invalid (`source`).
    """
    mark = source_named(source) + MARK
    locks.wait_turn(schedule.id)
    wanted = {
        (start, end, busy.summary, f"{mark}{busy.uid}"): None for busy in report.busy for start, end in _pieces(busy)
    }
    kept: list[Block] = []
    removed: list[Block] = []
    for block in _earlier(schedule, mark, window(schedule, now=now)[0]):
        key: Key = (block.starts_at, block.ends_at, block.reason, block.source_uid)
        if key in wanted:
            del wanted[key]
            kept.append(block)
        else:
            removed.append(block)
    new = [_block(schedule, key, now) for key in wanted]
    added = agenda.change_blocks(schedule, new=new, kept=kept, removed=removed, now=now)
    counts = {"added": len(added), "removed": len(removed), "kept": len(kept)}
    blocks = {"blocks": [str(block.id) for block in added], "removed_blocks": [str(block.id) for block in removed]}
    after = {"source": mark.removesuffix(MARK), **counts, **blocks}
    audit.record("calendar:import", schedule, by=by, now=now, after=after)
    met = _met(schedule, report.busy, now)
    return CalendarOutcome(len(added), len(kept), len(removed), len(new) - len(added), met)


def source_named(source: str) -> str:
    """By what name the calendar is known. Raises Invalid (`source`)."""
    try:
        name = clean_line(source).replace(MARK, " ")
    except UnusableText:
        name = ""
    name = name[:LONGEST_SOURCE].strip()
    if not name:
        raise Invalid.field("source", _("Please give the calendar a name."))
    return name


def _earlier(schedule: Schedule, mark: str, since: datetime) -> list[Block]:
    coming = schedule.blocks.filter(ends_at__gt=since, subscription_id=None).exclude(source_uid="")
    return [block for block in coming.order_by("starts_at", "id") if block.source_uid.startswith(mark)]


def _block(schedule: Schedule, key: Key, now: datetime) -> Block:
    starts_at, ends_at, reason, source_uid = key
    return Block(
        organization_id=schedule.organization_id,
        schedule_id=schedule.id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        source_uid=source_uid,
        created_at=now,
    )


def _met(schedule: Schedule, busy: tuple[Busy, ...], now: datetime) -> tuple[Met, ...]:
    taken = _joined(busy)
    if not taken:
        return ()
    zone = clock.zone(schedule.time_zone)
    starts = [start for start, _end in taken]
    coming = schedule.appointments.filter(
        status__in=ACTIVE, ends_at__gt=window(schedule, now=now)[0], starts_at__lt=taken[-1][1]
    )
    found = []
    for visit_id, start, end in coming.order_by("starts_at", "id").values_list("id", "starts_at", "ends_at"):
        at = bisect_right(starts, start) - 1
        if (at >= 0 and start < taken[at][1]) or (at + 1 < len(taken) and starts[at + 1] < end):
            found.append(Met(visit_id, start.astimezone(zone), end.astimezone(zone)))
    return tuple(found)


def _joined(busy: tuple[Busy, ...]) -> list[tuple[datetime, datetime]]:
    """The busy times, which are in order, as stretches that do not meet."""
    joined: list[tuple[datetime, datetime]] = []
    for one in busy:
        if joined and one.start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], one.end)
        else:
            joined.append((one.start, one.end))
    return joined


def _pieces(busy: Busy) -> Iterator[tuple[datetime, datetime]]:
    """A block lasts a year at most."""
    start = busy.start
    while start < busy.end:
        end = min(start + LONGEST_BLOCK - timedelta(days=1), busy.end)
        yield start, end
        start = end
