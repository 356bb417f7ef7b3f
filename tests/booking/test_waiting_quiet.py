"""Times that are freed at night: nobody is woken, and nobody's time to answer passes while they sleep."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kalends.booking.models import Offer
from kalends.booking.operations import waiting
from kalends.booking.refusals import TooNear
from tests.booking.waiting_list import freed, join, names, offers, passed, person, switch
from tests.cast import NOW, Clinic, at
from tests.delivery.test_settings import decide

# 3 in the morning; text messages are quiet until 8, as for every new organization.
NIGHT = at(3)


@pytest.fixture
def listed(tilleuls: Clinic) -> Clinic:
    switch(tilleuls)
    return tilleuls


def texted(clinic: Clinic, number: int, hours: int = 1) -> None:
    who = person(number, email="", phone=f"+3361234560{number}")
    join(clinic, who, now=NIGHT - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("visit", "until"),
    [(at(14), at(10)), (at(10), at(8, 40)), (at(9), at(8, 20))],
    ids=["two hours", "a third of what is left", "little"],
)
def test_the_time_to_answer_begins_when_the_quiet_hours_end(listed: Clinic, visit: datetime, until: datetime) -> None:
    texted(listed, 1)
    freed(listed, visit, now=NIGHT)
    (offer,) = offers(listed)
    assert (names([offer]), offer.made_at, offer.expires_at) == ([("Nom1", "open")], NIGHT, until)
    with listed.acting():
        place = listed.organization.occupancies.get(holder_id=offer.id)
        assert place.expires_at == until
        assert listed.organization.deliveries.get(kind="waiting_offer").useless_after == until


def test_whom_it_would_reach_too_late_is_passed_over_for_who_can_be_told_now(listed: Clinic) -> None:
    decide(listed, sms_quiet_until=8 * 60 + 45)
    texted(listed, 1, hours=2)
    join(listed, person(2), now=NIGHT - timedelta(hours=1))
    freed(listed, at(9), now=NIGHT)
    (offer,) = offers(listed)
    assert (names([offer]), offer.expires_at) == ([("Nom2", "open")], at(5))
    assert passed(listed) == [("Nom1", "quiet")]


def test_mails_have_quiet_hours_of_their_own(listed: Clinic) -> None:
    decide(listed, email_quiet_from=22 * 60, email_quiet_until=7 * 60)
    join(listed, person(1), now=NIGHT - timedelta(hours=1))
    freed(listed, at(14), now=NIGHT)
    assert [offer.expires_at for offer in offers(listed)] == [at(9)]


def test_outside_of_quiet_hours_nothing_is_put_off(listed: Clinic) -> None:
    texted(listed, 1)
    freed(listed, at(14), now=NOW)
    assert [offer.expires_at for offer in offers(listed)] == [at(10)]


def test_staff_offer_at_night_and_are_told_when_it_is_too_near(listed: Clinic) -> None:
    texted(listed, 1)
    with listed.acting():
        entry = listed.organization.waitlist.get()

    def offer(hour: int) -> Offer:
        by = listed.actor()
        with listed.acting(by):
            asked = {"schedule_id": listed.schedule.id, "starts_at": at(hour), "now": NIGHT}
            return waiting.offer(listed.organization, entry.id, by=by, **asked)

    decide(listed, sms_quiet_until=8 * 60 + 45)
    with pytest.raises(TooNear):
        offer(9)
    assert offer(14).expires_at == at(10, 30)
