"""Visits that need a room or a device: taken with the place, given back with it, all or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from kalends.agenda import operations as agenda
from kalends.agenda.queries.plans import plan_of
from kalends.agenda.refusals import PlaceTaken, StillUsed
from kalends.booking import operations as booking
from kalends.booking.refusals import NotEnoughResources, SlotTaken
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid, Refusal
from tests.agenda.shared import act, offered
from tests.booking.rooms import make_resource, require, second_schedule, taken_by
from tests.cast import MONDAY, NOW, Clinic, at, data
from tests.statements import noted


def book(clinic: Clinic, hour: int, schedule_id: UUID | None = None, **more: Any) -> Any:
    with clinic.acting():
        return booking.book(
            clinic.organization,
            schedule_id=schedule_id or clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=at(hour),
            contact=data(last=f"Visite {hour} {schedule_id}"),
            by=clinic.actor(),
            now=NOW,
            **more,
        )


def test_a_visit_takes_what_it_needs_and_gives_it_back(tilleuls: Clinic) -> None:
    room, laser = make_resource(tilleuls, "Salle 1"), make_resource(tilleuls, "Laser", "device")
    require(tilleuls, [room], [laser])
    visit = book(tilleuls, 9)
    assert taken_by(tilleuls, visit.id) == ["Laser", "Salle 1"]
    act(tilleuls, booking.cancel, tilleuls.organization, visit.id)
    assert taken_by(tilleuls, visit.id) == []


def test_no_time_is_offered_at_which_the_room_is_taken(tilleuls: Clinic) -> None:
    room = make_resource(tilleuls, "Salle 1")
    require(tilleuls, [room])
    other = second_schedule(tilleuls)
    book(tilleuls, 9)
    assert offered(tilleuls, schedule_id=other.id)[:2] == ["09:30", "10:00"]
    with pytest.raises(SlotTaken):
        book(tilleuls, 9, other.id)
    with tilleuls.acting():
        assert tilleuls.organization.appointments.count() == 1
        assert tilleuls.organization.occupancies.count() == 1


def test_any_of_two_rooms_will_do(tilleuls: Clinic) -> None:
    require(tilleuls, [make_resource(tilleuls, "Salle 1"), make_resource(tilleuls, "Salle 2")])
    other = second_schedule(tilleuls)
    first, second = book(tilleuls, 9), book(tilleuls, 9, other.id)
    assert [taken_by(tilleuls, one.id) for one in (first, second)] == [["Salle 1"], ["Salle 2"]]


def test_a_moved_visit_moves_what_it_needs(tilleuls: Clinic) -> None:
    require(tilleuls, [make_resource(tilleuls, "Salle 1")])
    other = second_schedule(tilleuls)
    visit, in_the_way = book(tilleuls, 9), book(tilleuls, 10, other.id)
    with pytest.raises(SlotTaken):
        act(tilleuls, booking.move, tilleuls.organization, visit.id, schedule_id=tilleuls.schedule.id, starts_at=at(10))
    assert taken_by(tilleuls, visit.id) == ["Salle 1"]
    act(tilleuls, booking.move, tilleuls.organization, visit.id, schedule_id=other.id, starts_at=at(11))
    with tilleuls.acting():
        taken = tilleuls.organization.resource_occupancies.order_by("starts_at")
        assert [(row.holder_id, row.starts_at) for row in taken] == [(in_the_way.id, at(10)), (visit.id, at(11))]


def test_a_hold_holds_the_room_too_and_hands_it_on(tilleuls: Clinic) -> None:
    require(tilleuls, [make_resource(tilleuls, "Salle 1")])
    other = second_schedule(tilleuls)
    kept = act(
        tilleuls,
        booking.hold,
        tilleuls.organization,
        schedule_id=tilleuls.schedule.id,
        service_id=tilleuls.service.id,
        starts_at=at(9),
        visitor=b"somebody",
    )
    with pytest.raises(SlotTaken):
        book(tilleuls, 9, other.id)
    visit = book(tilleuls, 9, hold_id=kept.id)
    with tilleuls.acting():
        (row,) = tilleuls.organization.resource_occupancies.all()
        assert (row.holder_id, row.expires_at) == (visit.id, None)


def test_an_expired_hold_holds_no_room(tilleuls: Clinic) -> None:
    require(tilleuls, [make_resource(tilleuls, "Salle 1")])
    other = second_schedule(tilleuls)
    with tilleuls.acting():
        long_ago = NOW - timedelta(days=400)
        booking.hold(
            tilleuls.organization,
            schedule_id=other.id,
            service_id=tilleuls.service.id,
            starts_at=at(9),
            visitor=b"somebody",
            by=tilleuls.actor(),
            now=long_ago,
        )
    assert offered(tilleuls)[0] == "09:00"
    assert taken_by(tilleuls, book(tilleuls, 9).id) == ["Salle 1"]


def test_a_service_that_needs_nothing_asks_nothing_about_rooms(tilleuls: Clinic) -> None:
    make_resource(tilleuls, "Salle 1")
    with tilleuls.acting():
        plan_of(tilleuls.organization)
    with noted() as asked:
        book(tilleuls, 9)
    offered(tilleuls)
    assert [statement for statement in asked if "agenda_resource" in statement] == []


def test_visits_to_come_are_supplied_when_a_service_needs_more(tilleuls: Clinic) -> None:
    visit = book(tilleuls, 9)
    require(tilleuls, [make_resource(tilleuls, "Salle 1")])
    assert taken_by(tilleuls, visit.id) == ["Salle 1"]
    require(tilleuls)
    assert taken_by(tilleuls, visit.id) == []


def test_requirements_that_leave_a_visit_without_are_refused(tilleuls: Clinic) -> None:
    other = second_schedule(tilleuls)
    book(tilleuls, 9), book(tilleuls, 9, other.id)
    room = make_resource(tilleuls, "Salle 1")
    with pytest.raises(NotEnoughResources) as refused:
        require(tilleuls, [room])
    assert refused.value.details == {"count": 1, "first": MONDAY}
    with tilleuls.acting():
        assert tilleuls.organization.requirements.count() == 0
        assert tilleuls.organization.resource_occupancies.count() == 0


def test_a_room_with_visits_to_come_is_not_switched_off(tilleuls: Clinic) -> None:
    room = make_resource(tilleuls, "Salle 1")
    require(tilleuls, [room])
    visit = book(tilleuls, 9)
    with pytest.raises(StillUsed) as refused:
        act(tilleuls, agenda.edit_resource, room, is_active=False)
    assert (refused.value.count, refused.value.until) == (1, visit.ends_at)
    act(tilleuls, booking.cancel, tilleuls.organization, visit.id)
    act(tilleuls, agenda.edit_resource, room, is_active=False)
    assert offered(tilleuls) == []


def test_a_room_that_is_closed_for_a_time_is_not_offered(tilleuls: Clinic) -> None:
    room = make_resource(tilleuls, "Salle 1")
    require(tilleuls, [room])
    block = act(
        tilleuls, agenda.block_resource, room, starts_at=at(9), ends_at=at(11) + timedelta(days=3), reason="Travaux"
    )
    assert (offered(tilleuls), offered(tilleuls, MONDAY + timedelta(days=3))[0]) == ([], "11:00")
    act(tilleuls, agenda.edit_resource, room, is_active=False)  # no visit is in the way
    act(tilleuls, agenda.edit_resource, room, is_active=True)
    act(tilleuls, agenda.unblock_resource, block)
    assert offered(tilleuls)[0] == "09:00"
    book(tilleuls, 9)
    with pytest.raises(PlaceTaken):
        act(tilleuls, agenda.block_resource, room, starts_at=at(9, 15), ends_at=at(10))


def test_names_choices_and_places_are_checked(tilleuls: Clinic, carpati: Clinic) -> None:
    room, foreign = make_resource(tilleuls, "Salle 1"), make_resource(carpati, "Sala 1")
    for sent, field in (([[room.id, room.id]], 0), ([[room.id], []], 1), ([[foreign.id]], 0)):
        with pytest.raises(Invalid) as refused:
            act(tilleuls, agenda.set_requirements, tilleuls.service, sent)
        assert [error.field for error in refused.value.errors] == [f"requirements[{field}]"]
    with pytest.raises(Invalid) as refused:
        make_resource(tilleuls, "Salle 1")
    assert [error.field for error in refused.value.errors] == ["name"]


def test_bok_07_two_who_need_the_same_things_in_opposite_order(tilleuls: Clinic) -> None:
    """Each round both want room and laser at the same time for two agendas: one gets all, the other nothing."""
    room, laser = make_resource(tilleuls, "Salle 1"), make_resource(tilleuls, "Laser", "device")
    require(tilleuls, [room], [laser])
    agendas = [tilleuls.schedule.id, second_schedule(tilleuls).id]
    starts = [at(9) + timedelta(minutes=30 * number) for number in range(6)]

    def wish(number: int) -> str:
        def attempt(now: Any) -> str:
            booking.book(
                tilleuls.organization,
                schedule_id=agendas[number % 2],
                service_id=tilleuls.service.id,
                starts_at=starts[number // 2],
                contact=data(last=f"Visite {number}"),
                by=tilleuls.actor(),
                now=NOW,
            )
            return "booked"

        try:
            return tenancy.perform(attempt, organization=tilleuls.organization, by=tilleuls.actor())
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        answers = sorted(pool.map(wish, range(12)))
    assert answers == ["booked"] * 6 + ["slot_taken"] * 6
    with tilleuls.acting():
        visits = {one.id for one in tilleuls.organization.appointments.all()}
        places = [row.holder_id for row in tilleuls.organization.occupancies.all()]
        belongings = [row.holder_id for row in tilleuls.organization.resource_occupancies.all()]
    assert (set(places), len(places), set(belongings), len(belongings)) == (visits, 6, visits, 12)
