"""The waiting list: joining, offers, answers, and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.queries.free_times import free_times
from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Status
from kalends.booking.operations import waiting
from kalends.booking.queries.waiting import entry_by_link, entry_secret, offer_by_link, offer_secret
from kalends.booking.refusals import (
    EntryOver,
    NoAddress,
    NoWaitingList,
    OfferOpen,
    OfferOver,
    SlotOffered,
    SlotTaken,
    TooManyEntries,
    TooNear,
)
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Invalid
from tests.booking.waiting_list import (
    book,
    cancel,
    freed,
    join,
    let_expire,
    names,
    offers,
    passed,
    person,
    places,
    run_late,
    switch,
)
from tests.cast import MONDAY, NOW, Clinic, at, data


@pytest.fixture
def listed(tilleuls: Clinic) -> Clinic:
    switch(tilleuls)
    return tilleuls


def accept(clinic: Clinic, offer_id, *, now=NOW, by=None) -> Appointment:
    by = by or clinic.patient()
    with clinic.acting(by):
        return waiting.accept(clinic.organization, offer_id, by=by, now=now)


def test_a_freed_time_is_offered_to_the_first_who_waits(listed: Clinic) -> None:
    join(listed, person(2), now=NOW - timedelta(hours=1))
    join(listed, person(1), now=NOW - timedelta(hours=2))
    freed(listed, at(14))
    (offer,) = offers(listed)
    assert (offer.entry.contact.last_name, offer.starts_at, offer.expires_at) == (
        "Nom1",
        at(14),
        NOW + timedelta(hours=2),
    )
    with listed.acting():
        place = listed.organization.occupancies.get()
    assert (place.holder_id, place.expires_at) == (offer.id, offer.expires_at)
    assert passed(listed) == []


def test_nobody_else_can_take_an_offered_time(listed: Clinic) -> None:
    join(listed, person(1))
    freed(listed, at(14))
    with pytest.raises(SlotTaken) as patients:
        book(listed, person(9), at(14), by=listed.patient())
    assert not isinstance(patients.value, SlotOffered)
    with pytest.raises(SlotOffered) as staffs:
        book(listed, person(9), at(14))
    assert str(staffs.value) == (
        "This time is offered to Clémence Nom1 from the waiting list until 10:00. Withdraw the offer first."
    )


def test_without_a_list_nothing_is_offered(tilleuls: Clinic) -> None:
    with pytest.raises(NoWaitingList):
        join(tilleuls, person(1))
    freed(tilleuls, at(14))
    assert offers(tilleuls) == []


def test_rank_goes_before_time(listed: Clinic) -> None:
    join(listed, person(1), now=NOW - timedelta(days=2))
    join(listed, person(2), now=NOW - timedelta(days=1), rank=1)
    freed(listed)
    assert names(offers(listed)) == [("Nom2", "open")]


def test_who_is_passed_over_is_written_down_with_the_reason(listed: Clinic) -> None:
    early = NOW - timedelta(days=1)
    join(listed, person(1), now=early, weekdays=[2])
    join(listed, person(2), now=early + timedelta(minutes=1), from_minute=540, to_minute=720)
    join(listed, person(3, email=""), now=early + timedelta(minutes=2))
    book(listed, person(4), at(14, 30))
    join(listed, person(4), now=early + timedelta(minutes=3), keeps_id=None, services=[listed.service.id])
    join(listed, person(5), now=early + timedelta(minutes=4))
    join(listed, person(6), now=early + timedelta(minutes=5))
    freed(listed, at(14), by=person(5))
    assert names(offers(listed)) == [("Nom4", "open")]
    assert passed(listed) == [("Nom1", "days"), ("Nom2", "hours"), ("Nom3", "no_address")]


def test_who_gave_that_very_time_up_is_not_offered_it(listed: Clinic) -> None:
    join(listed, person(1))
    freed(listed, at(14), by=person(1))
    assert (offers(listed), passed(listed)) == ([], [("Nom1", "gave_it_up")])


def test_nor_in_the_next_round(listed: Clinic) -> None:
    join(listed, person(1), now=NOW - timedelta(hours=3))
    join(listed, person(2), now=NOW - timedelta(hours=2))
    freed(listed, at(14), by=person(1))
    (offer,) = offers(listed)
    let_expire(offer)
    assert names(offers(listed)) == [("Nom2", "expired")]
    assert passed(listed)[0] == ("Nom1", "gave_it_up")
    assert set(passed(listed)[1:]) == {("Nom1", "gave_it_up"), ("Nom2", "offered_before")}


def test_who_has_a_visit_then_is_passed_over(listed: Clinic) -> None:
    going = book(listed, person(9), at(14))
    visit = book(listed, person(1), at(15))
    join(listed, person(1))
    with listed.acting():
        elsewhere = {"starts_at": at(14, 15), "ends_at": at(14, 45)}
        listed.organization.appointments.filter(id=visit.id).update(**elsewhere)
    cancel(listed, going)
    assert (offers(listed), passed(listed)) == ([], [("Nom1", "visit_then")])


def test_a_longer_visit_is_offered_only_where_it_fits(listed: Clinic) -> None:
    book(listed, person(8), at(14, 30))
    gone = [book(listed, person(9), at(14)), book(listed, person(9), at(16))]
    with listed.acting():
        agenda.edit_service(listed.service, by=listed.actor(), now=NOW, duration=60)
    join(listed, person(1))
    cancel(listed, gone[0])
    assert (offers(listed), passed(listed)) == ([], [("Nom1", "no_gap")])
    cancel(listed, gone[1])
    assert [(offer.starts_at, offer.ends_at) for offer in offers(listed)] == [(at(16), at(17))]


def test_a_shorter_visit_is_offered_inside_the_freed_time(listed: Clinic) -> None:
    with listed.acting():
        agenda.edit_service(listed.service, by=listed.actor(), now=NOW, duration=90)
    gone = book(listed, person(9), at(14))
    with listed.acting():
        agenda.edit_service(listed.service, by=listed.actor(), now=NOW, duration=30)
    join(listed, person(1), from_minute=870, to_minute=960)
    cancel(listed, gone)
    assert [(offer.starts_at, offer.ends_at) for offer in offers(listed)] == [(at(14, 30), at(15))]


def test_nothing_is_offered_within_half_an_hour_of_the_visit(listed: Clinic) -> None:
    join(listed, person(1))
    freed(listed, at(9), now=at(8, 31))
    assert (offers(listed), passed(listed)) == ([], [])
    freed(listed, at(9), now=at(8, 30))
    (offer,) = offers(listed)
    assert offer.expires_at == at(8, 45)


def test_accepting_books_the_time(listed: Clinic) -> None:
    entry = join(listed, person(1))
    freed(listed)
    (offer,) = offers(listed)
    appointment = accept(listed, offer.id)
    assert (appointment.starts_at, appointment.contact_id, appointment.source) == (at(14), entry.contact_id, "website")
    with listed.acting():
        assert listed.organization.occupancies.get().holder_id == appointment.id
        assert listed.organization.waitlist.get().status == "booked"
    assert accept(listed, offer.id).id == appointment.id
    assert places(listed) == 1


def test_accepting_moves_the_kept_visit_and_its_place_goes_to_the_next(listed: Clinic) -> None:
    kept = book(listed, person(1), at(16))
    join(listed, person(1), keeps_id=kept.id, now=NOW - timedelta(hours=2), by=listed.patient())
    join(listed, person(2), now=NOW - timedelta(hours=1), from_minute=930, to_minute=1020)
    freed(listed, at(10))
    first = offers(listed)[0]
    moved = accept(listed, first.id)
    assert (moved.id, moved.starts_at, moved.moves, moved.sequence) == (kept.id, at(10), 0, 1)
    assert names(offers(listed)) == [("Nom1", "accepted"), ("Nom2", "open")]
    assert offers(listed)[1].starts_at == at(16)
    assert places(listed) == 2


def test_a_later_time_is_not_offered_in_place_of_an_earlier_visit(listed: Clinic) -> None:
    kept = book(listed, person(1), at(10))
    join(listed, person(1), keeps_id=kept.id)
    freed(listed, at(14))
    assert (offers(listed), passed(listed)) == ([], [("Nom1", "not_earlier")])


def test_waiting_for_earlier_ends_with_the_visit(listed: Clinic) -> None:
    kept = book(listed, person(1), at(16))
    entry = join(listed, person(1), keeps_id=kept.id)
    assert join(listed, person(1), keeps_id=kept.id).id == entry.id
    cancel(listed, kept)
    with listed.acting():
        assert listed.organization.waitlist.get().status == "withdrawn"
    assert offers(listed) == []


def test_declined_goes_to_the_next(listed: Clinic) -> None:
    join(listed, person(1), now=NOW - timedelta(hours=2))
    join(listed, person(2), now=NOW - timedelta(hours=1))
    freed(listed)
    (offer,) = offers(listed)
    by = listed.patient()
    for _ in range(2):
        with listed.acting(by):
            waiting.decline(listed.organization, offer.id, by=by, now=NOW)
    assert names(offers(listed)) == [("Nom1", "declined"), ("Nom2", "open")]
    assert places(listed) == 1
    with listed.acting():
        assert listed.organization.waitlist.filter(status="waiting").count() == 2


def test_expired_goes_to_the_next_once(listed: Clinic) -> None:
    join(listed, person(1), now=NOW - timedelta(hours=2))
    join(listed, person(2), now=NOW - timedelta(hours=1))
    freed(listed)
    (offer,) = offers(listed)
    assert (let_expire(offer), let_expire(offer)) == (1, 0)
    assert names(offers(listed)) == [("Nom1", "expired"), ("Nom2", "open")]
    with pytest.raises(OfferOver):
        accept(listed, offer.id, now=offer.expires_at)


def causes(group: ExceptionGroup) -> Iterator[Exception]:
    for one in group.exceptions:
        yield from causes(one) if isinstance(one, ExceptionGroup) else [one]


def test_each_failure_of_a_round_is_told(listed: Clinic, owner: psycopg.Connection) -> None:
    """What fails while entries end hides no offer that failed before."""
    long_ago = MONDAY - timedelta(days=30)
    join(listed, person(1), now=NOW - timedelta(hours=2))
    over = join(listed, person(2), now=NOW - timedelta(hours=1))
    freed(listed)
    (offer,) = offers(listed)
    with listed.acting():
        listed.organization.waitlist.filter(id=over.id).update(valid_from=long_ago, valid_until=long_ago)
    tables = ("booking_offer", "booking_waitlistentry")
    for table in tables:
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT no_{table} CHECK (status <> 'expired') NOT VALID")
    try:
        with pytest.raises(ExceptionGroup) as failed:
            let_expire(offer)
    finally:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT no_{table}")
    told = [str(one).partition("constraint ")[2].partition("\n")[0] for one in causes(failed.value)]
    assert told == [f'"no_{table}"' for table in tables]
    assert let_expire(offer) == 1


def test_an_expired_offer_frees_the_time_without_a_job(listed: Clinic, owner: psycopg.Connection) -> None:
    join(listed, person(1))
    freed(listed)
    (offer,) = offers(listed)
    run_late(owner, offer, NOW - timedelta(days=300))
    with listed.acting():
        found = free_times(
            listed.organization,
            service_id=listed.service.id,
            first=MONDAY,
            last=MONDAY,
            channel=ChannelKind.STAFF,
            now=NOW,
        )
    assert at(14) in [slot.starts_at for slot in found.slots]
    book(listed, person(9), at(14))
    assert let_expire(offers(listed)[0]) == 1
    assert places(listed) == 1


def test_one_offer_a_day_and_three_in_all(listed: Clinic) -> None:
    join(listed, person(1))
    for day, hours in enumerate((10, 11, 14, 15)):
        now = NOW + timedelta(days=day)
        when = at(hours, day=MONDAY + timedelta(days=4))
        freed(listed, when, now=now)
        freed(listed, when + timedelta(minutes=30), now=now)
        for offer in offers(listed, status="open"):
            let_expire(offer)
    assert names(offers(listed)) == [("Nom1", "expired")] * 3
    assert [why for _name, why in passed(listed)].count("most_in_all") == 2
    assert "offer_open" in [why for _name, why in passed(listed)]


def test_limits_of_an_entry_can_be_changed(listed: Clinic) -> None:
    entry = join(listed, person(1))
    with listed.acting():
        waiting.edit(listed.organization, entry.id, by=listed.actor(), now=NOW, most_a_day=2)
    freed(listed, at(14))
    let_expire(offers(listed)[0])
    freed(listed, at(16), now=NOW + timedelta(hours=3))
    assert names(offers(listed)) == [("Nom1", "expired"), ("Nom1", "open")]


def test_staff_withdraw_and_then_book(listed: Clinic) -> None:
    join(listed, person(1), now=NOW - timedelta(hours=2))
    join(listed, person(2), now=NOW - timedelta(hours=1))
    freed(listed)
    (offer,) = offers(listed)
    with listed.acting():
        waiting.withdraw(listed.organization, offer.id, by=listed.actor(), now=NOW)
    assert names(offers(listed)) == [("Nom1", "withdrawn")]
    assert book(listed, person(9), at(14)).starts_at == at(14)
    with listed.acting():
        kinds = list(listed.organization.deliveries.order_by("queued_at", "id").values_list("kind", "recipient"))
    assert ("waiting_offer_withdrawn", "p1@courriel.example") in kinds
    with pytest.raises(OfferOver):
        accept(listed, offer.id)


def test_withdrawn_can_go_to_the_next(listed: Clinic) -> None:
    join(listed, person(1), now=NOW - timedelta(hours=2))
    join(listed, person(2), now=NOW - timedelta(hours=1))
    freed(listed)
    with listed.acting():
        waiting.withdraw(listed.organization, offers_id(listed), by=listed.actor(), now=NOW, offer_next=True)
    assert names(offers(listed)) == [("Nom1", "withdrawn"), ("Nom2", "open")]


def offers_id(clinic: Clinic):
    return clinic.organization.offers.get().id


def test_by_telephone_nothing_is_sent_and_the_time_is_kept_for_a_quarter_of_an_hour(listed: Clinic) -> None:
    entry = join(listed, person(1, email=""))
    offer = offer_to(listed, entry, at(10), by_phone=True)
    assert (offer.expires_at, offer.by_phone) == (NOW + timedelta(minutes=15), True)
    appointment = accept(listed, offer.id, by=listed.actor(channel=ChannelKind.PHONE))
    assert (appointment.starts_at, appointment.source) == (at(10), "phone")
    with listed.acting():
        assert listed.organization.deliveries.count() == 0


def offer_to(clinic: Clinic, entry, when, **more):
    with clinic.acting():
        return waiting.offer(
            clinic.organization,
            entry.id,
            schedule_id=clinic.schedule.id,
            starts_at=when,
            by=clinic.actor(),
            now=NOW,
            **more,
        )


def test_what_staff_cannot_offer(listed: Clinic) -> None:
    silent = join(listed, person(1, email=""))
    entry = join(listed, person(2))
    with pytest.raises(NoAddress):
        offer_to(listed, silent, at(10))
    book(listed, person(9), at(10))
    with pytest.raises(SlotTaken):
        offer_to(listed, entry, at(10))
    offer_to(listed, entry, at(11))
    with pytest.raises(OfferOpen):
        offer_to(listed, entry, at(11, 30))
    with listed.acting():
        waiting.leave(listed.organization, silent.id, by=listed.actor(), now=NOW)
    with pytest.raises(EntryOver):
        offer_to(listed, silent, at(14), by_phone=True)


def test_too_near_to_be_offered(listed: Clinic) -> None:
    entry = join(listed, person(1))
    with listed.acting(), pytest.raises(TooNear):
        waiting.offer(
            listed.organization,
            entry.id,
            schedule_id=listed.schedule.id,
            starts_at=at(9),
            by=listed.actor(),
            now=at(8, 45),
        )


def test_leaving_gives_an_open_offer_to_the_next(listed: Clinic) -> None:
    entry = join(listed, person(1), now=NOW - timedelta(hours=2))
    join(listed, person(2), now=NOW - timedelta(hours=1))
    freed(listed)
    by = listed.patient()
    for _ in range(2):
        with listed.acting(by):
            waiting.leave(listed.organization, entry.id, by=by, now=NOW)
    assert names(offers(listed)) == [("Nom1", "declined"), ("Nom2", "open")]


def test_a_patient_waits_for_three_things_at_most(listed: Clinic) -> None:
    for _ in range(3):
        join(listed, person(1), by=listed.patient())
    with pytest.raises(TooManyEntries):
        join(listed, person(1), by=listed.patient())
    join(listed, person(1))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"services": []}, "services"),
        ({"weekdays": [0]}, "weekdays"),
        ({"from_minute": 600, "to_minute": 600}, "to_minute"),
        ({"from_minute": 600, "to_minute": 2041}, "to_minute"),
        ({"valid_until": MONDAY - timedelta(days=1)}, "valid_until"),
        ({"valid_until": MONDAY + timedelta(days=400)}, "valid_until"),
        ({"rank": 101}, "rank"),
    ],
)
def test_every_bad_field_is_named(listed: Clinic, fields: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        join(listed, person(1), **fields)
    assert [error.field for error in refused.value.errors] == [field]


def test_an_entry_ends_after_its_last_day(listed: Clinic) -> None:
    join(listed, person(1), valid_until=MONDAY)
    with listed.acting():
        assert waiting.end_old(listed.organization, by=listed.actor(), now=NOW) == 0
        assert waiting.end_old(listed.organization, by=listed.actor(), now=NOW + timedelta(days=1)) == 1
        assert listed.organization.waitlist.get().status == "expired"


def test_links_open_what_is_theirs_and_nothing_else(listed: Clinic) -> None:
    entry = join(listed, person(1))
    freed(listed)
    (offer,) = offers(listed)
    found = offer_by_link(offer_secret(offer))
    assert found == (listed.organization, offer.id)
    found = entry_by_link(entry_secret(entry))
    assert found == (listed.organization, entry.id)
    assert (entry_by_link(offer_secret(offer)), offer_by_link(entry_secret(entry))) == (None, None)


def test_mails_go_to_who_joins_and_who_is_offered(listed: Clinic) -> None:
    join(listed, person(1))
    freed(listed)
    with listed.acting():
        told = list(
            listed.organization.deliveries.filter(recipient="p1@courriel.example")
            .order_by("queued_at", "id")
            .values_list("kind", flat=True)
        )
    assert told == ["waiting_joined", "waiting_offer"]


def test_moving_away_frees_the_place_too(listed: Clinic) -> None:
    visit = book(listed, person(9), at(14))
    join(listed, person(1))
    with listed.acting():
        booking.move(
            listed.organization,
            visit.id,
            schedule_id=listed.schedule.id,
            starts_at=at(16),
            by=listed.actor(),
            now=NOW,
        )
    assert [(offer.starts_at, offer.status) for offer in offers(listed)] == [(at(14), "open")]


def test_an_accepted_visit_keeps_its_state(listed: Clinic) -> None:
    join(listed, data("Seule", email="s@courriel.example", phone=""))
    freed(listed)
    assert accept(listed, offers(listed)[0].id).status == Status.BOOKED
