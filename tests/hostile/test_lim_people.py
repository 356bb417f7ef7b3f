"""LIM-07, LIM-09: what one person and one visitor may have is counted right, also when it is asked for at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kalends.agenda.models import Offering, OpeningRule, Schedule
from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Hold
from kalends.booking.operations import waiting
from kalends.booking.refusals import TooManyBookings, TooManyEntries, TooManyHolds
from kalends.contacts.rules import ContactData
from kalends.foundation.database import tenancy
from tests.booking.waiting_list import switch
from tests.cast import NOW, Clinic, at, data
from tests.hostile.test_bok import together

AT_ONCE, ALLOWED = 8, 3


@pytest.fixture
def agendas(tilleuls: Clinic) -> list[Schedule]:
    """As many as there are acts at once, so that nobody waits for anybody at an agenda."""
    first = tilleuls.schedule
    with tilleuls.acting():
        more = [
            Schedule.all_rows.create(
                organization=tilleuls.organization,
                name=f"Agenda {number}",
                provider_id=first.provider_id,
                location_id=first.location_id,
                time_zone=first.time_zone,
                step_minutes=30,
            )
            for number in range(AT_ONCE - 1)
        ]
        for schedule in more:
            Offering.all_rows.create(
                organization=tilleuls.organization, schedule=schedule, service_id=tilleuls.service.id
            )
            OpeningRule.all_rows.create(
                organization=tilleuls.organization, schedule=schedule, weekday=1, from_minute=540, to_minute=1080
            )
    return [first, *more]


def by_a_patient(clinic: Clinic, operation: Callable[..., Any], **asked: Any) -> Callable[[], Any]:
    by = clinic.patient()

    def act(_now: Any) -> Any:
        return operation(clinic.organization, by=by, now=NOW, **asked)

    return lambda: tenancy.perform(act, organization=clinic.organization, by=by)


def times(clinic: Clinic, agendas: list[Schedule]) -> list[dict[str, Any]]:
    """Of each agenda another hour: no two of them overlap."""
    return [
        {"schedule_id": agenda.id, "service_id": clinic.service.id, "starts_at": at(9 + number // 2, number % 2 * 30)}
        for number, agenda in enumerate(agendas)
    ]


def spelled(number: int) -> ContactData:
    """The same person, as hands write: the names fold to the same, and telephone or e-mail is theirs."""
    return (
        data(),
        data("AUBREE", "Clemence", phone=""),
        data("Aubrée", "clémence", email="autre@courriel.example"),
    )[number % 3]


def test_one_person_books_no_more_than_they_may(tilleuls: Clinic, agendas: list[Schedule]) -> None:
    wishes = times(tilleuls, agendas)
    acts = [by_a_patient(tilleuls, booking.book, contact=spelled(0), **wish) for wish in wishes]
    results = together(acts)
    assert sum(isinstance(result, Appointment) for result in results) == ALLOWED
    assert sum(isinstance(result, TooManyBookings) for result in results) == AT_ONCE - ALLOWED
    with tilleuls.acting():
        assert tilleuls.organization.contacts.count() == 1


def test_written_in_other_ways_it_is_still_one_person(tilleuls: Clinic, agendas: list[Schedule]) -> None:
    wishes = times(tilleuls, agendas)
    by_a_patient(tilleuls, booking.book, contact=spelled(0), **wishes[0])()
    later = [by_a_patient(tilleuls, booking.book, contact=spelled(n), **wish) for n, wish in enumerate(wishes[1:])]
    results = together(later)
    assert sum(isinstance(result, Appointment) for result in results) == ALLOWED - 1
    with tilleuls.acting():
        assert tilleuls.organization.contacts.count() == 1


def test_one_visitor_keeps_three_times_at_once(tilleuls: Clinic, agendas: list[Schedule]) -> None:
    wishes = times(tilleuls, agendas)
    results = together([by_a_patient(tilleuls, booking.hold, visitor=b"one", **wish) for wish in wishes])
    assert sum(isinstance(result, Hold) for result in results) == ALLOWED
    assert sum(isinstance(result, TooManyHolds) for result in results) == AT_ONCE - ALLOWED
    with tilleuls.acting():
        assert tilleuls.organization.occupancies.count() == ALLOWED


def test_one_person_waits_for_three_things_at_once(tilleuls: Clinic) -> None:
    switch(tilleuls)
    join = by_a_patient(tilleuls, waiting.join, contact=data(), services=[tilleuls.service.id])
    results = together([join] * AT_ONCE)
    assert sum(isinstance(result, TooManyEntries) for result in results) == AT_ONCE - ALLOWED
    with tilleuls.acting():
        assert (tilleuls.organization.waitlist.count(), tilleuls.organization.contacts.count()) == (ALLOWED, 1)
