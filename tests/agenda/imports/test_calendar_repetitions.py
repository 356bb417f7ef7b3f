"""Events that repeat, with exceptions, additions and changes of single occurrences."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.foundation.clock import zone

from .calendar_files import AT_TEN, event, read, reasons, shown


def test_a_weekly_visit_stays_at_ten_when_the_clocks_change() -> None:
    report = read(
        event(
            "DTSTART;TZID=Europe/Paris:20260323T100000",
            "DURATION:PT1H",
            "RRULE:FREQ=WEEKLY;COUNT=2",
        )
    )
    assert shown(report) == ["0323T0900-0323T1000", "0330T0800-0330T0900"]


def test_the_zone_of_the_calendar_shows_repeated_times_in_utc() -> None:
    part = event("DTSTART:20260323T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert shown(read(part)) == ["0323T0900-0323T1000", "0330T0900-0330T1000"]
    assert shown(read("X-WR-TIMEZONE:Europe/Paris", part)) == ["0323T0900-0323T1000", "0330T0800-0330T0900"]


def test_exceptions_and_additions() -> None:
    report = read(
        event(
            *AT_TEN,
            "RRULE:FREQ=DAILY;COUNT=4",
            "EXDATE:20260106T090000Z",
            "EXDATE;TZID=Europe/Paris:20260107T100000",
            "RDATE;TZID=Europe/Paris:20260201T150000,20260106T100000",
            "RDATE;VALUE=PERIOD:20260301T120000Z/PT2H",
        )
    )
    assert shown(report) == [
        "0105T0900-0105T1000",
        "0108T0900-0108T1000",
        "0201T1400-0201T1500",
        "0301T1200-0301T1400",
    ]


def test_one_occurrence_moved_one_lengthened_one_cancelled() -> None:
    report = read(
        event(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=4"),
        event(
            "RECURRENCE-ID;TZID=Europe/Paris:20260106T100000",
            "DTSTART:20260120T120000Z",
            "DTEND:20260120T130000Z",
            "SUMMARY:moved",
        ),
        event("RECURRENCE-ID:20260107T090000Z", "DTSTART:20260107T090000Z", "DTEND:20260107T110000Z"),
        event(
            "RECURRENCE-ID;TZID=Europe/Paris:20260108T100000",
            "DTSTART;TZID=Europe/Paris:20260108T100000",
            "DTEND;TZID=Europe/Paris:20260108T110000",
            "STATUS:CANCELLED",
        ),
    )
    assert shown(report) == ["0105T0900-0105T1000", "0107T0900-0107T1100", "0120T1200-0120T1300"]
    assert [busy.summary for busy in report.busy] == ["", "", "moved"]
    assert report.free == 1


def test_a_change_of_one_occurrence_and_all_later_ones() -> None:
    report = read(
        event("DTSTART:20260105T120000Z", "DTEND:20260105T140000Z", "RRULE:FREQ=DAILY;COUNT=4"),
        event(
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T120000Z",
            "DTSTART:20260107T090000Z",
            "DTEND:20260107T160000Z",
        ),
    )
    assert shown(report) == [
        "0105T1200-0105T1400",
        "0106T1200-0106T1400",
        "0107T0900-0107T1600",
        "0108T0900-0108T1600",
    ]


def test_changes_without_the_event_they_change() -> None:
    report = read(
        event("RECURRENCE-ID:20260106T090000Z", "DTSTART:20260120T120000Z", "DTEND:20260120T130000Z"),
        event("RECURRENCE-ID:20260107T090000Z", "DTSTART:20260107T120000Z", "DTEND:20260107T130000Z"),
    )
    assert shown(report) == ["0107T1200-0107T1300", "0120T1200-0120T1300"]
    assert report.problems == ()


def test_the_same_rule_twice_and_two_rules() -> None:
    weekly = "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"
    assert shown(read(event(*AT_TEN, weekly, weekly))) == ["0105T0900-0105T1000", "0112T0900-0112T1000"]
    assert shown(read(event(*AT_TEN, weekly, "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=1"))) == [
        "0105T0900-0105T1000",
        "0112T0900-0112T1000",
        "0113T0900-0113T1000",
    ]


def test_of_several_versions_the_latest_counts() -> None:
    old = event(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=3", "SEQUENCE:1")
    new = event(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260106T090000Z", "SEQUENCE:2")
    for parts in [(old, new), (new, old)]:
        assert shown(read(*parts)) == ["0105T0900-0105T1000", "0107T0900-0107T1000"]


def test_a_version_outside_of_the_time_asked_for_still_replaces_the_old_one() -> None:
    report = read(
        event(*AT_TEN, "SEQUENCE:1"),
        event("DTSTART:20300105T100000Z", "DTEND:20300105T110000Z", "SEQUENCE:2"),
    )
    assert (report.busy, report.problems) == ((), ())


def test_two_events_with_one_uid_are_both_read_and_that_is_said() -> None:
    report = read(
        event(*AT_TEN),
        event("DTSTART:20260106T100000Z", "DTEND:20260106T110000Z"),
        event(*AT_TEN),
    )
    assert shown(report) == ["0105T0900-0105T1000", "0106T1000-0106T1100"]
    assert reasons(report) == [(8, "uid_twice", "")]


def test_events_without_uid_stand_alone() -> None:
    report = read(event(*AT_TEN, uid=""), event("DTSTART:20260106T100000Z", "DTEND:20260106T110000Z", uid=""))
    assert [busy.uid for busy in report.busy] == ["", ""]
    assert report.problems == ()


@pytest.mark.parametrize(
    ("until", "last", "said"),
    [
        ("20260107T090000Z", "0107", []),
        ("20260107T085959Z", "0106", []),
        ("20260107T100000", "0107", []),
        ("20260107", "0107", [(3, "until_day", "")]),
        ("20251231T000000Z", "", []),
        ("99991231T235959Z", "1231", []),
    ],
)
def test_the_end_of_a_repetition(until: str, last: str, said: list[tuple[int, str, str]]) -> None:
    report = read(event(*AT_TEN, f"RRULE:FREQ=DAILY;UNTIL={until}"))
    assert [busy.start.strftime("%m%d") for busy in report.busy][-1:] == ([last] if last else [])
    assert reasons(report) == said


def test_the_end_of_whole_days_said_as_an_instant() -> None:
    part = event("DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=DAILY;UNTIL=20260105T230000Z")
    assert shown(read(part)) == ["0104T2300-0105T2300", "0105T2300-0106T2300"]


def test_an_empty_rule_and_a_count_below_nothing_say_nothing() -> None:
    assert shown(read(event(*AT_TEN, "RRULE:", "EXDATE:"))) == ["0105T0900-0105T1000"]
    part = event(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=-1;UNTIL=20260106T090000Z")
    assert shown(read(part)) == ["0105T0900-0105T1000", "0106T0900-0106T1000"]


@given(
    name=st.sampled_from(["Europe/Paris", "Europe/Bucharest", "America/Toronto", "Australia/Lord_Howe"]),
    first=st.dates(date(2025, 1, 1), date(2025, 12, 31)),
    hour=st.integers(4, 22),
)
def test_a_weekly_time_of_day_is_kept_all_year(name: str, first: date, hour: int) -> None:
    start = f"DTSTART;TZID={name}:{first:%Y%m%d}T{hour:02}3000"
    report = read(event(start, "DURATION:PT1H", "RRULE:FREQ=WEEKLY"))
    local = [busy.start.astimezone(zone(name)) for busy in report.busy]
    assert {(moment.weekday(), moment.hour, moment.minute) for moment in local} == {(first.weekday(), hour, 30)}
    assert len(local) in (52, 53)
