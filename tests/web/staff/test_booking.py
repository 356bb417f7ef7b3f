"""Booking by telephone: from a service or a free line to an appointment, for somebody known or new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from kalends.agenda import operations as agenda
from kalends.agenda.rules import OpeningRule
from kalends.contacts.models import Contact
from tests.cast import Clinic
from tests.web.staff.desk import Browser, at, audited, book, coming, notices, text

BOOK = "/app/tilleuls/book/"
TYPED = {
    "last_name": "Haddad",
    "first_name": "Samir",
    "birth_date": "02/11/1979",
    "phone": "06 98 76 54 32",
    "email": "samir@courriel.example",
    "tell": "on",
}


def chosen(clinic: Clinic, hour: int = 10, **more: Any) -> dict[str, Any]:
    """What stands in the address once a time is chosen."""
    return {
        "service": clinic.service.id,
        "schedule": clinic.schedule.id,
        "start": at(hour).isoformat(),
        **more,
    }


def look(client: Client, asked: dict[str, Any]) -> Any:
    return client.get(f"{BOOK}?{urlencode(asked)}")


def visits(clinic: Clinic) -> list[tuple[str, str, str]]:
    with clinic.acting():
        found = clinic.organization.appointments.select_related("contact").order_by("starts_at", "id")
        return [(one.contact.full_name, one.source, one.status) for one in found]


def contact_of(clinic: Clinic) -> Contact:
    with clinic.acting():
        return clinic.organization.contacts.get()


class TestChoosing:
    def test_the_only_service_is_chosen_and_its_first_free_week_shown(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        context = look(signed_in(tilleuls.staff), {}).context
        assert context["service_name"] == "Consultation"
        assert any(day.times for day in context["week"].days)

    def test_a_time_leads_to_who_comes(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        week = look(client, {"service": tilleuls.service.id, "day": coming()}).context["week"]
        page = client.get(week.days[0].times[0].url)
        assert page.context["slot_when"] == f"Monday {coming().day} {coming():%B}, 9:00"
        assert "Who comes?" in text(page)

    def test_a_free_line_brings_time_and_agenda(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        line = client.get(f"/app/tilleuls/?day={coming()}").context["day"].agendas[0].lines[1]
        assert client.get(line.url).context["slot_when"] == f"Monday {coming().day} {coming():%B}, 13:00"

    def test_of_a_free_line_only_the_services_that_fit_can_be_chosen(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        with tilleuls.acting() as now:
            by = tilleuls.actor()
            longer = agenda.make_service(tilleuls.organization, names={"en": "Long visit"}, duration=60, by=by, now=now)
            offered = [{"service": tilleuls.service}, {"service": longer}]
            agenda.set_offerings(tilleuls.schedule, offered, by=by, now=now)
        client = signed_in(tilleuls.staff)
        asked = {name: value for name, value in chosen(tilleuls, 16).items() if name != "service"}
        half_past = {**asked, "start": at(16, 30).isoformat()}
        assert [label for _key, label in look(client, asked).context["services"]] == [
            "Choose a service",
            "Long visit",
            "Consultation",
        ]
        assert look(client, half_past).context["service_name"] == "Consultation"

    def test_a_time_that_is_gone_offers_the_nearest(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(10))
        page = look(signed_in(tilleuls.staff), chosen(tilleuls, 10, q="haddad"))
        day = f"Monday {coming().day} {coming():%B}"
        assert notices(page) == [
            f"warn: This time is not free any more. The nearest: {day}, 9:00 · {day}, 9:30 · {day}, 10:30"
        ]
        again = signed_in(tilleuls.staff).get(page.context["alternatives"][0][1])
        assert again.context["typed"] == "haddad"

    def test_a_full_week_says_so_and_when_it_goes_on(self, tilleuls: Clinic, signed_in: Browser) -> None:
        first = coming(1)
        with tilleuls.acting() as now:
            agenda.add_closure(
                tilleuls.organization,
                from_day=first,
                to_day=first + timedelta(days=6),
                by=tilleuls.actor(),
                now=now,
            )
        week = look(signed_in(tilleuls.staff), {"day": first}).context["week"]
        after = coming(1, 3)
        assert (week.reason, week.next_free) == ("Closed all week.", f"Monday {after.day} {after:%B}")

    def test_a_service_not_ticked_for_the_telephone_is_not_offered_there(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        with tilleuls.acting() as now:
            agenda.set_channels(tilleuls.service, {"staff", "website"}, by=tilleuls.actor(), now=now)
        client = signed_in(tilleuls.staff)
        asked = {"service": tilleuls.service.id, "day": coming()}
        assert look(client, asked).context["week"].reason == "This service is not booked through this channel."
        assert look(client, {**asked, "channel": "staff"}).context["week"].reason == ""

    @pytest.mark.parametrize(
        "query", ["service=1", "start=yesterday", "start=2026-12-07T10:00", "channel=website", "day=x", "new=maybe"]
    )
    def test_what_cannot_be_read_is_refused(self, tilleuls: Clinic, signed_in: Browser, query: str) -> None:
        assert signed_in(tilleuls.staff).get(f"{BOOK}?{query}").status_code == 400


class TestLookingForSomebody:
    @pytest.mark.parametrize(
        "typed",
        [
            "aubree",
            "AUBRÉE clem",
            "clemence aubree",
            "06 12 34 56 78",
            "+33612345678",
            "14/03/1987",
            "aubree 14.03.1987",
        ],
    )
    def test_name_in_any_order_phone_in_any_form_birth_date(
        self, tilleuls: Clinic, signed_in: Browser, typed: str
    ) -> None:
        book(tilleuls, at(9))
        found = look(signed_in(tilleuls.staff), chosen(tilleuls, q=typed)).context["found"]
        assert [(row.name, row.birth_date, row.telephone) for row, _url in found] == [
            ("Aubrée Clémence", "14/03/1987", "06 12 34 56 78")
        ]

    def test_while_one_types_only_the_hits_are_sent(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(9))
        asked = f"{BOOK}?{urlencode(chosen(tilleuls, q='aub'))}"
        page = signed_in(tilleuls.staff).get(asked, headers={"HX-Request": "true"})
        assert "<html" not in page.content.decode()
        assert text(page).startswith("Aubrée Clémence 14/03/1987")

    def test_every_look_leaves_a_line_with_who_was_found(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(9))
        look(signed_in(tilleuls.staff), chosen(tilleuls, q="aub"))
        assert audited(tilleuls, "contact:search") == [
            {"who": "Nadia Kerjean", "subject": None, "typed": "aub", "contacts": [str(appointment.contact_id)]}
        ]

    def test_one_letter_looks_for_nobody(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(9))
        page = look(signed_in(tilleuls.staff), chosen(tilleuls, q="a"))
        assert (page.context["found"], audited(tilleuls, "contact:search")) == ([], [])
        assert "Two letters at least." in text(page)

    def test_patients_of_another_clinic_are_not_found(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        book(tilleuls, at(9))
        asked = {**chosen(carpati), "q": "aubree"}
        page = signed_in(carpati.staff).get(f"/app/carpati/book/?{urlencode(asked)}")
        assert page.context["found"] == []

    def test_what_was_typed_is_the_name_of_somebody_new(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        page = client.get(look(client, chosen(tilleuls, q="haddad samir")).context["new_url"])
        initial = {name: page.context["form"][name].value() for name in ("last_name", "first_name")}
        assert initial == {"last_name": "Haddad", "first_name": "Samir"}


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
        assert (answer.context["reason"], answer.context["tell"]) == ("Douleur", True)
        assert visits(tilleuls) == []

    def test_a_required_reason(self, tilleuls: Clinic, signed_in: Browser) -> None:
        with tilleuls.acting() as now:
            agenda.edit_service(tilleuls.service, required_fields=["reason"], by=tilleuls.actor(), now=now)
        client = signed_in(tilleuls.staff)
        answer = client.post(BOOK, {**chosen(tilleuls, new="yes"), **TYPED})
        assert notices(answer) == ["bad: Please ask for the reason of the visit: this service requires it."]
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
