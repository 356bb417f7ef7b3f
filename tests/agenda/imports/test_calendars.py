"""Busy times out of calendar files: single events, and what must not be guessed (ICS-07)."""

from datetime import UTC, datetime

import pytest

from kalends.agenda.imports.calendars import read_busy
from kalends.foundation.clock import zone

from .calendar_files import AT_TEN, PARIS, YEAR, calendar, event, read, reasons, shown


def test_one_event() -> None:
    report = read(event(*AT_TEN, "SUMMARY:Visite\\, à domicile"))
    (busy,) = report.busy
    assert (busy.start, busy.end) == (
        datetime(2026, 1, 5, 9, tzinfo=UTC),
        datetime(2026, 1, 5, 10, tzinfo=UTC),
    )
    assert (busy.uid, busy.summary) == ("a", "Visite, à domicile")
    assert (report.problems, report.events, report.free) == ((), 1, 0)


def test_a_duration_instead_of_an_end() -> None:
    assert shown(read(event(AT_TEN[0], "DURATION:PT1H30M"))) == ["0105T0900-0105T1030"]


def test_floating_time_is_time_of_the_schedule() -> None:
    part = event("DTSTART:20260105T100000", "DTEND:20260105T110000")
    assert shown(read(part)) == ["0105T0900-0105T1000"]
    assert shown(read(part, zone=zone("America/Martinique"))) == ["0105T1400-0105T1500"]
    assert shown(read("X-WR-TIMEZONE:Europe/Bucharest", part)) == ["0105T0900-0105T1000"]


def test_a_whole_day_lasts_from_midnight_to_midnight_of_the_calendar() -> None:
    part = event("DTSTART;VALUE=DATE:20260329")
    assert shown(read(part)) == ["0328T2300-0329T2200"]
    assert shown(read("X-WR-TIMEZONE:America/Toronto", part)) == ["0329T0400-0330T0400"]


def test_whole_days_end_before_their_last_date() -> None:
    part = event("DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260108")
    assert shown(read(part)) == ["0104T2300-0107T2300"]


def test_cancelled_and_transparent_events_take_no_time() -> None:
    report = read(
        event(*AT_TEN, "STATUS:CANCELLED", uid="a"),
        event(*AT_TEN, "TRANSP:TRANSPARENT", uid="b"),
        event(*AT_TEN, "STATUS:TENTATIVE", "TRANSP:OPAQUE", uid="c"),
    )
    assert [busy.uid for busy in report.busy] == ["c"]
    assert (report.events, report.free, report.problems) == (3, 2, ())


def test_a_calendar_of_cancellations_takes_no_time() -> None:
    report = read("METHOD:CANCEL", event(*AT_TEN))
    assert (report.busy, report.free) == ((), 1)


def test_only_what_touches_the_time_asked_for() -> None:
    since, until = datetime(2026, 1, 5, 10, tzinfo=UTC), datetime(2026, 1, 6, 9, tzinfo=UTC)
    report = read(
        event(*AT_TEN, uid="ends as it begins"),
        event("DTSTART:20260105T095900Z", "DTEND:20260105T100100Z", uid="over the beginning"),
        event("DTSTART:20260106T085900Z", "DTEND:20260107T090000Z", uid="over the end"),
        event("DTSTART:20260106T090000Z", "DTEND:20260106T100000Z", uid="begins as it ends"),
        event("DTSTART:20200106T090000Z", "DTEND:20300106T100000Z", uid="far longer"),
        since=since,
        until=until,
    )
    assert [busy.uid for busy in report.busy] == ["over the beginning", "far longer", "over the end"]
    assert (report.busy[1].start, report.busy[1].end) == (since, until)
    assert reasons(report) == [(23, "too_long", "")]


def test_bounds_must_be_aware_and_in_order() -> None:
    for since, until in [(YEAR[1], YEAR[0]), (YEAR[0].replace(tzinfo=None), YEAR[1])]:
        with pytest.raises(ValueError, match="aware"):
            read_busy(calendar(), zone=PARIS, since=since, until=until)


def test_texts_are_clean_lines() -> None:
    report = read(
        event(*AT_TEN, "SUMMARY:a\u2028BEGIN:VALARM\\nATTENDEE:x\u0007\u202e é\x0b", uid="x'; DROP--\"\u2028")
    )
    assert [(busy.uid, busy.summary) for busy in report.busy] == [("x'; DROP--\"", "a BEGIN:VALARM ATTENDEE:x é")]


def test_long_texts_are_cut() -> None:
    report = read(event(*AT_TEN, "SUMMARY:" + "é" * 200_000, uid="u" * 1_000))
    assert [(busy.uid, busy.summary) for busy in report.busy] == [("u" * 200, "é" * 200)]


@pytest.mark.parametrize(
    ("lines", "reason", "text"),
    [
        (("SUMMARY:x",), "start_missing", ""),
        ((AT_TEN[0],), "zero_length", ""),
        ((AT_TEN[0], AT_TEN[0].replace("DTSTART", "DTEND")), "zero_length", ""),
        (("DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260105"), "zero_length", ""),
        ((AT_TEN[1].replace("DTEND", "DTSTART"), AT_TEN[0].replace("DTSTART", "DTEND")), "end_before_start", ""),
        ((AT_TEN[0], "DURATION:-PT1H"), "end_before_start", ""),
        ((AT_TEN[0], "DURATION:soon"), "property_broken", "DURATION"),
        (("DTSTART:20260230T100000", AT_TEN[1]), "property_broken", "DTSTART"),
        (("DTSTART:2026-01-05", AT_TEN[1]), "property_broken", "DTSTART"),
        (("DTSTART:100000", AT_TEN[1]), "property_broken", "DTSTART"),
        (("DTSTART;TZID=Europe/Paris", AT_TEN[1]), "start_missing", ""),
        ((*AT_TEN, AT_TEN[0]), "property_twice", "DTSTART"),
        ((*AT_TEN, *["COMMENT:x"] * 99, *["RRULE:FREQ=DAILY;COUNT=2"] * 99), "property_twice", ""),
        (("DTSTART;TZID=Europe/Paris:20260105T090000Z", AT_TEN[1]), "zone_twice", "Europe/Paris"),
        (("DTSTART:00010101T100000Z", "DTEND:20260105T110000Z"), "out_of_range", "DTSTART"),
        (("DTSTART:20260105T100000Z", "DTEND:99990105T110000Z"), "out_of_range", "DTEND"),
        ((AT_TEN[0], "DURATION:P900000D"), "out_of_range", "DURATION"),
        ((*AT_TEN, "RRULE:FREQ=SOMETIMES"), "property_broken", "RRULE"),
        ((*AT_TEN, "RRULE:COUNT=3"), "rule_broken", ""),
        ((*AT_TEN, "RRULE:FREQ=DAILY;INTERVAL=0"), "rule_broken", ""),
        ((*AT_TEN, "RRULE:FREQ=DAILY;COUNT=0"), "rule_broken", ""),
        ((*AT_TEN, "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260201T000000Z"), "rule_broken", ""),
        ((*AT_TEN, "RRULE:RSCALE=CHINESE;FREQ=YEARLY"), "rule_broken", ""),
        ((*AT_TEN, "RRULE:FREQ=YEARLY;BYDAY=60MO"), "rule_broken", ""),
        ((*AT_TEN, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "rule_never", ""),
        ((*AT_TEN, "RRULE:FREQ=WEEKLY;BYDAY=MO;BYSETPOS=6"), "rule_never", ""),
        ((*AT_TEN, "RRULE:FREQ=SECONDLY"), "too_frequent", ""),
        ((*AT_TEN, "RRULE:FREQ=MINUTELY;COUNT=1000000000"), "too_frequent", ""),
        ((*AT_TEN, "RRULE:FREQ=HOURLY"), "too_frequent", ""),
        ((*AT_TEN, "RRULE:FREQ=DAILY;BYHOUR=9,10;BYMINUTE=" + ",".join(map(str, range(60)))), "too_frequent", ""),
        ((*AT_TEN, "RDATE:" + ",".join(["20260106T090000Z"] * 5_001)), "too_many_dates", ""),
        ((*AT_TEN, *["EXDATE:20260106T090000Z"] * 5_001), "too_many_dates", ""),
        ((*AT_TEN, "RRULE:FREQ=DAILY" + ";" * 200_000), "line_too_long", "RRULE"),
    ],
)
def test_an_event_left_out_costs_no_other(lines: tuple[str, ...], reason: str, text: str) -> None:
    report = read(event(*lines), event(*AT_TEN, uid="b"))
    assert [busy.uid for busy in report.busy] == ["b"]
    assert reasons(report) == [(3, reason, text)]


@pytest.mark.parametrize(
    ("lines", "times", "reason"),
    [
        (
            ("DTSTART;VALUE=DATE:20260105", "DTEND:20260107T080000Z"),
            ["0104T2300-0107T0800"],
            "mixed_kinds",
        ),
        (("DTSTART:20260105T080000Z", "DTEND;VALUE=DATE:20260107"), ["0105T0800-0106T2300"], "mixed_kinds"),
        (("DTSTART;VALUE=DATE:20260105", "DURATION:PT2H"), ["0104T2300-0105T0100"], "mixed_kinds"),
        ((*AT_TEN, "DURATION:PT0S"), ["0105T0900-0105T1000"], "end_twice"),
        ((*AT_TEN, "EXRULE:FREQ=DAILY"), ["0105T0900-0105T1000"], "exrule"),
    ],
)
def test_what_is_read_by_a_choice_is_said(lines: tuple[str, ...], times: list[str], reason: str) -> None:
    report = read(event(*lines))
    assert shown(report) == times
    assert reasons(report) == [(3, reason, "")]


def test_broken_properties_that_take_no_time_are_no_matter() -> None:
    report = read(
        event(
            *AT_TEN,
            "SEQUENCE:x",
            "CREATED:yesterday",
            "no colon",
            "BEGIN:VALARM",
            "TRIGGER:nonsense",
            "DTSTART:x",
            "END:VALARM",
        )
    )
    assert (shown(report), report.problems) == (["0105T0900-0105T1000"], ())


def test_a_component_that_is_never_closed() -> None:
    report = read("BEGIN:VEVENT", *AT_TEN, event(*AT_TEN, uid="b"), "BEGIN:VEVENT", "UID:c")
    assert [busy.uid for busy in report.busy] == ["b"]
    assert reasons(report) == [(3, "not_closed", ""), (11, "not_closed", "")]


def test_a_file_that_ends_too_early() -> None:
    data = calendar(event(*AT_TEN), event(*AT_TEN, uid="b")).partition(b"UID:b")[0]
    report = read_busy(data, zone=PARIS, since=YEAR[0], until=YEAR[1])
    assert [busy.uid for busy in report.busy] == ["a"]
    assert reasons(report) == [(8, "not_closed", "")]


def test_other_components_are_counted() -> None:
    report = read(event("DUE:20260105T100000Z", name="VTODO"), event(name="VJOURNAL"), event(name="VTODO"))
    assert (report.busy, report.events) == ((), 0)
    assert reasons(report) == [(1, "not_events", "1 VJOURNAL, 2 VTODO")]


def test_another_way_to_count_days() -> None:
    report = read("CALSCALE:ISLAMIC", event(*AT_TEN))
    assert report.busy == ()
    assert reasons(report) == [(1, "calendar_scale", "ISLAMIC")]


def test_several_calendars_in_one_file_each_with_its_own_zone() -> None:
    part = event("DTSTART;VALUE=DATE:20260105")
    data = calendar("X-WR-TIMEZONE:Europe/Bucharest", part) + calendar(part.replace("UID:a", "UID:b"))
    report = read_busy(data, zone=PARIS, since=YEAR[0], until=YEAR[1])
    assert shown(report) == ["0104T2200-0105T2200", "0104T2300-0105T2300"]


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_newlines_folds_and_byte_order_marks(newline: str, mark: str) -> None:
    data = calendar(event("DTSTART;TZID=Europe/Paris:\r\n 20260105T10\r\n\t0000", AT_TEN[1], "", "summary:\r\n  é"))
    text = mark + data.decode().replace("\r\n", newline)
    report = read_busy(text.encode(), zone=PARIS, since=YEAR[0], until=YEAR[1])
    assert [(busy.start.hour, busy.summary) for busy in report.busy] == [(9, "é")]
