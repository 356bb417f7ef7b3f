"""Editing opening hours: what is typed is what is open, and nobody overwrites anybody unknowingly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kalends.agenda import operations as agenda
from kalends.agenda.rules import DayOverride, OpeningRule
from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, audited, book, coming, notices, text


def url_of(clinic: Clinic) -> str:
    return f"/app/tilleuls/settings/schedules/{clinic.schedule.id}/opening/"


def typed(rows: Sequence[tuple[Any, ...]], days: Sequence[tuple[str, str]] = (), *, version: int = 1) -> dict[str, Any]:
    """A form: rows of (weekday, from, to, other fields by name), days of (date, hours)."""
    sent: dict[str, Any] = {"version": version}
    for key, (weekday, start, end, *more) in enumerate(rows):
        sent |= {f"rules-{key}-weekday": weekday, f"rules-{key}-start": start, f"rules-{key}-end": end}
        sent |= {f"rules-{key}-{name}": value for name, value in (more[0] if more else {}).items()}
    for key, (day, hours) in enumerate(days):
        sent |= {f"days-{key}-date": day, f"days-{key}-hours": hours}
    return sent


def stored(clinic: Clinic) -> list[tuple[Any, ...]]:
    with clinic.acting():
        rows = clinic.schedule.opening_rules.order_by("weekday", "from_minute")
        return [
            (row.weekday, row.from_minute, row.to_minute, row.weeks, row.valid_from, row.valid_until) for row in rows
        ]


def rows_of(response: Any) -> list[tuple[int, str, str]]:
    return [(row.weekday, row.start, row.end) for row in response.context["opening"].rows]


def free_on(client: Client, clinic: Clinic, day: Any) -> list[str]:
    page = client.get(f"/app/tilleuls/?day={day}&service={clinic.service.id}")
    return [line.time for line in page.context["day"].agendas[0].lines]


class TestSaving:
    def test_the_page_shows_what_is_stored(self, tilleuls: Clinic, signed_in: Browser) -> None:
        page = signed_in(tilleuls.admin).get(url_of(tilleuls))
        assert rows_of(page) == [
            (weekday, start, end) for weekday in range(1, 6) for start, end in (("9:00", "12:00"), ("13:00", "17:00"))
        ]

    def test_new_hours_change_the_free_times(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        assert len(free_on(client, tilleuls, coming())) == 14
        sent = typed([(1, "8:00", "9:30"), (1, "23", "24:00", {"weeks": "all"}), (6, "10h", "11.00")])
        answer = client.post(url_of(tilleuls), sent, follow=True)
        assert notices(answer) == ["good: The hours are saved."]
        assert free_on(client, tilleuls, coming()) == ["8:00", "8:30", "9:00", "23:00", "23:30"]
        assert free_on(client, tilleuls, coming(6)) == ["10:00", "10:30"]
        assert free_on(client, tilleuls, coming(2)) == []

    def test_weeks_and_dates_limit_a_row(self, tilleuls: Clinic, signed_in: Browser) -> None:
        limits = {"weeks": "odd", "valid_from": "2027-01-04", "valid_until": "2027-06-30"}
        signed_in(tilleuls.admin).post(url_of(tilleuls), typed([(2, "9:00", "10:00", limits)]))
        assert [(row[3], str(row[4]), str(row[5])) for row in stored(tilleuls)] == [("odd", "2027-01-04", "2027-06-30")]

    def test_a_row_may_be_for_some_services_only(self, tilleuls: Clinic, signed_in: Browser) -> None:
        sent = typed([(2, "9:00", "10:00", {"services": [tilleuls.service.id, "not an id"]})])
        signed_in(tilleuls.admin).post(url_of(tilleuls), sent)
        with tilleuls.acting():
            assert tilleuls.schedule.opening_rules.get().services == [tilleuls.service.id]

    def test_single_days_replace_the_week(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        days = [(coming().isoformat(), "14:00–15:00, 16:00 - 17:00"), (coming(2).isoformat(), "")]
        client.post(url_of(tilleuls), typed([(1, "9:00", "12:00"), (2, "9:00", "12:00")], days))
        assert free_on(client, tilleuls, coming()) == ["14:00", "14:30", "16:00", "16:30"]
        assert free_on(client, tilleuls, coming(2)) == []
        assert [(day.date, day.hours) for day in client.get(url_of(tilleuls)).context["opening"].days] == [
            (coming().isoformat(), "14:00–15:00, 16:00–17:00"),
            (coming(2).isoformat(), ""),
        ]

    def test_days_that_have_passed_are_not_shown_and_not_lost(self, tilleuls: Clinic, signed_in: Browser) -> None:
        long_ago = coming(1, -8)
        with tilleuls.acting() as now:
            overrides = [DayOverride(long_ago, ((600, 660),))]
            agenda.set_opening(
                tilleuls.schedule, rules=[], overrides=overrides, version=None, by=tilleuls.actor(), now=now
            )
        client = signed_in(tilleuls.admin)
        assert client.get(url_of(tilleuls)).context["opening"].days == []
        client.post(url_of(tilleuls), typed([], [(coming().isoformat(), "")], version=2))
        with tilleuls.acting():
            assert list(tilleuls.schedule.overrides.order_by("day").values_list("day", "periods")) == [
                (long_ago, [[600, 660]]),
                (coming(), []),
            ]

    def test_leaves_a_line_with_before_and_after(self, tilleuls: Clinic, signed_in: Browser) -> None:
        signed_in(tilleuls.admin).post(url_of(tilleuls), typed([(1, "9:00", "10:00")]))
        assert [entry["rules"] for entry in audited(tilleuls, "opening:set")] == [[[1, 540, 600, "all", None, None]]]


class TestRefusals:
    @pytest.mark.parametrize(
        ("rows", "errors"),
        [
            ([(1, "9:00", "9:00")], {0: {"end": "This begins and ends at the same time."}}),
            (
                [(1, "9:00", "12:00"), (1, "11:00", "13:00")],
                {1: {"start": "This overlaps with other hours of the same day."}},
            ),
            ([(1, "9:00", "midi")], {0: {"end": "Please write an hour as 9:30."}}),
            ([(1, "9:00", "25:00")], {0: {"end": "Please write an hour as 9:30."}}),
            ([(1, "9:00", "")], {0: {"end": "Please write an hour as 9:30."}}),
            (
                [(1, "9:00", "10:00", {"valid_from": "2027-02-30"})],
                {0: {"valid_from": "Please give a date."}},
            ),
            (
                [(1, "9:00", "10:00", {"valid_from": "2027-03-01", "valid_until": "2027-02-01"})],
                {0: {"valid_until": "This date is before the first one."}},
            ),
        ],
    )
    def test_each_reason_stands_beside_its_row(
        self, tilleuls: Clinic, signed_in: Browser, rows: list[Any], errors: dict[int, dict[str, str]]
    ) -> None:
        before = stored(tilleuls)
        answer = signed_in(tilleuls.admin).post(url_of(tilleuls), typed(rows))
        shown = {place: row.errors for place, row in enumerate(answer.context["opening"].rows) if row.errors}
        assert (answer.status_code, shown) == (422, errors)
        assert rows_of(answer) == [row[:3] for row in rows]
        assert stored(tilleuls) == before

    @pytest.mark.parametrize(
        ("day", "errors"),
        [
            (("2027-02-30", "9:00-10:00"), {"date": "Please give a date."}),
            (("", "9:00-10:00"), {"date": "Please give a date."}),
            (
                ("2027-03-01", "le matin"),
                {"hours": "Please write hours as 9:00–12:00, 14:00–17:00; nothing for closed."},
            ),
            (("2027-03-01", "9:00-10:00, 9:30-11:00"), {"hours": "This overlaps with other hours of the same day."}),
        ],
    )
    def test_each_reason_stands_beside_its_day(
        self, tilleuls: Clinic, signed_in: Browser, day: tuple[str, str], errors: dict[str, str]
    ) -> None:
        answer = signed_in(tilleuls.admin).post(url_of(tilleuls), typed([], [day]))
        assert (answer.status_code, answer.context["opening"].days[0].errors) == (422, errors)
        assert answer.context["opening"].days[0].hours == day[1]

    def test_days_of_the_past_do_not_shift_the_reasons(self, tilleuls: Clinic, signed_in: Browser) -> None:
        with tilleuls.acting() as now:
            overrides = [DayOverride(coming(1, -8)), DayOverride(coming(2, -8))]
            agenda.set_opening(
                tilleuls.schedule, rules=[], overrides=overrides, version=None, by=tilleuls.actor(), now=now
            )
        twice = [(coming().isoformat(), ""), (coming().isoformat(), "9:00-10:00")]
        answer = signed_in(tilleuls.admin).post(url_of(tilleuls), typed([], twice, version=2))
        assert [day.errors for day in answer.context["opening"].days] == [{}, {"date": "This day is already there."}]


class TestTwoAtOnce:
    def test_the_second_is_told_keeps_what_was_typed_and_may_save_it_knowingly(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        client = signed_in(tilleuls.admin)
        with tilleuls.acting() as now:
            theirs = [OpeningRule(3, 540, 600)]
            agenda.set_opening(tilleuls.schedule, rules=theirs, overrides=[], version=1, by=tilleuls.actor(), now=now)
        answer = client.post(url_of(tilleuls), typed([(1, "8:00", "9:00")]))
        assert answer.status_code == 409
        assert notices(answer) == [
            "bad: Somebody else has changed these opening hours since you opened them. Load them again. "
            "What you typed is still below. Saving it now replaces theirs, which is: "
            "Wednesday 9:00–10:00 Take theirs and drop mine"
        ]
        assert rows_of(answer) == [(1, "8:00", "9:00")]
        assert [row[:3] for row in stored(tilleuls)] == [(3, 540, 600)]
        client.post(url_of(tilleuls), typed([(1, "8:00", "9:00")], version=answer.context["opening"].version))
        assert [row[:3] for row in stored(tilleuls)] == [(1, 480, 540)]

    @pytest.mark.parametrize("version", ["", "x", "99999999999999999999"])
    def test_a_version_that_is_none_is_an_old_one(self, tilleuls: Clinic, signed_in: Browser, version: str) -> None:
        answer = signed_in(tilleuls.admin).post(url_of(tilleuls), typed([]) | {"version": version})
        assert answer.status_code == 409


class TestRearranging:
    """Adding, removing, copying rows without scripts: the page comes back, nothing is saved."""

    @pytest.mark.parametrize(
        ("act", "rows"),
        [
            ({"add": "1"}, [(1, "9:00", "12:00"), (2, "9:00", "10:00"), (1, "", "")]),
            ({"remove": "0"}, [(2, "9:00", "10:00")]),
            ({"copy": "1"}, [(weekday, "9:00", "12:00") for weekday in range(1, 6)]),
            ({"add": "8"}, [(1, "9:00", "12:00"), (2, "9:00", "10:00")]),
        ],
    )
    def test_rows(
        self, tilleuls: Clinic, signed_in: Browser, act: dict[str, str], rows: list[tuple[int, str, str]]
    ) -> None:
        before = stored(tilleuls)
        sent = typed([(1, "9:00", "12:00"), (2, "9:00", "10:00")]) | act
        answer = signed_in(tilleuls.admin).post(url_of(tilleuls), sent)
        assert (answer.status_code, rows_of(answer)) == (200, rows)
        assert notices(answer) == ["info: Not saved yet."]
        assert stored(tilleuls) == before

    def test_days(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        added = client.post(url_of(tilleuls), typed([], [("2027-03-01", "")]) | {"add_day": "1"})
        removed = client.post(url_of(tilleuls), typed([], [("2027-03-01", "")]) | {"remove_day": "0"})
        assert [len(one.context["opening"].days) for one in (added, removed)] == [2, 0]


class TestOutsideHours:
    def test_appointments_left_outside_stay_and_are_listed(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        client = signed_in(tilleuls.admin)
        page = client.post(url_of(tilleuls), typed([(1, "13:00", "17:00")]), follow=True)
        monday = coming()
        assert notices(page)[1] == (
            "warn: 1 appointment to come stands outside these hours. They stay until you move or cancel them. "
            f"Mon {monday.day} {monday:%b} {monday.year}, 10:00 Aubrée Clémence"
        )
        with tilleuls.acting():
            assert tilleuls.organization.appointments.get(id=appointment.id).status == "booked"

    def test_a_closed_day_deleted_gives_the_hours_back(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.admin)
        hours = [(1, "9:00", "12:00")]
        client.post(url_of(tilleuls), typed(hours, [(coming().isoformat(), "")]))
        assert free_on(client, tilleuls, coming()) == []
        client.post(url_of(tilleuls), typed(hours, version=2))
        assert len(free_on(client, tilleuls, coming())) == 6
        assert free_on(client, tilleuls, coming() + timedelta(days=1)) == []

    def test_the_page_names_the_zone(self, tilleuls: Clinic, signed_in: Browser) -> None:
        assert "hours of Europe/Paris" in text(signed_in(tilleuls.admin).get(url_of(tilleuls)))
