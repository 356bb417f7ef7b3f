"""No calendar file takes for ever, fills the memory, or is read in part by mistake (ICS-06)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.agenda.imports.busy import LARGEST_FILE, MOST_BUSY, MOST_EVENTS, SENTENCES
from kalends.agenda.imports.calendars import read_busy
from kalends.foundation.files import FileRefused

from .calendar_files import AT_TEN, PARIS, YEAR, calendar, event, read, reasons, shown


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"gid;nom\r\n1;2\r\n", "calendar_missing"),
        (event(*AT_TEN).encode(), "calendar_missing"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
        (calendar(event(*AT_TEN, "SUMMARY:a\x00")), "nul"),
        (calendar(event(*AT_TEN, "SUMMARY:é")).decode().encode("latin-1"), "not_utf8"),
        (calendar(event(*AT_TEN)).decode().encode("utf-16"), "utf16"),
        (b"PK\x03\x04", "compressed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_refused_as_a_whole(data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_busy(data, zone=PARIS, since=YEAR[0], until=YEAR[1])
    assert refused.value.code == code


def test_no_more_than_two_years() -> None:
    report = read(event(*AT_TEN, "RRULE:FREQ=YEARLY"), until=datetime(2036, 1, 1, tzinfo=UTC))
    assert [busy.start.year for busy in report.busy] == [2026, 2027]
    assert reasons(report) == [(1, "window_cut", "")]


def test_no_more_than_two_thousand_busy_times() -> None:
    days = [event(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=361", uid=str(number)) for number in range(6)]
    report = read(*days)
    assert len(report.busy) == MOST_BUSY == 2000
    assert reasons(report) == [(1, "too_many_busy", "166")]
    assert report.busy[-1].end == report.busy[0].end + timedelta(days=333)


def test_a_count_without_end() -> None:
    report = read(event(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=1000000000"))
    assert (len(report.busy), report.problems) == (361, ())


def test_rules_that_are_too_dear_together() -> None:
    old = ("DTSTART:15830105T100000Z", "DTEND:15830105T110000Z", "RRULE:FREQ=DAILY")
    report = read(event(*old, uid="a"), event(*old, uid="b"), event(*AT_TEN, uid="c"))
    assert {busy.uid for busy in report.busy} == {"a", "c"}
    assert reasons(report) == [(9, "too_many_repeats", "")]


def test_rules_that_never_come_true_are_not_sought_for_ever() -> None:
    never = [event(*AT_TEN, "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU", uid=str(number)) for number in range(200)]
    report = read(*never, event(*AT_TEN, uid="c"))
    assert [busy.uid for busy in report.busy] == ["c"]
    assert report.by_reason == {"rule_never": 5, "too_many_repeats": 195}


def test_a_change_of_all_later_ones_that_moves_them_out_of_sight() -> None:
    report = read(
        event(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=2"),
        event(
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20260106T090000Z",
            "DTSTART:21990106T090000Z",
            "DTEND:21990106T100000Z",
        ),
    )
    assert shown(report) == ["0105T0900-0105T1000", "0106T0900-0106T1000"]
    assert reasons(report) == [(9, "moved_too_far", "")]


def test_too_many_events() -> None:
    short = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260105\r\nEND:VEVENT"
    far = short.replace("2026", "2020")
    report = read(*[far] * MOST_EVENTS, *[short] * MOST_EVENTS)
    assert (len(report.busy), report.events, report.problems) == (1, 2 * MOST_EVENTS, ())
    report = read(*[short] * (MOST_EVENTS + 2))
    assert (len(report.busy), reasons(report)) == (1, [(1, "too_many_events", "2")])


def test_a_series_with_too_many_changes_is_left_out_whole() -> None:
    change = event("RECURRENCE-ID:20260106T090000Z", "DTSTART:20260106T120000Z", "DTEND:20260106T130000Z")
    report = read(event(*AT_TEN, "RRULE:FREQ=DAILY"), *[change] * MOST_EVENTS, event(*AT_TEN, uid="b"))
    assert [busy.uid for busy in report.busy] == ["b"]
    assert reasons(report) == [(1, "too_many_events", str(MOST_EVENTS + 1))]


def test_depth_and_emptiness_cost_nothing() -> None:
    deep = b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 100_000
    report = read_busy(deep, zone=PARIS, since=YEAR[0], until=YEAR[1])
    assert reasons(report) == [(2, "not_closed", "")]


def test_every_reason_has_a_sentence() -> None:
    for reason, sentence in SENTENCES.items():
        assert (reason, str(sentence).endswith("."), str(sentence).count("  ")) == (reason, True, 0)


LINES = st.sampled_from(
    [
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "TZID:Mine",
        "UID:a",
        "UID:b",
        *AT_TEN,
        "DTSTART;TZID=Mine:20260105T100000",
        "DTSTART;VALUE=DATE:20260105",
        "DTEND;VALUE=DATE:20260104",
        "DURATION:P1D",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z",
        "RECURRENCE-ID;VALUE=DATE:20260107",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TH",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20260401",
        "EXDATE;VALUE=DATE:20260108",
        "RDATE;VALUE=PERIOD:20260109T100000Z/20260109T090000Z",
        "SEQUENCE:3",
        "X-WR-TIMEZONE:Europe/Bucharest",
        "STATUS:CANCELLED",
        " folded",
        "",
    ]
)


@given(st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=25))
def test_whatever_the_file_holds_the_answer_is_sound(lines: list[str]) -> None:
    data = calendar("BEGIN:VEVENT", *lines, "END:VEVENT").replace(b"\x00", b"")
    report = read_busy(data, zone=PARIS, since=YEAR[0], until=YEAR[1])
    assert list(report.busy) == sorted(report.busy)
    assert all(YEAR[0] < busy.end and busy.start < YEAR[1] for busy in report.busy)
    assert all(busy.start < busy.end for busy in report.busy)
    assert all(problem.reason in SENTENCES for problem in report.problems)
