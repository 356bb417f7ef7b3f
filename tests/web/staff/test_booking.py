"""Booking by telephone: from a service or a free line to an appointment, for somebody known or new."""

from __future__ import annotations

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.rules import OpeningRule
from kalends.contacts.models import Contact
from tests.cast import Clinic
from tests.delivery.returning import die
from tests.web.staff.desk import BOOK, Browser, at, book, chosen, coming, look, notices

TYPED = {
    "last_name": "Haddad",
    "first_name": "Samir",
    "birth_date": "02/11/1979",
    "phone": "06 98 76 54 32",
    "email": "samir@courriel.example",
    "tell": "on",
}


def visits(clinic: Clinic) -> list[tuple[str, str, str]]:
    with clinic.acting():
        found = clinic.organization.appointments.select_related("contact").order_by("starts_at", "id")
        return [(one.contact.full_name, one.source, one.status) for one in found]


def contact_of(clinic: Clinic) -> Contact:
    with clinic.acting():
        return clinic.organization.contacts.get()


class TestBooking:
    def test_a_new_caller(self, tilleuls: Clinic, signed_in: Browser) -> None:
        answer = signed_in(tilleuls.staff).post(BOOK, {**chosen(tilleuls, new="yes"), **TYPED}, follow=True)
        assert notices(answer) == [f"good: Booked: Monday {coming().day} {coming():%B}, 10:00, Samir Haddad."]
        assert visits(tilleuls) == [("Samir Haddad", "phone", "booked")]
        contact = contact_of(tilleuls)
        assert (contact.phone, contact.email, contact.language) == ("+33698765432", "samir@courriel.example", "fr")

    def test_at_the_desk(self, tilleuls: Clinic, signed_in: Browser) -> None:
        signed_in(tilleuls.staff).post(BOOK, {**chosen(tilleuls, new="yes", channel="staff"), **TYPED})
        assert visits(tilleuls) == [("Samir Haddad", "staff", "booked")]

    def test_somebody_known(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(9)).contact_id
        client = signed_in(tilleuls.staff)
        page = look(client, chosen(tilleuls, contact=contact_id))
        assert list(page.context["form"].fields) == []
        client.post(BOOK, {**chosen(tilleuls, contact=contact_id), "reason": "Contrôle\x07  annuel"})
        assert visits(tilleuls) == [("Clémence Aubrée", "staff", "booked"), ("Clémence Aubrée", "phone", "booked")]
        with tilleuls.acting():
            made = tilleuls.organization.appointments.get(starts_at=at(10))
        assert (made.contact_id, made.reason) == (contact_id, "Contrôle annuel")

    def test_what_the_record_lacks_is_asked_and_kept(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(9), email="").contact_id
        client = signed_in(tilleuls.staff)
        asked = chosen(tilleuls, contact=contact_id)
        assert list(look(client, asked).context["form"].fields) == ["email"]
        refused = client.post(BOOK, asked)
        assert (refused.status_code, refused.context["form"].errors) == (422, {"email": ["Please fill this in."]})
        client.post(BOOK, {**asked, "email": "clemence@courriel.example"})
        contact = contact_of(tilleuls)
        assert (contact.email, contact.phone, contact.full_name) == (
            "clemence@courriel.example",
            "+33612345678",
            "Clémence Aubrée",
        )
        assert len(visits(tilleuls)) == 2

    def test_every_bad_field_is_named_and_nothing_is_lost(self, tilleuls: Clinic, signed_in: Browser) -> None:
        sent = {**TYPED, "phone": "06 98 76 54", "birth_date": "31/02/1979", "email": "", "reason": "Douleur"}
        answer = signed_in(tilleuls.staff).post(BOOK, {**chosen(tilleuls, new="yes"), **sent})
        assert answer.status_code == 422
        assert answer.context["form"].errors == {
            "phone": ["Digits are missing: a French number has ten."],
            "birth_date": ["Please write the date as day, month, year: 14/03/1987."],
            "email": ["Please fill this in."],
        }
        assert answer.context["form"]["last_name"].value() == "Haddad"
        assert (answer.context["reason"], answer.context["confirmation"].tell) == ("Douleur", True)
        assert visits(tilleuls) == []

    def test_a_required_reason(self, tilleuls: Clinic, signed_in: Browser) -> None:
        with tilleuls.acting() as now:
            agenda.edit_service(tilleuls.service, required_fields=["reason"], by=tilleuls.actor(), now=now)
        client = signed_in(tilleuls.staff)
        answer = client.post(BOOK, {**chosen(tilleuls, new="yes"), **TYPED})
        assert notices(answer) == ["bad: Please ask for the reason of the visit: it is required here."]
        client.post(BOOK, {**chosen(tilleuls, new="yes"), **TYPED, "reason": "Douleur"})
        assert len(visits(tilleuls)) == 1

    def test_a_time_just_taken_offers_buttons_that_keep_all_that_was_typed(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        book(tilleuls, at(10))
        client = signed_in(tilleuls.staff)
        sent = {**chosen(tilleuls, new="yes"), **TYPED}
        answer = client.post(BOOK, sent)
        assert answer.status_code == 409
        assert [start for _when, start in answer.context["others"]] == [
            at(9).isoformat(),
            at(9, 30).isoformat(),
            at(10, 30).isoformat(),
        ]
        assert answer.context["form"]["last_name"].value() == "Haddad"
        assert len(visits(tilleuls)) == 1
        client.post(BOOK, {**sent, "start": [sent["start"], answer.context["others"][0][1]]})
        assert visits(tilleuls)[0] == ("Samir Haddad", "phone", "booked")

    def test_nobody_is_in_two_places_unless_the_desk_knows(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(10)).contact_id
        with tilleuls.acting() as now:
            by = tilleuls.actor()
            other = agenda.make_schedule(
                tilleuls.organization,
                provider=tilleuls.schedule.provider,
                location=tilleuls.schedule.location,
                name="Laser",
                step_minutes=30,
                by=by,
                now=now,
            )
            agenda.set_offerings(other, [{"service": tilleuls.service}], by=by, now=now)
            agenda.set_opening(other, rules=[OpeningRule(1, 540, 720)], overrides=[], version=None, by=by, now=now)
        client = signed_in(tilleuls.staff)
        sent = {**chosen(tilleuls, contact=contact_id), "schedule": other.id}
        answer = client.post(BOOK, sent)
        assert answer.status_code == 409
        assert notices(answer) == [
            "bad: This patient already has an appointment at that time. Book all the same: the patient knows of both."
        ]
        client.post(BOOK, {**sent, "overlap": "on"})
        assert len(visits(tilleuls)) == 2

    def test_that_mails_come_back_is_said_where_one_books(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(9)).contact_id
        die(tilleuls)
        client = signed_in(tilleuls.staff)
        for part in ({}, {"part": "drawer"}):
            page = look(client, {**chosen(tilleuls, contact=contact_id), **part}).content.decode()
            assert "The confirmation will not be sent there. Ask for another address." in page
            assert f"/app/tilleuls/patients/{contact_id}/edit/" in page

    def test_a_contact_of_another_clinic_is_not_there(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        stranger = book(carpati, at(10)).contact_id
        answer = signed_in(tilleuls.staff).post(BOOK, chosen(tilleuls, contact=stranger))
        assert (answer.status_code, visits(tilleuls)) == (404, [])

    @pytest.mark.parametrize("name", ["service", "schedule"])
    def test_a_row_of_another_clinic_is_not_there(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser, name: str
    ) -> None:
        foreign = {"service": carpati.service.id, "schedule": carpati.schedule.id}
        sent = {**chosen(tilleuls, new="yes"), **TYPED, name: foreign[name]}
        answer = signed_in(tilleuls.staff).post(BOOK, sent)
        assert (answer.status_code, visits(tilleuls)) == (404, [])

    def test_only_the_button_books(self, tilleuls: Clinic, signed_in: Browser) -> None:
        look(signed_in(tilleuls.staff), {**chosen(tilleuls, new="yes"), **TYPED})
        assert visits(tilleuls) == []
