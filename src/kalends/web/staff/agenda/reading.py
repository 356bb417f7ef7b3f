"""Everything that one look at the agenda shows, read in one transaction and a handful of statements."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda import rules
from kalends.agenda.models import Schedule
from kalends.agenda.queries.plans import AgendaPlan
from kalends.booking.models import Status
from kalends.booking.queries import Drawn, Row
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff.agenda.axis import Axis, Line
from kalends.web.staff.agenda.columns import Column, Desk, Found, Other, Writer, counted, places_left
from kalends.web.staff.agenda.heads import head, label
from kalends.web.staff.agenda.moments import moment, next_minute
from kalends.web.staff.agenda.rows import LONGEST_PLACE_S, Rows
from kalends.web.staff.days import free
from kalends.web.ui.kept import Kept

# What a page shows of a day even if nothing happens then.
FIRST_HOUR, LAST_HOUR = 8, 18
# Where these stand in a row of a visit.
SCHEDULE, BEGINS, ENDS = 1, 3, 4

Key = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Board:
    """The columns, the full hours between which they are shown, and who was seen on them."""

    columns: tuple[Column, ...]
    axis: Axis
    first: int
    last: int
    seen: tuple[str, ...]
    """Their ids."""

    @property
    def visits(self) -> int:
        return sum(column.visits for column in self.columns)

    @property
    def free(self) -> int:
        return sum(column.free for column in self.columns)

    @property
    def html(self) -> SafeString:
        return SafeString("".join(column.html for column in self.columns))


# Kept from the largest to the smallest, each under all that it is made from: boards as they were seen last; of those on
# which something has changed the columns, some 8 kB each; of today's, in which every minute is another, what was found.
_boards: Kept[Board] = Kept(most=30)
_kept: Kept[Column] = Kept(most=400)
_looks: Kept[Look] = Kept(most=400)


def read_board(
    organization: Organization,
    plan: AgendaPlan,
    schedules: Sequence[Schedule],
    days: Sequence[date],
    *,
    by: Actor,
    now: datetime,
    only: Collection[Key] | None = None,
) -> Board:
    """The columns of `schedules` on `days`, day by day. `only`: those columns of them."""
    pairs = [(one, day) for day in days for one in schedules if only is None or (one.id, day) in only]
    zones = {schedule.id: clock.zone(schedule.time_zone) for schedule in schedules}
    if not pairs:
        axis = Axis.of((day, zone) for zone in set(zones.values()) for day in days)
        return Board((), axis, FIRST_HOUR, LAST_HOUR, ())
    spans = [clock.day_bounds(*place) for place in {(day, zones[schedule.id]) for schedule, day in pairs}]
    begin, end = min(span[0] for span in spans), max(span[1] for span in spans)
    rows = Rows(organization, plan, list({schedule.id for schedule, _day in pairs}), begin, end, now)
    language, may_book = get_language() or "en", by.may(Right.APPOINTMENT_BOOK)
    made_from = (
        tuple((one.organization_id, one.id, one.name, one.time_zone, one.provider.speciality) for one in schedules),
        (tuple(days), frozenset(only) if only is not None else None),
        (plan.revision, language, may_book),
        moment(spans, clock.epoch_of(now), to_the_second=rows.holds_something),
        rows.digest,
    )

    def drawn() -> Board:
        axis = Axis.of((day, zone) for zone in set(zones.values()) for day in days)
        wanted = [(schedule, Line(axis, day, zones[schedule.id])) for schedule, day in pairs]
        desk = Desk(organization, now, plan.services, language, book=may_book)
        reading = _Reading(plan, rows, now)
        return _drawn(desk, wanted, reading, axis, side_by_side=len(days) == 1, alone=len(schedules) == 1)

    return _boards.get(made_from, drawn)


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
    return Board(tuple(columns), axis, first, last, tuple(row[0] for row in reading.rows.visits))


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


class _Reading:
    """What stands in the database about some columns, sorted out."""

    def __init__(self, plan: AgendaPlan, rows: Rows, now: datetime) -> None:
        self.plan, self.rows, self.now = plan, rows, now
        self._by_schedule: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows.visits:
            self._by_schedule[row[SCHEDULE]].append(row)
        self._others = self._sorted_others()
        self._busy = {one: sorted(places) for one, places in rows.busy.items()}
        self._common = (
            tuple(one for one in rows.beside if one.kind == "closure"),
            tuple((one, tuple(sorted(spans))) for one, spans in sorted(rows.resources.items())),
        )

    def look(self, writer: Writer) -> Look:
        """At one column. What begins before now is not free: while it is today, every minute is another."""
        line, desk, schedule = writer.line, writer.desk, writer.schedule
        named = str(schedule.organization_id), str(schedule.id)
        begins, ends = line.begins, line.ends
        visits = tuple(row for row in self._by_schedule[named[1]] if row[BEGINS] < ends and row[ENDS] > begins)
        others = [one for one in self._others[schedule.id] if one.begins < ends and one.ends > begins]
        busy = self._near(schedule.id, line)
        found_from = (
            (named, line.day, line.axis, self.plan.revision, desk.language),
            next_minute(desk.now) if begins <= desk.now < ends else ends > desk.now,
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
        return free.visits(self.plan, known, line.day, busy, self.rows.resources, self.now)

    def _sorted_others(self) -> dict[UUID, list[Other]]:
        others: defaultdict[UUID, list[Other]] = defaultdict(list)
        for one in self.rows.beside:
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
        for one in self.rows.beside:
            if one.kind == "closure" and one.schedule_id in (None, schedule_id) and one.begins <= number <= one.ends:
                return _("Closed: %(reason)s") % {"reason": one.name}
        return _("Closed")


def _full_hours(places: Sequence[int]) -> tuple[int, int] | None:
    return (min(places) // 60, -(-max(places) // 60)) if places else None
