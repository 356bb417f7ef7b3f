"""A seat above the capacity: knowingly, with a reason, by those who may (BOK-20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.queries.free_times import free_slot, free_times
from kalends.booking import operations as booking
from kalends.booking import queries
from kalends.booking.refusals import SlotNotOpen, SlotTaken
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.errors import NotAllowed
from kalends.organizations.permissions import Right, Role
from tests.booking.test_booking import book
from tests.booking.test_states import BLOT, cancel, undo
from tests.cast import MONDAY, NOW, Clinic, at, data

THIRD = data("Cler", "Jean", email="c@b.example", phone="")
WHY = "Urgence, adressée par le Dr Roux"


def free(clinic: Clinic) -> set[datetime]:
    with clinic.acting():
        found = free_times(
            clinic.organization,
            service_id=clinic.service.id,
            first=MONDAY,
            last=MONDAY,
            channel=ChannelKind.STAFF,
            now=NOW,
        )
    assert found is not None
    return {slot.starts_at for slot in found.slots}


def test_exactly_one_extra_marked_and_audited(tilleuls: Clinic) -> None:
    book(tilleuls)
    extra = book(tilleuls, by=tilleuls.actor(), who=BLOT, overbooking_reason=WHY)
    assert (extra.is_overbooked, extra.overbooking_reason, extra.status) == (True, WHY, "booked")
    with pytest.raises(SlotTaken):
        book(tilleuls, by=tilleuls.actor(), who=THIRD, overbooking_reason=WHY)
    with tilleuls.acting():
        seats = sorted(tilleuls.organization.occupancies.values_list("seat", flat=True))
        audited = tilleuls.organization.audit_entries.get(act="appointment:overbook")
        counted = queries.appointments(tilleuls.organization, is_overbooked=True)
        assert [one.id for one in counted] == [extra.id]
    assert (seats, audited.why, audited.subject_id) == ([1, 2], WHY, extra.id)


def test_a_free_time_is_not_overbooked(tilleuls: Clinic) -> None:
    made = book(tilleuls, by=tilleuls.actor(), overbooking_reason=WHY)
    assert (made.is_overbooked, made.overbooking_reason) == (False, "")


def test_without_a_reason_a_taken_time_is_taken(tilleuls: Clinic) -> None:
    book(tilleuls)
    with pytest.raises(SlotTaken):
        book(tilleuls, by=tilleuls.actor(), who=BLOT)


def test_neither_patients_nor_staff_without_the_right(tilleuls: Clinic) -> None:
    book(tilleuls)
    staff = tilleuls.actor(Role.STAFF)
    all_rights = frozenset(str(right) for right in Right)
    for by in (tilleuls.patient(), replace(tilleuls.patient(), rights=all_rights), staff):
        with pytest.raises(NotAllowed):
            book(tilleuls, by=by, who=BLOT, overbooking_reason=WHY)
    ticked = replace(staff, rights=staff.rights | {Right.APPOINTMENT_OVERBOOK})
    assert book(tilleuls, by=ticked, who=BLOT, overbooking_reason=WHY).is_overbooked


def test_a_limit_of_none_allows_none(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.schedules.update(overbooking_limit=0)
    book(tilleuls)
    with pytest.raises(SlotTaken):
        book(tilleuls, by=tilleuls.actor(), who=BLOT, overbooking_reason=WHY)


def test_only_times_of_the_opening_hours_are_overbooked(tilleuls: Clinic) -> None:
    with pytest.raises(SlotNotOpen):
        book(tilleuls, at(12, 30), by=tilleuls.actor(), overbooking_reason=WHY)


def test_free_times_are_not_narrowed_by_it(tilleuls: Clinic) -> None:
    regular = book(tilleuls)
    book(tilleuls, by=tilleuls.actor(), who=BLOT, overbooking_reason=WHY)
    assert at(10) not in free(tilleuls)
    cancel(tilleuls, regular)
    assert at(10) in free(tilleuls)


def test_moving_into_a_taken_time_and_out_again(tilleuls: Clinic) -> None:
    book(tilleuls)
    other = book(tilleuls, at(11), who=BLOT)

    def move(starts_at: datetime, **more):
        with tilleuls.acting():
            return booking.move(
                tilleuls.organization,
                other.id,
                schedule_id=tilleuls.schedule.id,
                starts_at=starts_at,
                by=tilleuls.actor(),
                now=NOW,
                **more,
            )

    with pytest.raises(SlotTaken):
        move(at(10))
    moved = move(at(10), overbooking_reason=WHY)
    assert (moved.is_overbooked, moved.overbooking_reason) == (True, WHY)
    back = move(at(11))
    assert (back.is_overbooked, back.overbooking_reason) == (False, "")


def test_an_overbooked_visit_comes_back_above_the_capacity(tilleuls: Clinic) -> None:
    book(tilleuls)
    extra = book(tilleuls, by=tilleuls.actor(), who=BLOT, overbooking_reason=WHY)
    cancel(tilleuls, extra)
    assert (undo(tilleuls, extra).status, extra.is_overbooked) == ("booked", True)


def test_the_clash_is_named(tilleuls: Clinic) -> None:
    sitting = book(tilleuls)
    with tilleuls.acting():
        agenda.add_block(
            tilleuls.schedule, starts_at=at(14), ends_at=at(15), reason="Réunion", by=tilleuls.actor(), now=NOW
        )

    def clashes(starts_at: datetime) -> list[tuple]:
        with tilleuls.acting():
            slot = free_slot(
                tilleuls.organization,
                service_id=tilleuls.service.id,
                schedule_id=tilleuls.schedule.id,
                starts_at=starts_at,
                channel=ChannelKind.STAFF,
                now=NOW,
            )
            assert slot is not None
            found = queries.clashes(tilleuls.organization, slot, now=NOW)
            return [(one.starts_at, one.appointment and one.appointment.id, one.block_reason) for one in found]

    assert clashes(at(10)) == [(at(10), sitting.id, "")]
    assert clashes(at(14, 30)) == [(at(14), None, "Réunion")]
    assert clashes(at(10, 30)) == []


def test_an_expired_request_is_no_clash(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    book(tilleuls)
    owner.execute("UPDATE agenda_occupancy SET expires_at = %s", [datetime(2026, 1, 1, tzinfo=UTC)])
    by: Actor = tilleuls.actor()
    with tilleuls.acting():
        slot = free_slot(
            tilleuls.organization,
            service_id=tilleuls.service.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=at(10),
            channel=by.channel,
            now=NOW,
        )
        assert slot is not None
        assert queries.clashes(tilleuls.organization, slot, now=NOW) == []
