"""When nothing may come that can wait: over midnight, and on the nights when the clocks change."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kalends.delivery.quiet_hours import Hours, quiet_until
from kalends.foundation import clock

PARIS = clock.zone("Europe/Paris")
TORONTO = clock.zone("America/Toronto")
NIGHT = Hours(21 * 60, 8 * 60)


def instant(text: str) -> int:
    return clock.epoch_of(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("hours", "zone", "now", "until"),
    [
        (None, PARIS, "2027-01-15T03:00+01:00", None),
        (NIGHT, PARIS, "2027-01-15T20:59:59+01:00", None),
        (NIGHT, PARIS, "2027-01-15T21:00+01:00", "2027-01-16T08:00+01:00"),
        (NIGHT, PARIS, "2027-01-16T03:00+01:00", "2027-01-16T08:00+01:00"),
        (NIGHT, PARIS, "2027-01-16T07:59:59+01:00", "2027-01-16T08:00+01:00"),
        (NIGHT, PARIS, "2027-01-16T08:00+01:00", None),
        (NIGHT, TORONTO, "2027-01-16T08:00+01:00", "2027-01-16T08:00-05:00"),
        (Hours(12 * 60, 14 * 60), PARIS, "2027-01-15T13:00+01:00", "2027-01-15T14:00+01:00"),
        (Hours(12 * 60, 14 * 60), PARIS, "2027-01-15T11:00+01:00", None),
        # 28 March 2027 in Paris: after 1:59 comes 3:00.
        (NIGHT, PARIS, "2027-03-27T22:00+01:00", "2027-03-28T08:00+02:00"),
        (Hours(1260, 150), PARIS, "2027-03-28T01:30+01:00", "2027-03-28T03:00+02:00"),
        (Hours(1260, 150), PARIS, "2027-03-28T03:00+02:00", None),
        (Hours(150, 360), PARIS, "2027-03-28T03:00+02:00", "2027-03-28T06:00+02:00"),
        (Hours(120, 180), PARIS, "2027-03-28T03:00+02:00", None),
        # 31 October 2027 in Paris: the hour from 2:00 comes twice.
        (NIGHT, PARIS, "2027-10-31T02:30+01:00", "2027-10-31T08:00+01:00"),
        (Hours(1260, 150), PARIS, "2027-10-31T02:45+02:00", "2027-10-31T02:30+01:00"),
        (Hours(1260, 150), PARIS, "2027-10-31T02:30+01:00", None),
        (Hours(150, 360), PARIS, "2027-10-31T02:10+01:00", "2027-10-31T06:00+01:00"),
        # 14 March and 7 November 2027 in Toronto.
        (NIGHT, TORONTO, "2027-03-14T01:30-05:00", "2027-03-14T08:00-04:00"),
        (Hours(1260, 90), TORONTO, "2027-11-07T01:40-04:00", "2027-11-07T01:30-05:00"),
    ],
)
def test_the_end_of_the_quiet_hours(hours: Hours | None, zone: ZoneInfo, now: str, until: str | None) -> None:
    assert quiet_until(hours, zone, instant(now)) == (None if until is None else instant(until))


minutes = some.integers(0, 1439)


@given(minutes, minutes, some.integers(instant("2027-03-20T00:00+00:00"), instant("2027-11-20T00:00+00:00")))
def test_it_ends_within_a_day_and_an_hour_and_is_over_then(begins: int, ends: int, now: int) -> None:
    hours = Hours(begins, ends if ends != begins else (ends + 1) % 1440)
    for zone in (PARIS, TORONTO):
        until = quiet_until(hours, zone, now)
        if until is not None:
            assert now < until <= now + timedelta(hours=25).total_seconds()
            again = quiet_until(hours, zone, until)
            assert again is None or clock.local_date(until, zone) in CHANGES


CHANGES = {datetime.fromisoformat(day).date() for day in ("2027-03-28", "2027-10-31", "2027-03-14", "2027-11-07")}
