"""Free times over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kalends.agenda import operations as agenda
from tests.api.callers import PARIS, Caller, booking, member, monday, problem, slot, told, unknown
from tests.cast import Clinic

NOBODY = "01990000-0000-7000-8000-000000000000"


def asked(clinic: Clinic, first: date | None = None, last: date | None = None, **more: Any) -> dict[str, Any]:
    first = first or monday()
    return {"service": clinic.service.id, "from": first, "to": last or first, **more}


def day_of(clinic: Clinic) -> list[dict[str, str]]:
    halves = [(hour, minute) for hour in (9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)]
    return [slot(clinic, *half) for half in halves]


def test_a_day_of_free_times(tilleuls: Clinic) -> None:
    tuesday = (monday() + timedelta(days=1)).isoformat()
    answered = told(Caller().get("public/tilleuls/slots", **asked(tilleuls)))
    assert answered == (200, {"slots": day_of(tilleuls), "reason": None, "next": tuesday})


def test_a_booked_time_is_not_free(tilleuls: Clinic) -> None:
    assert Caller().post("public/tilleuls/appointments", booking(tilleuls, 10)).status_code == 201
    _, body = told(Caller().get("public/tilleuls/slots", **asked(tilleuls)))
    assert body["slots"] == [free for free in day_of(tilleuls) if free != slot(tilleuls, 10)]


def test_the_first_ones_only(tilleuls: Clinic) -> None:
    _, body = told(Caller().get("public/tilleuls/slots", **asked(tilleuls, limit=2)))
    assert body["slots"] == day_of(tilleuls)[:2]


def test_an_empty_answer_says_why_and_when_there_is_one(tilleuls: Clinic) -> None:
    saturday = monday() - timedelta(days=2)
    assert told(Caller().get("public/tilleuls/slots", **asked(tilleuls, saturday))) == (
        200,
        {"slots": [], "reason": "closed", "next": monday().isoformat()},
    )
    yesterday = datetime.now(PARIS).date() - timedelta(days=1)
    _, body = told(Caller().get("public/tilleuls/slots", **asked(tilleuls, yesterday)))
    assert body["reason"] == "outside_window"


def test_staff_ask_for_a_channel(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        agenda.set_channels(tilleuls.service, {"staff"}, by=tilleuls.actor(), now=now)
    nothing = {"slots": [], "reason": "not_on_channel", "next": None}
    caller = member(tilleuls)
    assert told(Caller().get("public/tilleuls/slots", **asked(tilleuls))) == (200, nothing)
    assert told(caller.get("tilleuls/slots", **asked(tilleuls))) == (200, nothing)
    _, body = told(caller.get("tilleuls/slots", **asked(tilleuls, channel="staff")))
    assert body["slots"] == day_of(tilleuls)


def test_patients_are_asked_for_the_website_whatever_they_say(tilleuls: Clinic) -> None:
    response = Caller().get("public/tilleuls/slots", **asked(tilleuls, channel="staff"))
    detail = "Some fields need your attention."
    assert told(response) == (422, problem(422, "invalid", detail, ("channel", "There is no such field.")))


@pytest.mark.parametrize("field", ["schedule", "provider", "location"])
def test_narrowed_to_one_of_ours(tilleuls: Clinic, field: str) -> None:
    own = {
        "schedule": tilleuls.schedule.id,
        "provider": tilleuls.schedule.provider_id,
        "location": tilleuls.schedule.location_id,
    }[field]
    _, body = told(Caller().get("public/tilleuls/slots", **asked(tilleuls, **{field: own})))
    assert body["slots"] == day_of(tilleuls)


@pytest.mark.parametrize("field", ["service", "schedule", "provider", "location"])
def test_unknown_foreign_and_unreadable_ids_are_not_found(tilleuls: Clinic, carpati: Clinic, field: str) -> None:
    foreign = {
        "service": carpati.service.id,
        "schedule": carpati.schedule.id,
        "provider": carpati.schedule.provider_id,
        "location": carpati.schedule.location_id,
    }[field]
    for wrong in (foreign, NOBODY, "nonsense", "' OR 1=1", ""):
        answered = told(Caller().get("public/tilleuls/slots", **asked(tilleuls, **{field: wrong})))
        assert answered == (404, unknown(field)), wrong


def test_62_days_at_most(tilleuls: Clinic) -> None:
    first = monday()
    path = "public/tilleuls/slots"
    assert Caller().get(path, **asked(tilleuls, first, first + timedelta(days=61))).status_code == 200
    detail = "Some fields need your attention."
    too_many = problem(422, "invalid", detail, ("to", "At most 62 days at once, please."))
    assert told(Caller().get(path, **asked(tilleuls, first, first + timedelta(days=62)))) == (422, too_many)
    reversed_ = problem(422, "invalid", detail, ("to", "This is before “from”."))
    assert told(Caller().get(path, **asked(tilleuls, first, first - timedelta(days=1)))) == (422, reversed_)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1899-12-31", "The year should be between 1900 and 2100."),
        ("2101-01-01", "The year should be between 1900 and 2100."),
        ("9999-12-31", "The year should be between 1900 and 2100."),
        ("0000-01-01", "Write the date as year, month, day: 2026-12-07."),
        ("20270-01-01", "Write the date as year, month, day: 2026-12-07."),
        ("2027-02-29", "Write the date as year, month, day: 2026-12-07."),
        ("2027-2-2", "Write the date as year, month, day: 2026-12-07."),
        ("today", "Write the date as year, month, day: 2026-12-07."),
        ("1764547200", "Write the date as year, month, day: 2026-12-07."),
        ("２０２７-０１-０１", "Write the date as year, month, day: 2026-12-07."),
    ],
)
def test_dates_are_dates_of_our_time(tilleuls: Clinic, typed: str, message: str) -> None:
    response = Caller().get("public/tilleuls/slots", **{**asked(tilleuls), "from": typed})
    assert told(response) == (422, problem(422, "invalid", "Some fields need your attention.", ("from", message)))


def test_what_is_missing_is_named(tilleuls: Clinic) -> None:
    empty = [(name, "Please fill this in.") for name in ("service", "from", "to")]
    expected = problem(422, "required_field", "Some required fields are empty.", *empty)
    assert told(Caller().get("public/tilleuls/slots")) == (422, expected)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("0", "This should be 1 or more."),
        ("5001", "This should be 5000 or less."),
        ("x", "This should be a whole number."),
    ],
)
def test_limits_are_bounded(tilleuls: Clinic, limit: str, message: str) -> None:
    response = Caller().get("public/tilleuls/slots", **asked(tilleuls, limit=limit))
    assert told(response) == (422, problem(422, "invalid", "Some fields need your attention.", ("limit", message)))


class TestWhatSuits:
    def free(self, clinic: Clinic, **more: Any) -> dict[str, Any]:
        status, body = told(Caller().get("public/tilleuls/slots", **asked(clinic, **more)))
        assert status == 200
        return dict(body)

    def test_a_part_of_the_day(self, tilleuls: Clinic) -> None:
        found = self.free(tilleuls, after="11:00", before="13:30")
        assert found["slots"] == [slot(tilleuls, 11), slot(tilleuls, 11, 30), slot(tilleuls, 13)]

    def test_some_days_of_the_week(self, tilleuls: Clinic) -> None:
        """Each Tuesday and Friday of two weeks, and a Tuesday as the next date."""
        last = monday() + timedelta(days=13)
        found = self.free(tilleuls, last=last, weekdays="5,2", after="16:30")
        days = [one["start"][:10] for one in found["slots"]]
        assert days == [(monday() + timedelta(days=ahead)).isoformat() for ahead in (1, 4, 8, 11)]
        assert found["next"] == (monday() + timedelta(days=15)).isoformat()

    def test_the_reason_is_about_what_suits(self, tilleuls: Clinic) -> None:
        """Monday is open and free; at noon and on its Sunday nobody works."""
        sunday = monday() + timedelta(days=6)
        noon = self.free(tilleuls, after="12:00", before="13:00")
        assert (noon["slots"], noon["reason"], noon["next"]) == ([], "closed", None)
        week = self.free(tilleuls, last=sunday, weekdays="7")
        assert (week["slots"], week["reason"], week["next"]) == ([], "closed", None)
        for minute in (0, 30):
            assert Caller().post("public/tilleuls/appointments", booking(tilleuls, 9, minute)).status_code == 201
        early = self.free(tilleuls, after="09:00", before="10:00")
        assert (early["reason"], early["next"]) == ("full", (monday() + timedelta(days=1)).isoformat())

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"weekdays": "8"}, "weekdays"),
            ({"weekdays": "1;2"}, "weekdays"),
            ({"after": "25:00"}, "after"),
            ({"after": "12:00", "before": "12:00"}, "before"),
        ],
    )
    def test_what_says_nothing(self, tilleuls: Clinic, sent: dict[str, str], field: str) -> None:
        status, body = told(Caller().get("public/tilleuls/slots", **asked(tilleuls, **sent)))
        assert (status, [error["field"] for error in body["errors"]]) == (422, [field])
