"""Booking with any practitioner: by turn, told why, and nobody is sent where nobody is free."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.booking.queries import history_of
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.foundation.database import tenancy
from tests.booking.rooms import second_schedule
from tests.cast import NOW, Clinic, at, data
from tests.hostile.test_bok import together


def book_any(clinic: Clinic, hour: int, minute: int = 0, **more: Any) -> Appointment:
    with clinic.acting():
        return booking.book_any(
            clinic.organization,
            service_id=clinic.service.id,
            starts_at=at(hour, minute),
            contact=data(last=f"Visite {hour} {minute}"),
            by=clinic.actor(),
            now=NOW,
            **more,
        )


def chosen(clinic: Clinic, appointment: Appointment) -> Any:
    with clinic.acting():
        return history_of(appointment)[0].after["chosen"]["shares"]


def test_visits_are_given_by_turn_and_the_history_says_why(tilleuls: Clinic) -> None:
    other = second_schedule(tilleuls, weight=50, priority=1)
    given = [book_any(tilleuls, 9 + number // 2, number % 2 * 30) for number in range(6)]
    names = {tilleuls.schedule.id: "full", other.id: "half"}
    assert sorted(names[one.schedule_id] for one in given) == ["full"] * 4 + ["half"] * 2
    assert names[given[0].schedule_id] == "half"  # by its priority, as nobody had any
    told = chosen(tilleuls, given[1])
    assert [(one["schedule"], one["booked"], one["weight"], one["priority"]) for one in told] == [
        (str(tilleuls.schedule.id), 0, 100, 0),
        (str(other.id), 1, 50, 1),
    ]


def test_only_who_is_free_is_chosen(tilleuls: Clinic) -> None:
    second_schedule(tilleuls, priority=9)  # open in the morning only
    assert book_any(tilleuls, 14).schedule_id == tilleuls.schedule.id
    with pytest.raises(SlotTaken):
        book_any(tilleuls, 14)
    with pytest.raises(SlotNotOpen):
        book_any(tilleuls, 20)


def test_a_held_time_keeps_its_reason(tilleuls: Clinic) -> None:
    second_schedule(tilleuls)
    with tilleuls.acting():
        kept = booking.hold_any(
            tilleuls.organization,
            service_id=tilleuls.service.id,
            starts_at=at(9),
            visitor=b"somebody",
            by=tilleuls.actor(),
            now=NOW,
        )
    assert [one["booked"] for one in kept.chosen["shares"]] == [0, 0]


def test_two_at_once_are_sent_to_two(tilleuls: Clinic) -> None:
    other = second_schedule(tilleuls)

    def asker(number: int) -> Any:
        def act(now: Any) -> Appointment:
            return booking.book_any(
                tilleuls.organization,
                service_id=tilleuls.service.id,
                starts_at=at(9),
                contact=data(last=f"Visite {number}"),
                by=tilleuls.actor(),
                now=NOW,
            )

        return lambda: tenancy.perform(act, organization=tilleuls.organization, by=tilleuls.actor())

    results = together([asker(number) for number in range(4)])
    visits = [one for one in results if isinstance(one, Appointment)]
    assert {one.schedule_id for one in visits} == {tilleuls.schedule.id, other.id}
    assert [type(one) for one in results if not isinstance(one, Appointment)] == [SlotTaken, SlotTaken]
