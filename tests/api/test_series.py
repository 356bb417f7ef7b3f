"""Series through the API: first every date with its clash, then all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.api.callers import Caller, booking, member, monday, person, problem, told, unknown, wall
from tests.cast import Clinic

PATH = "tilleuls/series"


def series(clinic: Clinic, **more: Any) -> dict[str, Any]:
    return {
        "service": str(clinic.service.id),
        "schedule": str(clinic.schedule.id),
        "first": monday().isoformat(),
        "time": "09:00",
        "count": 3,
        **more,
    }


def test_a_preview_writes_nothing_and_says_what_clashes(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    caller.post("tilleuls/appointments", booking(tilleuls, 9))
    status, body = told(caller.post(PATH, series(tilleuls, dry_run=True)))
    assert (status, body["id"]) == (200, None)
    assert [(one["number"], one["outcome"], one["why"]) for one in body["dates"]] == [
        (1, "skipped", "slot_taken"),
        (2, "made", ""),
        (3, "made", ""),
    ]
    assert told(caller.get(PATH)) == (200, {"items": [], "next": None})


def test_a_series_is_booked_and_tells_each_date(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    status, body = told(caller.post(PATH, series(tilleuls, contact=person(), on_clash="stop")))
    assert (status, [one["start"] for one in body["dates"]]) == (
        201,
        [wall(9, day=monday() + timedelta(weeks=number)) for number in range(3)],
    )
    assert told(caller.get(PATH)) == (200, {"items": [body], "next": None})


def test_what_is_wrong_is_named(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    foreign = series(tilleuls, schedule=str(carpati.schedule.id), contact=person())
    assert told(caller.post(PATH, foreign)) == (404, unknown("schedule"))
    endless = series(tilleuls, count=None, contact=person())
    error = ("count", "Please say how many dates, or until when.")
    assert told(caller.post(PATH, endless)) == (422, problem(422, "invalid", "Some fields need your attention.", error))


def test_without_a_schedule_any_practitioner_is_booked(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    sent = {name: value for name, value in booking(tilleuls, 9).items() if name != "schedule"}
    status, body = told(caller.post("tilleuls/appointments", sent))
    assert (status, body["schedule"]) == (201, str(tilleuls.schedule.id))
    assert told(caller.post("tilleuls/appointments", sent))[0] == 409


def test_what_is_held_for_anyone_is_booked_without_naming_a_schedule(tilleuls: Clinic) -> None:
    caller = Caller()
    wish = {"service": str(tilleuls.service.id), "start": wall(9)}
    status, kept = told(caller.post("public/tilleuls/holds", wish))
    assert status == 201
    sent = {name: value for name, value in booking(tilleuls, 9).items() if name != "schedule"}
    status, _ = told(caller.post("public/tilleuls/appointments", {**sent, "hold": kept["id"]}))
    assert status == 201
    status, body = told(caller.post("public/tilleuls/appointments", sent | {"contact": person(1)}))
    assert (status, body["code"], len(body["alternatives"])) == (409, "slot_taken", 3)
