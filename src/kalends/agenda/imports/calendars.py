"""Busy times out of a calendar file (iCalendar, RFC 5545), whatever program wrote it.

Nothing is guessed in silence: what is read by a choice and what is left out are both reported. Nothing takes
for ever: size, number, reach and repetition are all bounded.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from kalends.agenda.imports.blocks import Block, CalendarBlock, cut
from kalends.agenda.imports.busy import (
    FARTHEST,
    LARGEST_FILE,
    MOST_BUSY,
    MOST_EVENTS,
    Busy,
    BusyReport,
    CalendarProblem,
    Repeated,
)
from kalends.agenda.imports.repetition import Allowance, RuleRefused
from kalends.agenda.imports.vevents import Clocks, EventRefused, ReadEvent, read_event, single_dates
from kalends.agenda.imports.zones import Zones
from kalends.foundation.files import FileRefused, read_text
from kalends.foundation.text import clean_line

LONGEST_TEXT = 200

# Nobody's clocks are farther from UTC; so nothing at an edge is lost before it is looked at exactly.
_MARGIN = timedelta(days=2)
# To read one is as dear as to work out some occurrences.
_STEPS_OF_DATE = 3
_FARTHEST_MOVE = timedelta(days=366)


def read_busy(data: bytes, *, zone: ZoneInfo, since: datetime, until: datetime) -> BusyReport:
    """The busy times of a calendar file that touch [since, until), both aware; at most two years of them.

    Times without a zone are read in `zone`; whole days last from midnight to midnight in the zone that the
    calendar names, else in `zone`. Raises FileRefused.
    """
    if since.tzinfo is None or until.tzinfo is None or since >= until:
        raise ValueError("since and until are aware, and since is earlier")
    calendars = cut(read_text(data, largest=LARGEST_FILE))
    if not calendars:
        raise FileRefused("calendar_missing")
    reading = _Reading(zone, since.astimezone(UTC), min(until, since + FARTHEST).astimezone(UTC))
    if until > since + FARTHEST:
        reading.problem(calendars[0].line, "", "window_cut")
    for calendar in calendars:
        reading.read(calendar)
    return reading.report()


@dataclass(slots=True)
class _Reading:
    """One file being read."""

    zone: ZoneInfo
    since: datetime
    until: datetime
    allowance: Allowance = field(default_factory=Allowance)
    busy: set[Busy] = field(default_factory=set)
    problems: set[CalendarProblem] = field(default_factory=set)
    repeated: set[Repeated] = field(default_factory=set)
    events: int = 0
    near: int = 0
    left_out: int = 0
    free: int = 0

    def problem(self, line: int, uid: str, reason: str, text: str = "") -> None:
        """Told once, however many occurrences have it."""
        self.problems.add(CalendarProblem(line, uid, reason, text=clean_line(text)[:LONGEST_TEXT]))

    def report(self) -> BusyReport:
        if self.left_out:
            self.problem(1, "", "too_many_events", str(self.left_out))
        busy = sorted(self.busy)
        if len(busy) > MOST_BUSY:
            self.problem(1, "", "too_many_busy", str(len(busy) - MOST_BUSY))
        problems, repeated = tuple(sorted(self.problems)), tuple(sorted(self.repeated))
        return BusyReport(tuple(busy[:MOST_BUSY]), problems, self.events, self.free, repeated)

    def read(self, calendar: CalendarBlock) -> None:
        for line in calendar.unclosed:
            self.problem(line, "", "not_closed")
        if calendar.properties.get("CALSCALE", "GREGORIAN").upper() != "GREGORIAN":
            self.problem(calendar.line, "", "calendar_scale", calendar.properties["CALSCALE"])
            return
        others = Counter(block.kind for block in calendar.blocks if block.kind not in ("VEVENT", "VTIMEZONE"))
        if others:
            text = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
            self.problem(calendar.line, "", "not_events", text)
        cancels = calendar.properties.get("METHOD", "").upper() == "CANCEL"
        clocks = self._clocks(calendar)
        for blocks in self._groups(calendar):
            if self._is_far_away(blocks):
                continue
            if self.near + len(blocks) > MOST_EVENTS:
                # Half of a series would be wrong, and in silence.
                self.left_out += len(blocks)
                continue
            self.near += len(blocks)
            self._read_group(blocks, clocks, cancels)

    def _clocks(self, calendar: CalendarBlock) -> Clocks:
        definitions = [block for block in calendar.blocks if block.kind == "VTIMEZONE"]
        zones = Zones(definitions, self.until.date(), self.allowance)
        named = calendar.properties.get("X-WR-TIMEZONE", "")
        own = zones.named(named) if named else None
        if named and own is None:
            self.problem(calendar.line, "", "calendar_zone_unknown", named)
        return Clocks(zones=zones, floating=self.zone, days=own or self.zone, shown_by=own)

    def _groups(self, calendar: CalendarBlock) -> Iterable[list[Block]]:
        """The events that share a UID; each one without stands alone."""
        groups: dict[str, list[Block]] = {}
        for block in calendar.blocks:
            if block.kind != "VEVENT":
                continue
            self.events += 1
            uid = next(iter(block.values("UID")), "").strip()
            groups.setdefault(uid or f"line {block.line}", []).append(block)
        return groups.values()

    def _is_far_away(self, blocks: list[Block]) -> bool:
        """Whether a plain, single event is plainly outside of the time asked for: not worth reading."""
        if len(blocks) > 1:
            return False
        first, last = (f"{moment:%Y%m%d}" for moment in (self.since - _MARGIN, self.until + _MARGIN))
        days = {}
        for name in ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID"):
            days[name] = next(iter(blocks[0].values(name)), "")[:8]
        if any(days[name] for name in ("DURATION", "RRULE", "RDATE", "RECURRENCE-ID")):
            return False
        start, end = days["DTSTART"], days["DTEND"] or days["DTSTART"]
        plain = all(len(day) == 8 and day.isascii() and day.isdigit() for day in (start, end))
        return plain and start <= end and (end < first or start > last)

    def _read_group(self, blocks: list[Block], clocks: Clocks, cancels: bool) -> None:
        read = []
        for block in blocks:
            try:
                self.allowance.spend(single_dates(block) * _STEPS_OF_DATE)
                read.append(read_event(block, clocks))
            except EventRefused as refused:
                self.problem(block.line, _uid(block), refused.code, refused.text)
            except RuleRefused as refused:
                self.problem(block.line, _uid(block), refused.code)
            except Exception:  # a stranger's file may fail in any way inside the library
                self.problem(block.line, _uid(block), "broken")
        for event in read:
            for remark in event.remarks:
                self.problem(event.line, _uid_of(event), remark)
        for series in self._series(read):
            self._expand(series, clocks, cancels)

    def _series(self, read: list[ReadEvent]) -> Iterator[list[ReadEvent]]:
        """An event with its changes. Of several versions of it the latest counts.

        Events that are different but share UID and version are no versions of each other: each is read.
        """
        changes = [event for event in read if event.is_change]
        wholes = [event for event in read if not event.is_change]
        latest = max((event.sequence for event in wholes), default=0)
        seen: list[tuple[Any, ...]] = []
        for event in wholes:
            times = tuple(str(event.event.get(name)) for name in ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE"))
            if event.sequence < latest or times in seen:
                continue
            if seen:
                self.problem(event.line, _uid_of(event), "uid_twice")
            yield [event] if seen else [event, *changes]
            seen.append(times)
        if not wholes and changes:
            yield changes

    def _expand(self, series: list[ReadEvent], clocks: Clocks, cancels: bool) -> None:
        try:
            kept = self._affordable(series)
            query = Calendar()
            for event in kept:
                query.add_component(event.event)
            found = recurring_ical_events.of(query).between(self.since - _MARGIN, self.until + _MARGIN)
            taken = [self._take(occurrence, series[0].line, clocks, cancels) for occurrence in found]
            self._note_repeated(kept, [busy for busy in taken if busy is not None])
        except RuleRefused as refused:
            self.problem(series[0].line, _uid_of(series[0]), refused.code)
        except Exception:  # as above
            self.problem(series[0].line, _uid_of(series[0]), "broken")

    def _note_repeated(self, series: list[ReadEvent], taken: list[Busy]) -> None:
        if not taken or not any(event.repeats for event in series):
            return
        first, last = min(taken), max(taken)
        rules = [rule for event in series for rule in event.rules]
        is_endless = any("COUNT" not in rule and "UNTIL" not in rule for rule in rules)
        told = Repeated(series[0].line, first.uid, first.summary, len(taken), first.start, last.end, is_endless)
        self.repeated.add(told)

    def _affordable(self, series: list[ReadEvent]) -> list[ReadEvent]:
        """The series less what may not be expanded. Raises RuleRefused where nothing may."""
        kept = []
        for event in series:
            if event.changes_later_ones and event.moved_by > _FARTHEST_MOVE:
                self.problem(event.line, _uid_of(event), "moved_too_far")
            else:
                kept.append(event)
        # Each of these makes the library go through the occurrences once more.
        factor = 1 + sum(event.is_change and (event.repeats or event.changes_later_ones) for event in kept)
        later = _FARTHEST_MOVE if any(event.changes_later_ones for event in kept) else timedelta()
        last = (self.until + _MARGIN + later).date()
        for event in kept:
            if not event.is_change:
                for rule in event.rules:
                    self.allowance.check(rule, event.start, last, factor)
        return kept

    def _take(self, occurrence: Any, line: int, clocks: Clocks, cancels: bool) -> Busy | None:
        start = _instant(occurrence["DTSTART"].dt, clocks.days)
        end = _instant(occurrence["DTEND"].dt, clocks.days)
        uid = clean_line(str(occurrence.get("UID", "")))[:LONGEST_TEXT]
        if start >= self.until or (start < self.since and end <= self.since):
            return None
        if cancels or _is_free(occurrence):
            self.free += 1
        elif end <= start:
            self.problem(line, uid, "zero_length" if end == start else "end_before_start")
        else:
            if end - start > FARTHEST:
                self.problem(line, uid, "too_long")
                start, end = max(start, self.since), min(end, self.until)
            summary = occurrence.get("SUMMARY", "")
            text = clean_line(str(summary[0] if isinstance(summary, list) else summary))[:LONGEST_TEXT]
            busy = Busy(start, end, uid, text)
            self.busy.add(busy)
            return busy
        return None


def _is_free(occurrence: Any) -> bool:
    transparent = str(occurrence.get("TRANSP", "")).upper() == "TRANSPARENT"
    return transparent or str(occurrence.get("STATUS", "")).upper() == "CANCELLED"


def _instant(moment: date, days: tzinfo) -> datetime:
    """The instant of a time, or of the first moment of a day."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), days)
    return moment.astimezone(UTC)


def _uid(block: Block) -> str:
    return clean_line(next(iter(block.values("UID")), ""))[:LONGEST_TEXT]


def _uid_of(event: ReadEvent) -> str:
    return clean_line(str(event.event.get("UID", "")))[:LONGEST_TEXT]
