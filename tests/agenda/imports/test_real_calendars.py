"""Calendars of real programs, read here and by the library alone."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from kalends.agenda.imports.calendars import read_busy

from .calendar_files import PARIS
from .shared import shared

MARGIN = timedelta(days=2)
WINDOWS = [(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)) for year in range(2010, 2028, 2)]

# Where the two differ, and why.
UNTIL_A_DAY_TAKEN_WHOLE = {"only here": ["2025-09-21T14:22 EDITED EVENT"], "only there": []}

Times = set[tuple[datetime, datetime, str]]


def read_here(data: bytes) -> Times:
    reports = [read_busy(data, zone=PARIS, since=since, until=until) for since, until in WINDOWS]
    return {(busy.start, busy.end, busy.summary) for report in reports for busy in report.busy}


def read_by_the_library(data: bytes) -> Times:
    calendar = Calendar.from_ical(data)
    days = ZoneInfo(str(calendar.get("X-WR-TIMEZONE", PARIS.key)))
    times: Times = set()
    for since, until in WINDOWS:
        for found in recurring_ical_events.of(calendar).between(since - MARGIN, until + MARGIN):
            start, end = instant(found["DTSTART"].dt, days), instant(found["DTEND"].dt, days)
            free = found.get("TRANSP") == "TRANSPARENT" or found.get("STATUS") == "CANCELLED"
            if start < until and since < end and start < end and not free:
                times.add((start, end, " ".join(found.get("SUMMARY", "").split())))
    return times


def instant(moment: date, days: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), days)
    return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)


def listed(times: Times) -> list[str]:
    return [f"{start:%Y-%m-%dT%H:%M} {summary}" for start, _, summary in sorted(times)]


@pytest.mark.slow
def test_real_calendars_are_read_as_the_library_reads_them() -> None:
    differences = []
    files = sorted(shared("ics").glob("*.ics"))
    for path in files:
        here, there = read_here(path.read_bytes()), read_by_the_library(path.read_bytes())
        if here != there:
            differences.append({"only here": listed(here - there), "only there": listed(there - here)})
    assert differences == [UNTIL_A_DAY_TAKEN_WHOLE]
    assert len(files) == 47


def test_what_is_reported_of_real_calendars() -> None:
    since, until = WINDOWS[7]
    reported: Counter[str] = Counter()
    for path in shared("ics").glob("*.ics"):
        report = read_busy(path.read_bytes(), zone=PARIS, since=since, until=until)
        reported.update(report.by_reason)
    assert reported == {"until_day": 1, "not_events": 2, "end_twice": 2}


def test_a_real_series_with_nine_exceptions() -> None:
    (path,) = shared("ics").glob("*_exdate_ignored.ics")
    days = [f"{start:%Y-%m-%d %H:%M}" for start, _, _ in sorted(read_here(path.read_bytes()))]
    assert days == [
        "2019-10-29 15:15",
        "2019-11-12 15:15",
        "2019-12-10 15:15",
        "2020-01-07 15:15",
        "2020-01-14 15:15",
        "2020-01-21 15:15",
        "2020-01-28 15:15",
    ]
