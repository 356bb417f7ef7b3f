"""Closures and public holidays."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.rules import OpeningRule
from kalends.booking import queries
from kalends.foundation.errors import Invalid
from kalends.organizations import operations as organizations
from kalends.organizations.operations.checks import countries
from tests.agenda.shared import act, booked, lines, offered
from tests.cast import MONDAY, NOW, Clinic

TUESDAY = date(2026, 12, 8)


def close(clinic: Clinic, **fields):
    return act(clinic, agenda.add_closure, clinic.organization, **{"from_day": MONDAY, "to_day": MONDAY, **fields})


def holidays(clinic: Clinic, *years: int) -> list[tuple[date, str]]:
    made = act(clinic, agenda.add_public_holidays, clinic.organization, years=years)
    return [(closure.from_day, closure.reason) for closure in made]


def test_a_closure_takes_the_minutes_between_two_moments(tilleuls: Clinic) -> None:
    closure = close(tilleuls, from_minute=660, to_day=TUESDAY, to_minute=840, reason=" Congrès ")
    assert offered(tilleuls) == ["09:00", "09:30", "10:00", "10:30"]
    assert offered(tilleuls, TUESDAY)[0] == "14:00"
    assert closure.reason == "Congrès"
    act(tilleuls, agenda.remove_closure, closure)
    assert len(offered(tilleuls)) == 14


def test_a_closure_of_one_agenda_leaves_the_others_open(tilleuls: Clinic) -> None:
    place = {"provider": tilleuls.schedule.provider, "location": tilleuls.schedule.location}
    other = act(tilleuls, agenda.make_schedule, tilleuls.organization, name="Salle 2", step_minutes=30, **place)
    act(tilleuls, agenda.set_opening, other, rules=[OpeningRule(1, 540, 600)], overrides=[], version=None)
    act(tilleuls, agenda.set_offerings, other, [{"service": tilleuls.service}])
    close(tilleuls, schedule=tilleuls.schedule)
    assert offered(tilleuls) == ["09:00", "09:30"]
    close(tilleuls)
    assert offered(tilleuls) == []


def test_appointments_within_a_closure_stay_and_are_listed(tilleuls: Clinic) -> None:
    appointment = booked(tilleuls, 10)
    close(tilleuls)
    with tilleuls.acting():
        assert [found.id for found in queries.outside_hours(tilleuls.schedule, now=NOW)] == [appointment.id]
        assert tilleuls.organization.appointments.get().status == "booked"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"to_day": date(2026, 12, 5)}, "to_day"),
        ({"from_minute": 600, "to_minute": 600}, "to_minute"),
        ({"from_minute": 600, "to_minute": 599}, "to_minute"),
        ({"from_minute": 1440, "to_day": TUESDAY}, "from_minute"),
        ({"to_minute": 1441}, "to_minute"),
        ({"from_minute": -1}, "from_minute"),
        ({"to_day": date(2206, 12, 7)}, "to_day"),
        ({"from_day": date(206, 12, 7)}, "from_day"),
        ({"reason": "x" * 201}, "reason"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_with_its_field(tilleuls: Clinic, fields: dict, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        close(tilleuls, **fields)
    assert [error.field for error in refused.value.errors] == [name]


def test_an_agenda_of_somebody_else_looks_unknown(tilleuls: Clinic, carpati: Clinic) -> None:
    with pytest.raises(Invalid) as refused:
        close(tilleuls, schedule=carpati.schedule)
    assert [error.field for error in refused.value.errors] == ["schedule"]


def test_a_closure_can_be_edited(tilleuls: Clinic) -> None:
    closure = close(tilleuls)
    act(tilleuls, agenda.edit_closure, closure, from_minute=780, reason="Formation")
    assert offered(tilleuls)[-1] == "11:30"
    ((before, after),) = lines(tilleuls, "closure:edit")
    assert (before["from"], after["from"]) == (["2026-12-07", 0], ["2026-12-07", 780])


def test_the_holidays_of_france(tilleuls: Clinic) -> None:
    """CLK-22."""
    assert holidays(tilleuls, 2026) == [
        (date(2026, 1, 1), "Jour de l'an"),
        (date(2026, 4, 6), "Lundi de Pâques"),
        (date(2026, 5, 1), "Fête du Travail"),
        (date(2026, 5, 8), "Fête de la Victoire"),
        (date(2026, 5, 14), "Ascension"),
        (date(2026, 5, 25), "Lundi de Pentecôte"),
        (date(2026, 7, 14), "Fête nationale"),
        (date(2026, 8, 15), "Assomption"),
        (date(2026, 11, 1), "Toussaint"),
        (date(2026, 11, 11), "Armistice"),
        (date(2026, 12, 25), "Noël"),
    ]


def test_the_orthodox_easter_of_romania(carpati: Clinic) -> None:
    """CLK-22: in 2027 it is on 2 May, five weeks after the western one."""
    found = dict(holidays(carpati, 2027))
    assert (found[date(2027, 5, 2)], found[date(2027, 5, 3)]) == ("Paștele", "Paștele")
    assert date(2027, 3, 29) not in found


def test_the_national_day_of_quebec(clinics) -> None:
    """CLK-22: 24 June, in Québec only, as its postcode says."""
    clinic = clinics("erables", country="CA", time_zone="America/Toronto", languages=["fr"])
    act(clinic, organizations.edit_location, clinic.schedule.location, postcode="h2x 1y4")
    assert dict(holidays(clinic, 2026))[date(2026, 6, 24)] == "Fête nationale du Québec"
    with clinic.acting():
        assert set(clinic.organization.closures.values_list("schedule_id", flat=True)) == {None}


def test_a_holiday_of_one_region_closes_the_agendas_there(clinics) -> None:
    clinic = clinics("erables", country="CA", time_zone="America/Toronto", languages=["fr"])
    act(clinic, organizations.edit_location, clinic.schedule.location, postcode="H2X 1Y4")
    ottawa = act(clinic, organizations.make_location, clinic.organization, name="Ottawa", postcode="K1A 0B1")
    place = {"provider": clinic.schedule.provider, "location": ottawa}
    other = act(clinic, agenda.make_schedule, clinic.organization, name="Ottawa", **place)
    holidays(clinic, 2026)
    with clinic.acting():
        closed = list(clinic.organization.closures.values_list("from_day", "schedule_id"))
    assert (date(2026, 7, 1), None) in closed
    assert [found for found in closed if found[0] == date(2026, 6, 24)] == [(date(2026, 6, 24), clinic.schedule.id)]
    assert [found for found in closed if found[0] == date(2026, 2, 16)] == [(date(2026, 2, 16), other.id)]


def test_asking_again_adds_only_what_is_missing(tilleuls: Clinic) -> None:
    first = holidays(tilleuls, 2026)
    assert holidays(tilleuls, 2026) == []
    assert len(holidays(tilleuls, 2026, 2027)) == len(first)
    with tilleuls.acting():
        assert tilleuls.organization.closures.count() == 2 * len(first)
        christmas = tilleuls.organization.closures.get(from_day=date(2026, 12, 25))
    assert offered(tilleuls, date(2026, 12, 25)) == []
    act(tilleuls, agenda.edit_closure, christmas, from_minute=720)
    assert offered(tilleuls, date(2026, 12, 25))[0] == "09:00"
    assert holidays(tilleuls, 2026) == []
    assert len(lines(tilleuls, "closure:add")) == 2 * len(first)


def test_every_country_that_an_organization_may_be_in_has_its_calendar() -> None:
    import holidays as library

    assert countries() - set(library.list_supported_countries()) == set()


@pytest.mark.parametrize("year", [1899, 2101])
def test_a_year_that_is_a_slip_is_refused(tilleuls: Clinic, year: int) -> None:
    with pytest.raises(Invalid) as refused:
        holidays(tilleuls, 2026, year)
    assert [error.field for error in refused.value.errors] == ["years"]


def test_the_library_of_holidays_is_not_loaded_before_it_is_needed() -> None:
    """It takes memory, and processes that only book never use it."""
    import subprocess

    look = "import django; django.setup(); import sys, kalends.agenda.operations; print('holidays' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
