"""The clocks that calendar files name."""

import pytest

from .calendar_files import AT_TEN, event, read, reasons, shown

BERLIN_RULES = (
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
)


def defined(name: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE"])


def at_ten_in(name: str) -> str:
    return event(f"DTSTART;TZID={name}:20260323T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Berlin",
        "W. Europe Standard Time",
        '"W. Europe Standard Time"',
        "/example.org/20070227_1/Europe/Berlin",
        "/Europe/Berlin",
    ],
)
def test_zones_by_name(name: str) -> None:
    report = read(at_ten_in(name))
    assert shown(report) == ["0323T0900-0323T1000", "0330T0800-0330T0900"]
    assert report.problems == ()


@pytest.mark.parametrize("name", ["Customized Time Zone", "/example.org/Nowhere", "Mine"])
def test_a_zone_that_the_file_explains(name: str) -> None:
    report = read(at_ten_in(name), defined(name, *BERLIN_RULES))
    assert shown(report) == ["0323T0900-0323T1000", "0330T0800-0330T0900"]
    assert report.problems == ()


def test_a_zone_explained_in_one_file_means_nothing_in_another() -> None:
    read(at_ten_in("Mine"), defined("Mine", *BERLIN_RULES))
    assert reasons(read(at_ten_in("Mine"))) == [(3, "zone_unknown", "Mine")]
    moved = [line.replace("+0200", "+0500").replace("+0100", "+0400") for line in BERLIN_RULES]
    assert shown(read(at_ten_in("Mine"), defined("Mine", *moved))) == [
        "0323T0600-0323T0700",
        "0330T0500-0330T0600",
    ]


@pytest.mark.parametrize(
    "rules",
    [
        (),
        BERLIN_RULES[:5],
        ("BEGIN:STANDARD", "DTSTART:nonsense", *BERLIN_RULES[2:6]),
        tuple(line.replace("YEARLY", "SECONDLY") for line in BERLIN_RULES),
        tuple(line.replace("BYDAY=-1SU;BYMONTH=10", "BYMONTHDAY=30;BYMONTH=2") for line in BERLIN_RULES),
        BERLIN_RULES * 200,
    ],
    ids=["empty", "open", "date", "secondly", "never", "long"],
)
def test_a_zone_explained_badly_is_unknown(rules: tuple[str, ...]) -> None:
    report = read(defined("Mine", *rules), at_ten_in("Mine"), event(*AT_TEN, uid="b"))
    assert shown(report) == ["0105T0900-0105T1000"]
    assert [(problem.reason, problem.text) for problem in report.problems] == [("zone_unknown", "Mine")]


def test_an_unknown_zone_costs_its_event_only() -> None:
    report = read(at_ten_in("Nowhere/Else"), event(*AT_TEN, uid="b"))
    assert [busy.uid for busy in report.busy] == ["b"]
    assert reasons(report) == [(3, "zone_unknown", "Nowhere/Else")]
    assert str(report).splitlines() == [
        "events: 2 read, 1 busy times, 0 free",
        "line 3 (a): Its time zone is unknown; it was left out. 'Nowhere/Else'",
    ]


def test_an_unknown_zone_of_the_calendar_is_said_once() -> None:
    report = read("X-WR-TIMEZONE:Nowhere", event("DTSTART;VALUE=DATE:20260105"))
    assert shown(report) == ["0104T2300-0105T2300"]
    assert reasons(report) == [(1, "calendar_zone_unknown", "Nowhere")]
