"""WL: the waiting list under races, storms and late answers.

WL-04: tests/booking/test_waiting_rules.py; WL-10: tests/web/public/test_waiting_list.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from kalends.audit.models import Entry
from kalends.booking import operations as booking
from kalends.booking.operations import waiting
from kalends.booking.refusals import OfferGone, OfferOver, SlotOffered, TwoPlacesAtOnce
from kalends.foundation.database import tenancy
from tests.booking.waiting_list import book, freed, join, let_expire, names, offers, passed, person, places, switch
from tests.cast import MONDAY, NOW, Clinic, at
from tests.hostile.test_bok import OVERLAPS, together


def accepter(clinic: Clinic, offer_id: UUID, now: Any = NOW) -> Callable[[], Any]:
    by = clinic.patient()

    def act() -> Any:
        def accept(_now: Any) -> Any:
            return waiting.accept(clinic.organization, offer_id, by=by, now=now)

        return tenancy.perform(accept, organization=clinic.organization, by=by)

    return act


def test_WL_01_twenty_wait_one_is_asked_and_parallel_answers_are_one_booking(tilleuls: Clinic) -> None:
    switch(tilleuls)
    for number in range(20):
        join(tilleuls, person(number), now=NOW - timedelta(hours=20 - number))
    freed(tilleuls)
    (offer,) = offers(tilleuls)
    assert names([offer]) == [("Nom0", "open")]
    with tilleuls.acting():
        told = tilleuls.organization.deliveries.filter(kind="waiting_offer").values_list("recipient", flat=True)
        assert list(told) == ["p0@courriel.example"]
    answers = together([accepter(tilleuls, offer.id)] * 8)
    assert len({answer.id for answer in answers}) == 1
    with tilleuls.acting():
        assert tilleuls.organization.appointments.filter(status="booked").count() == 1
    assert places(tilleuls) == 1


def test_WL_02_too_late_is_refused_the_same_way_each_time_and_the_entry_stays(tilleuls: Clinic) -> None:
    switch(tilleuls)
    join(tilleuls, person(1))
    freed(tilleuls)
    (offer,) = offers(tilleuls)
    for late in (offer.expires_at, offer.expires_at + timedelta(hours=1)):
        with pytest.raises(OfferOver):
            accepter(tilleuls, offer.id, late)()
    let_expire(offer)
    with pytest.raises(OfferOver):
        accepter(tilleuls, offer.id, offer.expires_at)()
    with tilleuls.acting():
        assert tilleuls.organization.waitlist.get().status == "waiting"


def test_WL_03_an_offered_time_is_booked_only_after_the_offer_was_withdrawn(tilleuls: Clinic) -> None:
    switch(tilleuls)
    join(tilleuls, person(1))
    freed(tilleuls)
    (offer,) = offers(tilleuls)
    with pytest.raises(SlotOffered) as refused:
        book(tilleuls, person(2), at(14))
    assert refused.value.offer_id == offer.id
    visit = book(tilleuls, person(3), at(16))
    with tilleuls.acting(), pytest.raises(SlotOffered):
        booking.move(
            tilleuls.organization,
            visit.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=at(14),
            by=tilleuls.actor(),
            now=NOW,
        )
    with tilleuls.acting():
        waiting.withdraw(tilleuls.organization, offer.id, by=tilleuls.actor(), now=NOW)
    assert book(tilleuls, person(2), at(14)).starts_at == at(14)
    with tilleuls.acting():
        told = tilleuls.organization.deliveries.filter(kind="waiting_offer_withdrawn").get()
    assert told.recipient == "p1@courriel.example"


def test_WL_05_two_offers_of_one_hour_cannot_both_be_accepted(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    with tilleuls.acting():
        tilleuls.schedule.capacity = 2
        tilleuls.schedule.save(update_fields=["capacity"])
    owner.execute("UPDATE agenda_revision SET number = number + 1")
    switch(tilleuls)
    for hours in (3, 2):
        join(tilleuls, person(1), now=NOW - timedelta(hours=hours))
    leaving = [book(tilleuls, person(number), at(14)) for number in (8, 9)]
    for visit in leaving:
        with tilleuls.acting():
            booking.cancel(tilleuls.organization, visit.id, by=tilleuls.actor(), now=NOW)
    first, second = offers(tilleuls)
    assert first.starts_at == second.starts_at == at(14)
    accepter(tilleuls, first.id)()
    for _ in range(2):
        with pytest.raises(TwoPlacesAtOnce):
            accepter(tilleuls, second.id)()
    with tilleuls.acting():
        assert tilleuls.organization.appointments.filter(status="booked").count() == 1


def test_WL_06_in_a_storm_each_freed_time_is_offered_once(tilleuls: Clinic, owner: psycopg.Connection) -> None:
    switch(tilleuls)
    days = [MONDAY + timedelta(days=ahead) for ahead in (1, 2)]
    times = [at(hour, minute, day=day) for day in days for hour in (9, 10, 11, 14) for minute in (0, 30)]
    visits = [book(tilleuls, person(100 + number), when) for number, when in enumerate(times)]
    for number in range(10):
        join(tilleuls, person(number), now=NOW - timedelta(hours=20 - number))

    def canceller(appointment_id: UUID) -> Callable[[], Any]:
        by = tilleuls.actor()

        def act() -> Any:
            def cancel(_now: Any) -> Any:
                return booking.cancel(tilleuls.organization, appointment_id, by=by, now=NOW)

            return tenancy.perform(cancel, organization=tilleuls.organization, by=by)

        return act

    answers = together([canceller(visit.id) for visit in visits])
    assert [answer.status for answer in answers] == ["cancelled"] * len(visits)
    made = offers(tilleuls)
    assert len({offer.starts_at for offer in made}) == len(made) == 10
    assert Counter(offer.entry_id for offer in made).most_common(1)[0][1] == 1
    assert owner.execute(OVERLAPS).fetchone() == (0,)
    assert places(tilleuls) == 10


def test_WL_07_the_link_of_a_record_that_is_gone_is_dead(tilleuls: Clinic) -> None:
    switch(tilleuls)
    entry = join(tilleuls, person(1))
    freed(tilleuls)
    (offer,) = offers(tilleuls)
    kept = book(tilleuls, person(2), at(16))
    with tilleuls.acting():
        tilleuls.organization.contacts.filter(id=entry.contact_id).update(merged_into_id=kept.contact_id)
    with pytest.raises(OfferGone) as refused:
        accepter(tilleuls, offer.id)()
    assert refused.value.status == 410


def test_WL_08_switched_off_open_offers_are_honoured_and_no_new_ones_made(tilleuls: Clinic) -> None:
    switch(tilleuls)
    for number in (1, 2, 3):
        join(tilleuls, person(number), now=NOW - timedelta(hours=9 - number))
    freed(tilleuls, at(14))
    freed(tilleuls, at(16))
    switch(tilleuls, on=False)
    first, second = offers(tilleuls)
    assert accepter(tilleuls, first.id)().starts_at == at(14)
    let_expire(second)
    freed(tilleuls, at(11))
    assert names(offers(tilleuls)) == [("Nom1", "accepted"), ("Nom2", "expired")]


def test_WL_09_equals_are_told_apart_by_time_then_id_and_the_audit_says_so(tilleuls: Clinic) -> None:
    switch(tilleuls)
    entries = [join(tilleuls, person(number)) for number in range(5)]
    assert len({entry.created_at for entry in entries}) == 1
    freed(tilleuls)
    (offer,) = offers(tilleuls)
    assert offer.entry_id == min(entry.id for entry in entries)
    with tilleuls.acting():
        line: Entry = tilleuls.organization.audit_entries.get(act="waiting:offer")
    assert line.after == {
        "schedule": str(tilleuls.schedule.id),
        "start": at(14).isoformat(),
        "until": offer.expires_at.isoformat(),
        "rank": 0,
        "waits_since": NOW.isoformat(),
        "by_phone": False,
    }
    assert passed(tilleuls) == []
