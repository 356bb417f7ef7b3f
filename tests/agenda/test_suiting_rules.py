"""On which days and in which hours of the day a time suits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from kalends.agenda.rules import ANY, Suiting

PARIS = ZoneInfo("Europe/Paris")
AUTUMN = date(2027, 10, 31)  # 2:00 to 3:00 occurs twice


def utc(hour: int, minute: int = 0, *, day: int = 31) -> int:
    return int(datetime(2027, 10, day, hour, minute, tzinfo=UTC).timestamp())


def test_anything_suits_unless_said() -> None:
    starts = [utc(0), utc(12)]
    assert (ANY.is_on(AUTUMN), ANY.cut(starts, PARIS)) == (True, starts)
    assert ANY.of([(utc(22, day=30), utc(23))], AUTUMN, PARIS) == [(utc(22, day=30), utc(23))]


def test_weekdays_are_those_of_iso() -> None:
    suiting = Suiting(frozenset({7}))
    assert [suiting.is_on(date(2027, 10, day)) for day in (30, 31)] == [False, True]
    assert suiting.of([(utc(8, day=30), utc(9, day=30))], date(2027, 10, 30), PARIS) == []


def test_hours_are_those_of_the_clock_on_the_wall_the_end_excluded() -> None:
    """Two o'clock comes twice that night; three o'clock is too late."""
    suiting = Suiting(from_minute=120, to_minute=180)
    assert suiting.cut([utc(23, 30, day=30), utc(0), utc(0, 30), utc(1), utc(1, 30), utc(2)], PARIS) == [
        utc(0),
        utc(0, 30),
        utc(1),
        utc(1, 30),
    ]
    assert suiting.of([(utc(23, day=30), utc(5))], AUTUMN, PARIS) == [(utc(0), utc(2))]


def test_open_time_outside_the_hours_is_left_out() -> None:
    morning = Suiting(to_minute=720)
    spans = [(utc(8), utc(10)), (utc(10), utc(12)), (utc(13), utc(16))]
    assert morning.of(spans, AUTUMN, PARIS) == [(utc(8), utc(10)), (utc(10), utc(11))]
