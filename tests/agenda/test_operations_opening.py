"""Opening hours: replaced as a whole, checked as a whole, never over somebody else's edit."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.models import Schedule
from kalends.agenda.refusals import EditedMeanwhile
from kalends.agenda.rules import DayOverride, OpeningRule
from kalends.booking import queries
from kalends.foundation.errors import Invalid
from tests.agenda.shared import act, booked, lines, offered
from tests.cast import MONDAY, NOW, Clinic

MORNING = OpeningRule(1, 540, 720)
AFTERNOON = OpeningRule(1, 780, 1020)


def opening(clinic: Clinic, rules=(), overrides=(), version=None) -> Schedule:
    return act(clinic, agenda.set_opening, clinic.schedule, rules=rules, overrides=overrides, version=version)


def refused_field(clinic: Clinic, rules=(), overrides=()) -> str:
    with pytest.raises(Invalid) as refused:
        opening(clinic, rules, overrides)
    assert (refused.value.code, refused.value.status) == ("invalid", 422)
    with clinic.acting():
        assert clinic.organization.opening_rules.count() == 10
        assert clinic.organization.schedules.get().version == 1
    assert len({str(error.message) for error in refused.value.errors}) == 1
    return ", ".join(error.field for error in refused.value.errors)


def test_new_hours_replace_the_old_ones(tilleuls: Clinic) -> None:
    schedule = opening(tilleuls, [OpeningRule(1, 600, 660)], [DayOverride(date(2026, 12, 8), ((840, 900),))])
    assert schedule.version == 2
    assert offered(tilleuls) == ["10:00", "10:30"]
    assert offered(tilleuls, date(2026, 12, 8)) == ["14:00", "14:30"]
    assert offered(tilleuls, date(2026, 12, 9)) == []


def test_all_that_a_rule_can_say_is_kept(tilleuls: Clinic) -> None:
    rule = OpeningRule(3, 0, 1440, date(2026, 1, 1), date(2027, 12, 31), "odd", frozenset({tilleuls.service.id}))
    opening(tilleuls, [rule])
    with tilleuls.acting():
        row = tilleuls.schedule.opening_rules.get()
    kept = (row.weekday, row.from_minute, row.to_minute, row.valid_from, row.valid_until, row.weeks, row.services)
    assert kept == (3, 0, 1440, date(2026, 1, 1), date(2027, 12, 31), "odd", [tilleuls.service.id])


def test_the_second_of_two_editors_is_told(tilleuls: Clinic) -> None:
    """SCH-02."""
    opening(tilleuls, [MORNING], version=1)
    with pytest.raises(EditedMeanwhile) as refused:
        opening(tilleuls, [AFTERNOON], version=1)
    assert (refused.value.code, refused.value.status) == ("edited_meanwhile", 409)
    assert offered(tilleuls)[0] == "09:00"
    assert opening(tilleuls, [AFTERNOON], version=2).version == 3
    assert offered(tilleuls)[0] == "13:00"


def test_shorter_hours_keep_the_appointments_and_list_them(tilleuls: Clinic) -> None:
    """SCH-01."""
    inside = booked(tilleuls, 9)
    across = booked(tilleuls, 11, 30, last="Blot", first="Marie", email="marie@blot.example", phone="")
    outside = booked(tilleuls, 16, last="Roux", first="Paul", email="paul@roux.example", phone="")
    opening(tilleuls, [OpeningRule(1, 540, 705)])
    with tilleuls.acting():
        listed = queries.outside_hours(tilleuls.schedule, now=NOW)
        assert [appointment.id for appointment in listed] == [across.id, outside.id]
        assert listed[0].contact.last_name == "Blot"
        assert set(tilleuls.organization.appointments.values_list("id", "status")) == {
            (inside.id, "booked"),
            (across.id, "booked"),
            (outside.id, "booked"),
        }


def test_an_exception_taken_back_gives_the_usual_hours_again(tilleuls: Clinic) -> None:
    """SCH-05: what was booked on the exception is flagged."""
    usual = [OpeningRule(1, 540, 720)]
    opening(tilleuls, usual, [DayOverride(MONDAY, ((1080, 1200),))])
    evening = booked(tilleuls, 18)
    opening(tilleuls, usual)
    assert offered(tilleuls) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    with tilleuls.acting():
        assert [found.id for found in queries.outside_hours(tilleuls.schedule, now=NOW)] == [evening.id]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (OpeningRule(1, 540, 540), "to"),
        (OpeningRule(1, 540, 530), "to"),
        (OpeningRule(1, 1200, 1500), "to"),
        (OpeningRule(1, -1, 530), "from"),
        (OpeningRule(0, 540, 550), "weekday"),
        (OpeningRule(8, 540, 550), "weekday"),
        (OpeningRule(1, 540, 550, weeks="third"), "weeks"),
        (OpeningRule(1, 540, 550, date(2027, 1, 2), date(2027, 1, 1)), "valid_until"),
        (OpeningRule(1, 540, 550, date(26, 1, 1)), "valid_from"),
        (OpeningRule(1, 540, 550, None, date(2226, 1, 1)), "valid_until"),
        (OpeningRule(1, 540, 550, services=frozenset()), "services"),
        (OpeningRule(2, 540, 550, services=frozenset({uuid4()})), "services"),
        (OpeningRule(1, 719, 730), "from"),
    ],
)
def test_a_rule_that_cannot_be_is_named_with_its_field(tilleuls: Clinic, rule: OpeningRule, field: str) -> None:
    assert refused_field(tilleuls, [AFTERNOON, MORNING, rule]) == f"rules[2].{field}"


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ([DayOverride(MONDAY, ((540, 600), (600, 600)))], "overrides[0].periods[1].to"),
        (
            [DayOverride(MONDAY), DayOverride(date(2026, 12, 8), ((540, 600), (599, 610)))],
            "overrides[1].periods[1].from",
        ),
        ([DayOverride(MONDAY, ((540, 1441),))], "overrides[0].periods[0].to"),
        ([DayOverride(MONDAY), DayOverride(MONDAY, ((540, 600),))], "overrides[1].date"),
        ([DayOverride(date(1026, 12, 7))], "overrides[0].date"),
    ],
)
def test_a_day_that_cannot_be_is_named_with_its_field(tilleuls: Clinic, overrides: list, field: str) -> None:
    assert refused_field(tilleuls, [MORNING], overrides) == field


def test_there_is_an_end_to_rules_and_days(tilleuls: Clinic) -> None:
    many = [OpeningRule(1, minute, minute + 1) for minute in range(201)]
    assert refused_field(tilleuls, many) == "rules"
    days = [DayOverride(date.fromordinal(MONDAY.toordinal() + ahead)) for ahead in range(1001)]
    assert refused_field(tilleuls, [], days) == "overrides"


def test_a_service_of_another_organization_looks_unknown(tilleuls: Clinic, carpati: Clinic) -> None:
    strange: frozenset[UUID] = frozenset({carpati.service.id})
    assert refused_field(tilleuls, [OpeningRule(1, 540, 550, services=strange)]) == "rules[0].services"


def test_the_audit_says_what_the_hours_were(tilleuls: Clinic) -> None:
    opening(tilleuls, [MORNING], [DayOverride(MONDAY)])
    opening(tilleuls)
    _, (before, after) = lines(tilleuls, "opening:set")
    assert before == {
        "version": 2,
        "rules": [[1, 540, 720, "all", None, None]],
        "overrides": {"2026-12-07": []},
    }
    assert after == {"version": 3, "rules": [], "overrides": {}}
