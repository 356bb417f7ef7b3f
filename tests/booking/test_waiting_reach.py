"""By what an offer is told: one way alone, or the telephone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kalends.booking.operations import waiting
from kalends.booking.refusals import NoAddress
from kalends.booking.rules.waiting import By, Reach, Way, way_to
from kalends.contacts.operations import set_consents
from kalends.delivery import operations as delivery
from kalends.delivery.models import DeadAddress, Delivery
from tests.booking.waiting_list import freed, join, let_expire, names, offers, passed, person, switch
from tests.cast import NOW, Clinic, at

MAIL, TEXT = Way(By.EMAIL, "p1@courriel.example"), Way(By.SMS, "+33612345601")
BOTH = {"email": "p1@courriel.example", "mobile": "+33612345601"}


@pytest.fixture
def listed(tilleuls: Clinic) -> Clinic:
    switch(tilleuls)
    return tilleuls


@pytest.mark.parametrize(
    ("reach", "way"),
    [
        ({}, None),
        (BOTH, MAIL),
        ({**BOTH, "mobile": ""}, MAIL),
        ({**BOTH, "email": ""}, TEXT),
        ({**BOTH, "no_mails": True}, TEXT),
        ({**BOTH, "no_texts": True}, MAIL),
        ({**BOTH, "no_mails": True, "no_texts": True}, MAIL),
        ({**BOTH, "no_mails": True, "mobile": ""}, MAIL),
        ({**BOTH, "no_texts": True, "email": ""}, None),
    ],
)
def test_one_way_alone(reach: dict[str, Any], way: Way | None) -> None:
    assert way_to(Reach(**reach)) == way


def told(clinic: Clinic) -> list[tuple[str, str, str]]:
    """What was queued about offers, in order."""
    with clinic.acting():
        rows = clinic.organization.deliveries.filter(kind__startswith="waiting_offer").order_by("queued_at", "id")
        return [(row.kind, row.medium, row.recipient) for row in rows]


def die(clinic: Clinic, address: str) -> None:
    with clinic.acting() as now:
        known: Delivery = clinic.organization.deliveries.first()
        DeadAddress(organization=clinic.organization, address=address, since=now, delivery_id=known.id).save()


def stop(clinic: Clinic, medium: str, address: str, covers: str = "all") -> None:
    with clinic.acting() as now:
        delivery.opt_out(clinic.organization, medium=medium, address=address, covers=covers, by=clinic.actor(), now=now)


def test_who_has_a_mobile_number_only_gets_a_text_message(listed: Clinic) -> None:
    join(listed, person(1, email="", phone="+33612345601"))
    freed(listed)
    (offer,) = offers(listed)
    assert (names([offer]), offer.told_by, offer.by_phone, passed(listed)) == ([("Nom1", "open")], "sms", False, [])
    assert told(listed) == [("waiting_offer", "sms", "+33612345601")]
    with listed.acting():
        sent = listed.organization.deliveries.get(kind="waiting_offer")
    assert (sent.nature, sent.useless_after, sent.due_at) == ("unasked", offer.expires_at, sent.queued_at)


def test_the_mail_goes_before_the_text_message_and_alone(listed: Clinic) -> None:
    join(listed, person(1, phone="+33612345601"))
    freed(listed)
    assert (offers(listed)[0].told_by, told(listed)) == (
        "email",
        [("waiting_offer", "email", "p1@courriel.example")],
    )


@pytest.mark.parametrize("lost", ["dead", "stopped", "no_offers", "refused"])
def test_where_mails_are_lost_or_unwanted_it_is_a_text_message(listed: Clinic, lost: str) -> None:
    entry = join(listed, person(1, email="P1@courriel.example", phone="+33612345601"))
    if lost == "dead":
        die(listed, "p1@courriel.example")
    elif lost == "refused":
        with listed.acting() as now:
            set_consents(entry.contact, {"email": "refused"}, by=listed.actor(), now=now)
    else:
        stop(listed, "email", "p1@courriel.example", "all" if lost == "stopped" else "unasked")
    freed(listed)
    assert told(listed) == [("waiting_offer", "sms", "+33612345601")]


@pytest.mark.parametrize("lost", ["landline", "stopped", "refused"])
def test_who_is_reached_by_neither_is_passed_over_for_the_telephone(listed: Clinic, lost: str) -> None:
    number = "+33123456789" if lost == "landline" else "+33612345601"
    silent = join(
        listed,
        person(1, email="", phone=number, phone_is_mobile=lost != "landline"),
        now=NOW - timedelta(hours=2),
    )
    join(listed, person(2, email="", phone="+33612345602"), now=NOW - timedelta(hours=1))
    if lost == "stopped":
        stop(listed, "sms", number)
    elif lost == "refused":
        with listed.acting() as now:
            set_consents(silent.contact, {"sms": "refused"}, by=listed.actor(), now=now)
    freed(listed)
    assert (names(offers(listed)), passed(listed)) == ([("Nom2", "open")], [("Nom1", "no_address")])
    assert told(listed) == [("waiting_offer", "sms", "+33612345602")]
    by, asked = listed.actor(), {"schedule_id": listed.schedule.id, "starts_at": at(16), "now": NOW}
    with listed.acting(by), pytest.raises(NoAddress):
        waiting.offer(listed.organization, silent.id, by=by, **asked)
    with listed.acting(by):
        called = waiting.offer(listed.organization, silent.id, by=by, by_phone=True, **asked)
    assert (called.by_phone, len(told(listed))) == (True, 1)


def test_staff_offer_by_the_same_way_and_what_they_take_back_is_told_by_it(listed: Clinic) -> None:
    entry = join(listed, person(1, email="", phone="+33612345601"))
    by = listed.actor()
    with listed.acting(by):
        asked = {"schedule_id": listed.schedule.id, "starts_at": at(16)}
        offer = waiting.offer(listed.organization, entry.id, by=by, now=NOW, **asked)
    with listed.acting(by):
        contact = listed.organization.contacts.get(id=entry.contact_id)
        contact.email = "new@courriel.example"
        contact.save(update_fields=["email"])
        waiting.withdraw(listed.organization, offer.id, by=by, now=NOW)
    assert told(listed) == [
        ("waiting_offer", "sms", "+33612345601"),
        ("waiting_offer_withdrawn", "sms", "+33612345601"),
    ]


def test_not_answered_it_goes_to_the_next_by_the_way_of_the_next(listed: Clinic) -> None:
    join(listed, person(1, email="", phone="+33612345601"), now=NOW - timedelta(hours=2))
    join(listed, person(2), now=NOW - timedelta(hours=1))
    freed(listed)
    let_expire(offers(listed)[0])
    assert names(offers(listed)) == [("Nom1", "expired"), ("Nom2", "open")]
    assert [medium for _kind, medium, _to in told(listed)] == ["sms", "email"]
