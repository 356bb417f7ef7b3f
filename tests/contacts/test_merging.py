"""Two records become one and two again; what may be two records of one person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from kalends.booking import operations as booking
from kalends.booking.models import Series, WaitlistEntry
from kalends.booking.refusals import BothAtOnce
from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact, Merge
from kalends.contacts.queries import lookalikes, possible_duplicates, search
from kalends.contacts.refusals import AlreadyMerged, CannotUndoMerge, NotTheSameRecordTwice
from kalends.contacts.rules import Alike, Identity, alike
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotFound
from tests.agenda.shared import booked, lines
from tests.cast import MONDAY, NOW, Clinic, at, data

BORN = date(1987, 3, 14)
OLD = {"first": "Clémence", "last": "Blot", "email": "", "phone": "+33639982741", "remark": "Allergic to latex"}
LATER = NOW + timedelta(days=1)


def made(clinic: Clinic, **who: Any) -> Contact:
    with clinic.acting():
        return contacts.make(clinic.organization, data(**who), by=clinic.actor(), now=NOW)


def merged(clinic: Clinic, kept: Contact, other: Contact, **more: Any) -> Merge:
    with clinic.acting():
        return contacts.merge(
            clinic.organization, kept_id=kept.id, merged_id=other.id, by=clinic.actor(), now=NOW, **more
        )


def undone(clinic: Clinic, merge: Merge) -> Merge:
    with clinic.acting():
        return contacts.undo_merge(clinic.organization, merge.id, by=clinic.actor(), now=LATER)


def again(clinic: Clinic, contact: Contact) -> Contact:
    with clinic.acting():
        return clinic.organization.contacts.get(id=contact.id)


def found(clinic: Clinic, typed: str) -> list[Any]:
    with clinic.acting():
        return [contact.id for contact in search(clinic.organization, typed)]


def fields(contact: Contact) -> dict[str, Any]:
    hidden = {"_state", "possible_duplicate"}
    return {name: value for name, value in vars(contact).items() if name not in hidden}


def snapshot(clinic: Clinic, *of: Contact) -> Any:
    """Everything about these records that merging touches."""
    with clinic.acting():
        rows = [clinic.organization.contacts.get(id=contact.id) for contact in of]
        ids = [contact.id for contact in of]
        words = clinic.organization.contact_words.filter(contact_id__in=ids).order_by("word", "contact_id")
        return (
            [fields(row) for row in rows],
            list(words.values_list("word", "sorts_as", "contact_id")),
            list(clinic.organization.appointments.order_by("id").values_list("id", "contact_id")),
            list(clinic.organization.waitlist.order_by("id").values_list("id", "contact_id")),
            list(clinic.organization.series.order_by("id").values_list("id", "contact_id")),
        )


def waits(clinic: Clinic, contact: Contact) -> None:
    with clinic.acting():
        WaitlistEntry.all_rows.create(
            organization=clinic.organization,
            contact=contact,
            services=[clinic.service.id],
            valid_from=MONDAY,
            valid_until=MONDAY,
            language="fr",
            source="staff",
            link_seed=b"0" * 16,
            link_hash=contact.id.bytes * 2,
            created_at=NOW,
            created_by="cast",
        )
        Series.all_rows.create(organization=clinic.organization, contact=contact, made_at=NOW, made_by="cast")


def test_everything_follows_to_the_record_that_is_kept(tilleuls: Clinic) -> None:
    mine, theirs = booked(tilleuls, 9), booked(tilleuls, 10, **OLD)
    kept, other = mine.contact, theirs.contact
    waits(tilleuls, other)
    done = merged(tilleuls, kept, other, take=["last_name"])
    with tilleuls.acting():
        assert set(kept.appointments.values_list("id", flat=True)) == {mine.id, theirs.id}
        assert (kept.waitlist.count(), kept.series.count(), other.appointments.count()) == (1, 1, 0)
        entries = theirs.history.order_by("at", "id").values_list("what", "before", "after")
        assert list(entries)[-1] == ("merged", {"contact": str(other.id)}, {"contact": str(kept.id)})
        assert mine.history.filter(what="merged").count() == 0
        assert tilleuls.organization.appointments.get(id=theirs.id).version == 2
    now = again(tilleuls, kept)
    assert (now.last_name, now.phone, now.remark) == ("Blot", "+33612345678", "Allergic to latex")
    assert again(tilleuls, other).merged_into_id == kept.id
    assert lines(tilleuls, "contact:merge") == [
        (
            {"last_name": "Aubrée", "last_key": "aubree", "remark": ""},
            {"merged": str(other.id), "name": "Clémence Blot", "fields": ["last_key", "last_name", "remark"]},
        )
    ]
    assert done.before == {"last_name": "Aubrée", "last_key": "aubree", "remark": ""}


def test_the_kept_record_is_found_by_what_stood_in_either(tilleuls: Clinic) -> None:
    kept, other = made(tilleuls), made(tilleuls, **OLD)
    merged(tilleuls, kept, other)
    assert [found(tilleuls, typed) for typed in ("aubree", "blot", "0639982741", "2741", "0612345678")] == [
        [kept.id]
    ] * 5
    with tilleuls.acting():
        contacts.edit(again_open(tilleuls, kept), data(last="Aubry"), by=tilleuls.actor(), now=NOW)
    assert [found(tilleuls, typed) for typed in ("aubry", "aubree", "blot")] == [[kept.id], [], [kept.id]]


def again_open(clinic: Clinic, contact: Contact) -> Contact:
    return clinic.organization.contacts.get(id=contact.id)


def test_who_books_as_the_merged_record_is_the_person_of_the_kept_one(tilleuls: Clinic) -> None:
    kept, other = made(tilleuls), made(tilleuls, **OLD)
    merged(tilleuls, kept, other)
    assert booked(tilleuls, 9, **OLD).contact_id == kept.id
    with tilleuls.acting():
        by_record = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=at(11),
            contact=again_open(tilleuls, other),
            by=tilleuls.actor(),
            now=NOW,
        )
    assert by_record.contact_id == kept.id


def test_undoing_brings_everything_back_as_it_was(tilleuls: Clinic) -> None:
    mine, theirs = booked(tilleuls, 9, phone="", email="a@b.example"), booked(tilleuls, 10, **OLD)
    waits(tilleuls, theirs.contact)
    before = snapshot(tilleuls, mine.contact, theirs.contact)
    done = merged(tilleuls, mine.contact, theirs.contact, take=["last_name", "birth_date"])
    after = booked(tilleuls, 11, **OLD)
    assert after.contact_id == mine.contact_id
    assert snapshot(tilleuls, mine.contact, theirs.contact)[:2] != before[:2]
    undone(tilleuls, done)
    now = snapshot(tilleuls, mine.contact, theirs.contact)
    before[2].append((after.id, mine.contact_id))  # booked since: it stays with the record that was kept
    assert now[1:] == before[1:]
    assert now[0] == before[0]
    assert len(lines(tilleuls, "contact:unmerge")) == 1
    undone(tilleuls, done)
    assert len(lines(tilleuls, "contact:unmerge")) == 1


def test_what_was_written_since_stays_written(tilleuls: Clinic) -> None:
    kept, other = made(tilleuls, email=""), made(tilleuls, **{**OLD, "email": "old@b.example"})
    done = merged(tilleuls, kept, other, take=["phone"])
    with tilleuls.acting():
        contacts.edit(again_open(tilleuls, kept), data(phone="+33611111111"), by=tilleuls.actor(), now=NOW)
    undone(tilleuls, done)
    now = again(tilleuls, kept)
    assert (now.phone, now.email, again(tilleuls, other).phone) == (
        "+33611111111",
        "clemence@courriel.example",
        "+33639982741",
    )


def test_two_visits_at_one_hour_are_named_and_nothing_is_written(tilleuls: Clinic, owner: Any) -> None:
    owner.execute("UPDATE agenda_schedule SET capacity = 2")
    owner.execute("DELETE FROM agenda_revision")
    mine = booked(tilleuls, 9)
    theirs = booked(tilleuls, 9, **OLD)
    before = snapshot(tilleuls, mine.contact, theirs.contact)
    with pytest.raises(BothAtOnce) as refused:
        merged(tilleuls, mine.contact, theirs.contact)
    assert [(one.id, other.id) for one, other in refused.value.visits] == [(mine.id, theirs.id)]
    assert snapshot(tilleuls, mine.contact, theirs.contact) == before
    with tilleuls.acting():
        booking.cancel(tilleuls.organization, theirs.id, by=tilleuls.actor(), now=NOW)
    assert merged(tilleuls, mine.contact, theirs.contact).undone_at is None


def test_undoing_waits_for_what_came_after(tilleuls: Clinic) -> None:
    one, two, three = made(tilleuls), made(tilleuls, **OLD), made(tilleuls, last="Cros", phone="+33622222222")
    first = merged(tilleuls, one, two, take=["phone"])
    with tilleuls.acting():
        second = contacts.merge(
            tilleuls.organization, kept_id=one.id, merged_id=three.id, take=["phone"], by=tilleuls.actor(), now=LATER
        )
    with pytest.raises(CannotUndoMerge) as refused:
        undone(tilleuls, first)
    assert str(refused.value).startswith("Clémence Cros was merged into this record later")
    undone(tilleuls, second)
    undone(tilleuls, first)
    assert again(tilleuls, one).phone == "+33612345678"


def test_a_record_merged_on_is_taken_back_first(tilleuls: Clinic) -> None:
    one, two, three = made(tilleuls), made(tilleuls, **OLD), made(tilleuls, last="Cros", phone="+33622222222")
    first = merged(tilleuls, one, two)
    second = merged(tilleuls, three, one)
    assert found(tilleuls, "blot") == [three.id]
    with pytest.raises(CannotUndoMerge) as refused:
        undone(tilleuls, first)
    assert str(refused.value) == "The record was merged on, with that of Clémence Cros. Take that back first."
    with pytest.raises(AlreadyMerged):
        merged(tilleuls, three, two)
    undone(tilleuls, second)
    assert found(tilleuls, "blot") == [one.id]


def test_strangers_and_one_record_are_refused(tilleuls: Clinic, carpati: Clinic) -> None:
    mine, foreign = made(tilleuls), made(carpati)
    with pytest.raises(NotTheSameRecordTwice):
        merged(tilleuls, mine, mine)
    for other in (foreign.id, uuid4()):
        with pytest.raises(NotFound), tilleuls.acting():
            contacts.merge(tilleuls.organization, kept_id=mine.id, merged_id=other, by=tilleuls.actor(), now=NOW)
    with pytest.raises(NotFound), tilleuls.acting():
        contacts.undo_merge(tilleuls.organization, uuid4(), by=tilleuls.actor(), now=NOW)


def test_many_merge_both_ways_while_others_book_as_either(tilleuls: Clinic) -> None:
    """One merging wins, and no visit is left with the record that went."""
    for turn in range(4):
        names = f"Un{turn}", f"Deux{turn}"
        one, two = (made(tilleuls, last=name) for name in names)
        start, outcomes = Barrier(8), []

        def merging(now: Any, kept: Contact, other: Contact) -> str:
            contacts.merge(tilleuls.organization, kept_id=kept.id, merged_id=other.id, by=tilleuls.actor(), now=now)
            return "merged"

        def booking_as(now: Any, name: str, starts_at: datetime) -> str:
            booking.book(
                tilleuls.organization,
                schedule_id=tilleuls.schedule.id,
                service_id=tilleuls.service.id,
                starts_at=starts_at,
                contact=data(last=name),
                by=tilleuls.actor(),
                now=NOW,
            )
            return "booked"

        def race(act: Any, *what: Any, start: Barrier = start, outcomes: list[str] = outcomes) -> None:
            start.wait()
            try:
                done = tenancy.perform(
                    lambda now: act(now, *what), organization=tilleuls.organization, by=tilleuls.actor()
                )
                outcomes.append(done)
            except AlreadyMerged:
                outcomes.append("refused")
            finally:
                connections.close_all()

        acts = [(merging, one, two), (merging, two, one)] * 2
        times = [at(hour, day=MONDAY + timedelta(days=turn)) for hour in (9, 10, 14, 15)]
        acts += [(booking_as, *what) for what in zip(names * 2, times, strict=True)]
        threads = [Thread(target=race, args=what) for what in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["booked"] * 4 + ["merged"] + ["refused"] * 3
        [kept] = [contact for contact in (again(tilleuls, one), again(tilleuls, two)) if not contact.merged_into_id]
        assert [found(tilleuls, name) for name in names] == [[kept.id]] * 2
        with tilleuls.acting():
            visits = tilleuls.organization.appointments.filter(contact_id__in=[one.id, two.id])
            assert list(visits.values_list("contact_id", flat=True)) == [kept.id] * 4
        undone(tilleuls, standing_merge(tilleuls))


def standing_merge(clinic: Clinic) -> Merge:
    with clinic.acting():
        return clinic.organization.merges.get(undone_at=None)


def pairs(clinic: Clinic) -> list[tuple[str, str, tuple[Alike, ...]]]:
    with clinic.acting():
        return [
            (pair.one.full_name, pair.other.full_name, pair.why) for pair in possible_duplicates(clinic.organization)
        ]


def test_records_that_may_be_one_person_are_listed_until_somebody_has_looked(tilleuls: Clinic, carpati: Clinic) -> None:
    one = made(tilleuls, phone="", email="")
    other = made(tilleuls, last="AUBREE", first="Clemence", phone="+33639982741", email="")
    married = made(tilleuls, last="Blot", phone="+33639982741", email="", birth_date=None)
    child = made(tilleuls, last="Blot", first="Tom", phone="+33639982741", email="", birth_date=date(2019, 1, 1))
    made(carpati)
    expected = [
        ("Clémence Aubrée", "Clemence AUBREE", (Alike.NAME_AND_BIRTH,)),
        ("Clemence AUBREE", "Clémence Blot", (Alike.PHONE,)),
    ]
    assert pairs(tilleuls) == expected
    with tilleuls.acting():
        assert lookalikes(tilleuls.organization, again_open(tilleuls, child)) == []
        assert [row.id for row in lookalikes(tilleuls.organization, other)] == [one.id, married.id]
        contacts.dismiss(tilleuls.organization, one_id=married.id, other_id=other.id, by=tilleuls.actor(), now=NOW)
    assert pairs(tilleuls) == expected[:1]
    merged(tilleuls, one, other)
    assert pairs(tilleuls) == [("Clémence Aubrée", "Clémence Blot", (Alike.PHONE,))]


def test_the_mark_goes_when_nobody_is_left_to_be(tilleuls: Clinic) -> None:
    one, other = made(tilleuls, phone="", email=""), made(tilleuls, phone="+33639982741", email="")
    assert (again(tilleuls, one).possible_duplicate, again(tilleuls, other).possible_duplicate) == (False, True)
    with tilleuls.acting():
        contacts.dismiss(tilleuls.organization, one_id=other.id, other_id=one.id, by=tilleuls.actor(), now=NOW)
    assert not again(tilleuls, other).possible_duplicate
    third = made(tilleuls, phone="", email="z@z.example")
    assert again(tilleuls, third).possible_duplicate
    with tilleuls.acting():
        contacts.clear_flag(tilleuls.organization, third.id, by=tilleuls.actor(), now=NOW)
    assert (again(tilleuls, third).possible_duplicate, pairs(tilleuls)) == (False, [])


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Identity("a", "b", BORN), (Alike.NAME_AND_BIRTH,)),
        (Identity("x", "b", BORN, "+331", "m"), (Alike.PHONE, Alike.EMAIL)),
        (Identity("a", "x", BORN, "+331", "m"), ()),
        (Identity("a", "b", None), ()),
    ],
)
def test_tel_07_a_family_shares_a_telephone(other: Identity, why: tuple[Alike, ...]) -> None:
    assert alike(Identity("a", "b", BORN, "+331", "m"), other) == why
