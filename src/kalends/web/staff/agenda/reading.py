"""Everything that one look at the agenda shows, read in one transaction and a handful of statements."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda import rules
from kalends.agenda.models import Schedule
from kalends.agenda.queries.occupied import LONGEST_PLACE, taken, taken_resources
from kalends.agenda.queries.plans import AgendaPlan, plan_of
from kalends.booking.models import Status
from kalends.booking.queries import Drawn, Row, beside, drawn_rows
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff.agenda.axis import Axis, Line
from kalends.web.staff.agenda.columns import Column, Desk, Found, Other, Writer, counted, places_left
from kalends.web.staff.agenda.heads import head, label
from kalends.web.staff.days import free
from kalends.web.ui.kept import Kept

LONGEST_PLACE_S = int(LONGEST_PLACE.total_seconds())
# What a page shows of a day even if nothing happens then.
FIRST_HOUR, LAST_HOUR = 8, 18
# Where these stand in a row of a visit.
SCHEDULE, BEGINS, ENDS = 1, 3, 4

Key = tuple[UUID, date]

# Columns as they were written last: some 4 kB each.
_kept: Kept[Column] = Kept(most=600)


@dataclass(frozen=True, slots=True)
class Board:
    """The columns, the full hours between which they are shown, and who was seen on them."""

    plan: AgendaPlan
    columns: list[Column]
    axis: Axis
    first: int
    last: int
    seen: list[str]
    """Their ids."""

    @property
    def visits(self) -> int:
        return sum(column.visits for column in self.columns)

    @property
    def free(self) -> int:
        return sum(column.free for column in self.columns)


def read_board(
    organization: Organization,
    schedules: Sequence[Schedule],
    days: Sequence[date],
    *,
    by: Actor,
    now: datetime,
    only: Collection[Key] | None = None,
) -> Board:
    """The columns of `schedules` on `days`, day by day. `only`: those columns of them."""
    zones = {schedule.id: clock.zone(schedule.time_zone) for schedule in schedules}
    axis = Axis.of((day, zone) for zone in set(zones.values()) for day in days)
    wanted = [
        (schedule, Line(axis, day, zones[schedule.id]))
        for day in days
        for schedule in schedules
        if only is None or (schedule.id, day) in only
    ]
    if not wanted:
        return Board(plan_of(organization), [], axis, FIRST_HOUR, LAST_HOUR, [])
    reading = _Reading(organization, wanted, now)
    desk = Desk(
        organization,
        now,
        reading.plan.services,
        get_language() or "en",
        book=by.may(Right.APPOINTMENT_BOOK),
    )
    return _drawn(desk, wanted, reading, axis, side_by_side=len(days) == 1, alone=len(schedules) == 1)


def _drawn(
    desk: Desk,
    wanted: Sequence[tuple[Schedule, Line]],
    reading: _Reading,
    axis: Axis,
    *,
    side_by_side: bool,
    alone: bool,
) -> Board:
    writers = [Writer(desk, schedule, reading.plan.schedules.get(schedule.id), line) for schedule, line in wanted]
    looks = [reading.look(writer) for writer in writers]
    reaches = [look.reach for look in looks]
    first = min((reach[0] for reach in reaches if reach), default=FIRST_HOUR)
    last = max((reach[1] for reach in reaches if reach), default=LAST_HOUR)
    first, last = min(first, FIRST_HOUR), min(max(last, LAST_HOUR), -(-axis.length // 60))
    hours = first, last
    columns = [
        _column(writer, look, reading, look.reach or hours, hours, side_by_side=side_by_side, alone=alone)
        for writer, look in zip(writers, looks, strict=True)
    ]
    return Board(reading.plan, columns, axis, first, last, [row[0] for row in reading.visits])


def _column(
    writer: Writer,
    look: Look,
    reading: _Reading,
    reach: tuple[int, int],
    hours: tuple[int, int],
    *,
    side_by_side: bool,
    alone: bool,
) -> Column:
    """As it was written the last time, if everything in it is as it was."""
    desk, line, schedule, found = writer.desk, writer.line, writer.schedule, look.found
    today = line.begins <= desk.now < line.ends
    moment = desk.now if any(one.kind == "held" for one in found.others) else desk.now // 60 if today else None
    written_from = (
        (look.schedule, schedule.name, schedule.provider.speciality, line.day, line.axis),
        (reading.plan.revision, desk.language, desk.may_book, side_by_side, alone, reach, hours),
        (today, line.ends > desk.now, moment, found.closed),
        (look.visits, tuple(found.others), look.free),
    )
    return _kept.get(written_from, lambda: _written(writer, found, reading, reach, hours, side_by_side, alone, today))


def _written(
    writer: Writer,
    found: Found,
    reading: _Reading,
    reach: tuple[int, int],
    hours: tuple[int, int],
    side_by_side: bool,
    alone: bool,
    today: bool,
) -> Column:
    day, schedule = writer.line.day, writer.schedule
    coming = sum(visit.status != Status.CANCELLED for visit in found.visits)
    left = places_left(found.free)
    is_open = bool(writer.plan and writer.plan.open_spans(day, None))
    note = counted(coming, left, is_open=is_open, to_come=writer.line.ends > writer.desk.now)
    return Column(
        key=f"{day.isoformat()}_{schedule.id}",
        day=day,
        schedule_id=schedule.id,
        head=head(schedule, day, note, today=today, side_by_side=side_by_side, alone=alone),
        label=label(schedule, day),
        attributes=writer.attributes(reading.grids(schedule.id, day)),
        body=writer.body(found, *hours),
        reach=reach,
        visits=coming,
        free=left,
        is_today=today,
        is_idle=not is_open and not found.visits and not any(other.kind != "blocked" for other in found.others),
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What was found of one column, and `reach`, the full hours between which it has anything."""

    schedule: tuple[str, str]
    """The organization and the agenda, as text."""
    visits: tuple[Row, ...]
    found: Found
    free: frozenset[rules.Span]
    reach: tuple[int, int] | None


# What was found in the same rows before, some 2 kB each: free times are counted, not read.
_looks: Kept[Look] = Kept(most=600)


class _Reading:
    """What stands in the database about some columns."""

    def __init__(self, organization: Organization, wanted: Sequence[tuple[Schedule, Line]], now: datetime) -> None:
        self.organization, self.wanted, self.now = organization, wanted, now
        self.plan: AgendaPlan = plan_of(organization)
        self.ids = list({schedule.id for schedule, _line in wanted})
        self.begin = min(line.begins for _schedule, line in wanted)
        self.end = max(line.ends for _schedule, line in wanted)
        self.visits = drawn_rows(organization, self.ids, self.begin, self.end)
        self._by_schedule: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.visits:
            self._by_schedule[row[SCHEDULE]].append(row)
        self.beside = beside(organization, self.ids, self.begin, self.end, now)
        self._others = self._sorted_others()
        reach = self.begin - 8 * 3600, self.end + LONGEST_PLACE_S
        self._busy = {one: sorted(places) for one, places in taken(organization, self.ids, *reach, now).items()}
        needed = self._needed()
        self.resources = taken_resources(organization, needed, *reach, now) if needed else {}
        self._common = (
            tuple(one for one in self.beside if one.kind == "closure"),
            tuple((one, tuple(sorted(spans))) for one, spans in sorted(self.resources.items())),
        )

    def look(self, writer: Writer) -> Look:
        """At one column. What begins before now is not free: while it is today, every second is another."""
        line, desk, schedule = writer.line, writer.desk, writer.schedule
        named = str(schedule.organization_id), str(schedule.id)
        begins, ends = line.begins, line.ends
        visits = tuple(row for row in self._by_schedule[named[1]] if row[BEGINS] < ends and row[ENDS] > begins)
        others = [one for one in self._others[schedule.id] if one.begins < ends and one.ends > begins]
        busy = self._near(schedule.id, line)
        found_from = (
            (named, line.day, line.axis, self.plan.revision, desk.language),
            desk.now if begins <= desk.now < ends else ends > desk.now,
            (visits, tuple(others), tuple(busy), self._common),
        )
        return _looks.get(found_from, lambda: self._found(writer, named, visits, others, busy))

    def _found(
        self,
        writer: Writer,
        named: tuple[str, str],
        visits: tuple[Row, ...],
        others: list[Other],
        busy: Sequence[rules.Busy],
    ) -> Look:
        found = Found(
            visits=[Drawn.of(row) for row in visits],
            others=others,
            free=self._free(writer.schedule, writer.line, busy),
            closed=self._why_closed(writer.schedule.id, writer.line.day),
        )
        return Look(named, visits, found, frozenset(found.free), _full_hours(writer.reach(found)))

    def _needed(self) -> list[UUID]:
        """The rooms and devices that visits on these agendas may need; mostly none, and nothing is asked then."""
        known = [self.plan.schedules[one] for one in self.ids if one in self.plan.schedules]
        needs = {one for plan in known for offer in plan.offers.values() for choices in offer.needs for one in choices}
        return list(needs)

    def grids(self, schedule_id: UUID, day: date) -> set[int]:
        """Where visits may begin on that date, whether free or not."""
        known = self.plan.schedules.get(schedule_id)
        if known is None:
            return set()
        return {start for service_id in known.offers for start in self.plan.grid(known, service_id, day)}

    def _near(self, schedule_id: UUID, line: Line) -> list[rules.Busy]:
        """The places that could be in the way of a visit on that day."""
        busy = self._busy.get(schedule_id, [])
        since, until = line.begins - LONGEST_PLACE_S, line.ends + LONGEST_PLACE_S
        return busy[bisect_left(busy, (since,)) : bisect_left(busy, (until,))]

    def _free(self, schedule: Schedule, line: Line, busy: Sequence[rules.Busy]) -> set[rules.Span]:
        known = self.plan.schedules.get(schedule.id)
        if known is None or line.ends <= clock.epoch_of(self.now):
            return set()
        return free.visits(self.plan, known, line.day, busy, self.resources, self.now)

    def _sorted_others(self) -> dict[UUID, list[Other]]:
        others: defaultdict[UUID, list[Other]] = defaultdict(list)
        for one in self.beside:
            if one.kind != "closure" and one.schedule_id is not None:
                lasts = self._minutes(one.schedule_id, one.service_id) * 60 if one.kind == "held" else 0
                ends = one.begins + lasts if lasts else one.ends
                others[one.schedule_id].append(Other(one.kind, one.begins, ends, one.name, one.until))
        return others

    def _minutes(self, schedule_id: UUID, service_id: UUID | None) -> int:
        """How long a visit is there; of a service that is no longer offered: half an hour."""
        known = self.plan.schedules.get(schedule_id)
        offer = known.offers.get(service_id) if known and service_id else None
        return offer.visit.duration if offer else 30

    def _why_closed(self, schedule_id: UUID, day: date) -> str:
        """Why nothing is open on that day; empty where something is."""
        known = self.plan.schedules.get(schedule_id)
        if known is None:
            return _("This agenda is switched off")
        if known.open_spans(day, None):
            return ""
        number = (day - date(1970, 1, 1)).days
        for one in self.beside:
            if one.kind == "closure" and one.schedule_id in (None, schedule_id) and one.begins <= number <= one.ends:
                return _("Closed: %(reason)s") % {"reason": one.name}
        return _("Closed")


def _full_hours(places: Sequence[int]) -> tuple[int, int] | None:
    return (min(places) // 60, -(-max(places) // 60)) if places else None
