"""A calendar file into an agenda."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kalends.organizations.permissions import Role
from tests.api.callers import Caller, booking, member, monday, problem, told, wall
from tests.cast import Clinic
from tests.web.staff.desk import audited

EVENT = (
    "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Europe/Paris:{day}T090000\r\nDTEND;TZID=Europe/Paris:{day}T100000\r\n"
    "SUMMARY:Réunion\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEND:VEVENT\r\n"
)
LOST = "BEGIN:VEVENT\r\nUID:lost\r\nEND:VEVENT\r\n"


def content(*parts: str) -> str:
    return "BEGIN:VCALENDAR\r\n" + "".join(parts).format(day=f"{monday():%Y%m%d}") + "END:VCALENDAR\r\n"


def sent(caller: Caller, clinic: Clinic, key: str | None = None, **more: Any) -> tuple[int, Any]:
    path = f"tilleuls/schedules/{clinic.schedule.id}/calendar-files"
    return told(caller.post(path, {"name": "work", "content": content(EVENT, LOST), **more}, key=key))


def blocks(clinic: Clinic) -> list[tuple[str, str]]:
    with clinic.acting():
        return list(clinic.schedule.blocks.order_by("starts_at").values_list("source_uid", "reason"))


def test_what_is_busy_is_blocked_once(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    booked = told(caller.post("tilleuls/appointments", booking(tilleuls, 9)))
    assert booked[0] == 201
    status, tried = sent(caller, tilleuls, dry_run=True)
    tomorrow = monday() + timedelta(days=1)
    expected = {
        "schedule": str(tilleuls.schedule.id),
        "name": "work",
        "since": tried["since"],
        "until": tried["until"],
        "events": 2,
        "busy": 2,
        "first": wall(9),
        "last": wall(10, day=tomorrow),
        "free": 0,
        "added": 2,
        "kept": 0,
        "removed": 0,
        "not_needed": 0,
        "repetitions": [
            {
                "line": 2,
                "uid": "a",
                "title": "Réunion",
                "count": 2,
                "first": wall(9),
                "last": wall(10, day=tomorrow),
                "is_endless": False,
            }
        ],
        "appointments": [{"start": wall(9), "end": wall(9, 30)}],
        "problems": [
            {
                "line": 9,
                "uid": "lost",
                "code": "start_missing",
                "message": "It has no start; it was left out.",
                "text": "",
            }
        ],
    }
    assert (status, tried, blocks(tilleuls)) == (200, expected, [])
    assert sent(caller, tilleuls, key="once") == (201, expected)
    assert sent(caller, tilleuls, key="once") == (201, expected)
    assert blocks(tilleuls) == [("work#a", "Réunion")] * 2
    status, again = sent(caller, tilleuls)
    assert (status, again["added"], again["kept"], again["removed"]) == (201, 0, 2, 0)
    assert blocks(tilleuls) == [("work#a", "Réunion")] * 2
    assert [one["added"] for one in audited(tilleuls, "calendar:import")] == [2, 0]


def test_what_is_wrong_is_named(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    detail = "Some fields need your attention."
    no_calendar = ("content", "This is not a calendar file: it has no BEGIN:VCALENDAR.")
    assert sent(caller, tilleuls, content="x") == (422, problem(422, "invalid", detail, no_calendar))
    nameless = ("name", "Please give the calendar a name.")
    assert sent(caller, tilleuls, name="#") == (422, problem(422, "invalid", detail, nameless))
    assert sent(caller, tilleuls, content="x" * 1_000_001)[0] == 413
    assert sent(member(tilleuls, Role.STAFF), tilleuls)[0] == 403
    assert blocks(tilleuls) == []
