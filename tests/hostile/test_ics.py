"""ICS: calendar files that mean harm, through the page that takes them in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, text
from tests.web.staff.test_calendar_file import blocks, brought, calendar, event, uploads


def reasons(page: Any) -> list[str]:
    return [problem.reason for problem in page.context["problems"]]


def looked(client: Client, clinic: Clinic, *events: str) -> tuple[str, Any]:
    there = brought(client, clinic, calendar(*events)).url
    return there, client.get(there)


@pytest.mark.parametrize(
    ("rule", "busy", "told"),
    [
        ("FREQ=SECONDLY", 0, ["too_frequent"]),
        ("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=0,1", 0, ["too_frequent"]),
        ("FREQ=DAILY;INTERVAL=0", 0, ["rule_broken"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 0, ["rule_never"]),
        ("FREQ=WEEKLY;UNTIL=20200101T000000Z", 0, []),
    ],
    ids=["every second", "48 a day", "never moves on", "30 February", "long over"],
)
def test_ics_06_a_rule_without_bounds(
    tilleuls: Clinic, signed_in: Browser, rule: str, busy: int, told: list[str]
) -> None:
    _there, page = looked(signed_in(tilleuls.admin), tilleuls, event("a", at(9), f"RRULE:{rule}"))
    assert (page.status_code, len(page.context["report"].busy), reasons(page)) == (200, busy, told)


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;COUNT=1000000000", "FREQ=YEARLY"], ids=["a billion", "endless"])
def test_ics_06_repetitions_end_after_two_years(tilleuls: Clinic, signed_in: Browser, rule: str) -> None:
    client = signed_in(tilleuls.admin)
    there, page = looked(client, tilleuls, event("a", at(9), f"RRULE:{rule}"))
    assert (len(page.context["report"].busy), reasons(page)) == (2, [])
    assert ("it goes on without end" in text(page)) is ("COUNT" not in rule)
    client.post(there)
    assert len(blocks(tilleuls)) == 2


def test_ics_06_more_busy_times_than_are_taken(tilleuls: Clinic, signed_in: Browser) -> None:
    daily = [event(str(number), at(8) + timedelta(hours=number), "RRULE:FREQ=DAILY") for number in range(3)]
    _there, page = looked(signed_in(tilleuls.admin), tilleuls, *daily)
    assert (len(page.context["report"].busy), reasons(page)) == (2000, ["too_many_busy"])
    assert page.context["done"].added == 2000


def test_ics_06_a_file_of_ten_megabytes(tilleuls: Clinic, signed_in: Browser) -> None:
    page = brought(signed_in(tilleuls.admin), tilleuls, calendar(event("a", at(9), "X-A:" + "x" * 10_000_000)))
    assert (page.status_code, page.context["form"].errors) == (422, {"file": ["The file is larger than 5 MB."]})
    assert uploads(tilleuls) == 0


def test_ics_06_calendars_within_calendars(tilleuls: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    page = client.get(brought(client, tilleuls, b"BEGIN:VCALENDAR\r\n" * 100_000).url)
    assert (page.status_code, len(page.context["report"].busy)) == (200, 0)


def test_ics_06_marks_in_uid_title_and_name_stay_text(tilleuls: Clinic, signed_in: Browser) -> None:
    client = signed_in(tilleuls.admin)
    evil = "x'; DROP TABLE agenda_block; --\"<script>alert(1)</script>"
    sent = calendar(event(evil, at(9), "RRULE:FREQ=WEEKLY;COUNT=2"), event(evil, at(11), "RECURRENCE-ID:rubbish"))
    file = SimpleUploadedFile("<script>a.ics", sent)
    there = client.post(
        "/app/tilleuls/files/calendar/", {"schedule": str(tilleuls.schedule.id), "file": file, "source": evil[:54]}
    ).url
    page = client.get(there)
    assert reasons(page) == ["property_broken"]
    assert "alert(1)" in text(page)
    assert re.findall("<script>", page.content.decode()) == []
    client.post(there)
    assert {uid.partition("#")[2] for uid, *_ in blocks(tilleuls)} == {evil}


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("W. Europe Standard Time", []),
        ("Atlantis/Nowhere", ["zone_unknown"]),
        ("../../etc/passwd", ["zone_unknown"]),
        ("x" * 50_000, ["zone_unknown"]),
    ],
    ids=["windows", "unknown", "path", "long"],
)
def test_ics_07_a_zone_that_nobody_knows(tilleuls: Clinic, signed_in: Browser, zone: str, told: list[str]) -> None:
    client = signed_in(tilleuls.admin)
    there, page = looked(client, tilleuls, event("a", at(9)).replace("Europe/Paris", zone), event("b", at(15)))
    assert reasons(page) == told
    client.post(there)
    starts = [start for _uid, _reason, start, _end in blocks(tilleuls)]
    assert starts == ([at(15)] if told else [at(9), at(15)])


def test_ics_07_a_broken_zone_of_its_own(tilleuls: Clinic, signed_in: Browser) -> None:
    own = "\r\n".join(
        [
            *("BEGIN:VTIMEZONE", "TZID:Mine", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
            *("RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+9999", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"),
        ]
    )
    mine = event("a", at(9)).replace("Europe/Paris", "Mine")
    _there, page = looked(signed_in(tilleuls.admin), tilleuls, own, mine, event("b", at(15)))
    assert (reasons(page), [one.uid for one in page.context["report"].busy]) == (["zone_unknown"], ["b"])


def test_ics_07_days_no_zone_no_time_and_backwards(tilleuls: Clinic, signed_in: Browser) -> None:
    day = at(0)
    whole = f"BEGIN:VEVENT\r\nUID:day\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\nEND:VEVENT"
    floating = event("floating", at(9) + timedelta(days=1)).replace(";TZID=Europe/Paris", "")
    client = signed_in(tilleuls.admin)
    there, page = looked(
        client, tilleuls, whole, floating, event("none", at(9), hours=0), event("back", at(9), hours=-1)
    )
    assert [(one.uid, one.reason) for one in page.context["problems"]] == [
        ("none", "zero_length"),
        ("back", "end_before_start"),
    ]
    client.post(there)
    tomorrow = at(9) + timedelta(days=1)
    assert [block[2:] for block in blocks(tilleuls)] == [
        (day, day + timedelta(days=1)),
        (tomorrow, tomorrow + timedelta(hours=1)),
    ]
