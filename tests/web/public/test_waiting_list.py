"""The waiting list on the public pages: asking, the offered time, leaving. Reading a page decides nothing."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from kalends.booking import operations as booking
from kalends.booking.models import Offer
from kalends.booking.queries.waiting import entry_secret, offer_secret
from tests.booking.waiting_list import switch
from tests.cast import Clinic, data
from tests.web.public.test_private_page import EVERYTHING, address_of
from tests.web.public.visitor import TYPED, Visitor, at, working_day

WEDNESDAY = working_day()
THURSDAY = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def visitor(tilleuls: Clinic) -> Visitor:
    switch(tilleuls)
    return Visitor(tilleuls)


def ask_address(clinic: Clinic) -> str:
    return f"/tilleuls/services/{clinic.service.id}/waiting/"


def freed(clinic: Clinic) -> Offer:
    """Wednesday 9:00 was somebody else's, who cancels."""
    by = clinic.actor()
    with clinic.acting(by) as now:
        other = booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=at(WEDNESDAY, 9),
            contact=data("Autre", "Autre", email="autre@courriel.example", phone=""),
            by=by,
            now=now,
        )
    with clinic.acting(by) as now:
        booking.cancel(clinic.organization, other.id, by=by, now=now)
    with clinic.acting():
        return clinic.organization.offers.select_related("entry").get(status="open")


def offer_address(offer: Offer) -> str:
    return f"/tilleuls/offer/{offer_secret(offer)}/"


def wait(visitor: Visitor, **typed: str) -> None:
    page = visitor.get(ask_address(visitor.clinic))
    answer = visitor.post(page.form("/waiting/"), {**TYPED, **typed})
    assert answer.status == 303


class TestAsking:
    def test_from_the_free_times_to_the_list(self, visitor: Visitor) -> None:
        times = visitor.get(f"/tilleuls/services/{visitor.clinic.service.id}/times/?provider=anyone")
        page = visitor.get(times.link("None of these suits?"))
        assert page.headings[0] == "We write to you when a time becomes free."
        answer = visitor.post(page.form("/waiting/"), {**TYPED, "from": "23:30", "to": "01:30", "weekdays": "3"})
        shown = visitor.get(answer.headers["Location"])
        assert "You are on the waiting list." in shown.headings
        assert "from 23:30 to 1:30" in shown.text
        assert "Wednesday" in shown.text
        with visitor.clinic.acting():
            entry = visitor.clinic.organization.waitlist.get()
        assert (entry.from_minute, entry.to_minute, entry.weekdays, entry.source) == (1410, 1530, [3], "website")
        assert entry.schedules == [visitor.clinic.schedule.id]

    def test_only_a_start_takes_the_practitioners_span(self, visitor: Visitor) -> None:
        switch(visitor.clinic, span=90)
        wait(visitor, **{"from": "10:00"})
        with visitor.clinic.acting():
            entry = visitor.clinic.organization.waitlist.get()
        assert (entry.from_minute, entry.to_minute) == (600, 690)

    def test_every_bad_field_is_named_and_nothing_is_lost(self, visitor: Visitor) -> None:
        page = visitor.get(ask_address(visitor.clinic))
        typed = {**TYPED, "email": "", "from": "10:00", "to": "10:00", "consent": ""}
        answer = visitor.post(page.form("/waiting/"), typed)
        assert answer.status == 422
        assert sorted(answer.errors) == [
            "Please agree, or telephone the practice to book.",
            "Please fill this in.",
            "The end must be another hour than the start.",
        ]
        assert answer.form("/waiting/").fields["last_name"] == "Aubrée"
        assert answer.form("/waiting/").fields["from"] == "10:00"

    def test_without_a_list_there_is_none(self, tilleuls: Clinic) -> None:
        visitor = Visitor(tilleuls)
        times = visitor.get(f"/tilleuls/services/{tilleuls.service.id}/times/?provider=anyone")
        assert "becomes free" not in times.text
        page = visitor.get(ask_address(tilleuls))
        assert (page.status, page.headings[0]) == (
            409,
            "No waiting list is kept here. An administrator can switch it on for each practitioner.",
        )


class TestEarlier:
    def test_a_visit_is_kept_while_one_waits_for_something_earlier(self, visitor: Visitor) -> None:
        visitor.book(THURSDAY, "9:00")
        private = address_of(visitor.clinic)
        page = visitor.get(visitor.get(private).link("Ask for an earlier time"))
        answer = visitor.post(page.form("/earlier/"))
        shown = visitor.get(answer.headers["Location"])
        assert "Your present appointment stays as it is." in shown.text
        assert "You are on the waiting list for an earlier time." in visitor.get(private).text
        again = visitor.get(f"{private}earlier/")
        assert (again.status, again.headers["Location"]) == (303, answer.headers["Location"])

    def test_accepting_moves_the_visit(self, visitor: Visitor) -> None:
        visitor.book(THURSDAY, "9:00")
        private = address_of(visitor.clinic)
        visitor.post(visitor.get(f"{private}earlier/").form("/earlier/"))
        offer = freed(visitor.clinic)
        page = visitor.get(offer_address(offer))
        assert "If you accept, your appointment of" in page.text
        answer = visitor.post(page.form("/acceptance/"))
        assert answer.headers["Location"] == f"{private}?done=moved"
        assert visitor.get(answer.headers["Location"]).status == 200
        with visitor.clinic.acting():
            visit = visitor.clinic.organization.appointments.get(status="booked")
            assert visitor.clinic.organization.occupancies.count() == 1
        assert visit.starts_at == at(WEDNESDAY, 9)


class TestOffer:
    def test_reading_decides_nothing(self, visitor: Visitor, owner: psycopg.Connection) -> None:
        wait(visitor)
        offer = freed(visitor.clinic)
        everything = EVERYTHING.replace(
            "SELECT (SELECT", "SELECT (SELECT json_agg(f ORDER BY id)::text FROM booking_offer f), (SELECT", 1
        )
        before = owner.execute(everything).fetchone()
        for address in (offer_address(offer), f"/tilleuls/waiting/{entry_secret(offer.entry)}/"):
            for _ in range(2):
                assert visitor.get(address).status == 200
                assert visitor.client.head(address).status_code == 200
        for act in ("acceptance", "declining"):
            assert visitor.get(f"{offer_address(offer)}{act}/").status == 405
        assert owner.execute(everything).fetchone() == before

    def test_accepted_twice_it_is_booked_once(self, visitor: Visitor) -> None:
        wait(visitor)
        page = visitor.get(offer_address(freed(visitor.clinic)))
        assert page.headings[0].startswith("Clémence, would Wednesday")
        first = visitor.post(page.form("/acceptance/"))
        second = visitor.post(page.form("/acceptance/"))
        assert first.status == second.status == 303
        assert first.headers["Location"] == second.headers["Location"]
        assert "Your appointment is booked." in visitor.get(first.headers["Location"]).text
        with visitor.clinic.acting():
            assert visitor.clinic.organization.appointments.filter(status="booked").count() == 1

    def test_declined_the_entry_stays(self, visitor: Visitor) -> None:
        wait(visitor)
        offer = freed(visitor.clinic)
        page = visitor.get(offer_address(offer))
        answer = visitor.post(page.form("/declining/"))
        shown = visitor.get(answer.headers["Location"])
        assert shown.headings[0] == "You declined this time."
        assert "You stay on the waiting list, in your place." in shown.text
        assert visitor.post(page.form("/acceptance/")).status == 409

    def test_too_late_is_told_kindly_each_time(self, visitor: Visitor, owner: psycopg.Connection) -> None:
        wait(visitor)
        offer = freed(visitor.clinic)
        page = visitor.get(offer_address(offer))
        owner.execute("UPDATE booking_offer SET expires_at = now() - interval '1 minute'")
        assert visitor.get(offer_address(offer)).headings[0] == "The time to answer is over."
        for _ in range(2):
            answer = visitor.post(page.form("/acceptance/"))
            assert answer.status == 409
            assert "This offer has ended, and nothing was changed." in answer.text

    def test_of_a_record_that_is_gone_the_link_is_dead(self, visitor: Visitor, owner: psycopg.Connection) -> None:
        wait(visitor)
        offer = freed(visitor.clinic)
        with visitor.clinic.acting():
            kept = visitor.clinic.organization.contacts.get(last_name="Autre")
            visitor.clinic.organization.contacts.filter(last_name="Aubrée").update(merged_into_id=kept.id)
        assert visitor.get(offer_address(offer)).status == 410

    def test_a_stranger_finds_nothing(self, visitor: Visitor, carpati: Clinic) -> None:
        wait(visitor)
        offer = freed(visitor.clinic)
        token = offer_secret(offer)
        for address in (f"/carpati/offer/{token}/", f"/tilleuls/offer/{token[:-2]}AA/", f"/tilleuls/waiting/{token}/"):
            assert visitor.get(address).status == 404


def test_leaving_is_a_button(visitor: Visitor) -> None:
    wait(visitor)
    with visitor.clinic.acting():
        entry = visitor.clinic.organization.waitlist.get()
    page = visitor.get(f"/tilleuls/waiting/{entry_secret(entry)}/")
    answer = visitor.post(page.form("/leaving/"))
    shown = visitor.get(answer.headers["Location"])
    assert shown.headings[0] == "You are no longer on the waiting list."
    with visitor.clinic.acting():
        assert visitor.clinic.organization.waitlist.get().status == "withdrawn"
