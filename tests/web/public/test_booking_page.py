"""Keeping a time, saying who comes, and booking: with double sends, races, mistakes and hostile input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import psycopg
import pytest
from django.core import signing

from kalends.agenda.models import Service
from tests.cast import Clinic
from tests.web.public.visitor import TYPED, Page, Visitor, at, working_day

WEDNESDAY = working_day()
OTHER = {"last_name": "Blot", "first_name": "Marie", "email": "marie@courriel.example"}


@pytest.fixture
def visitor(tilleuls: Clinic) -> Visitor:
    return Visitor(tilleuls)


@pytest.fixture
def let_expire(owner: psycopg.Connection) -> Callable[[], None]:
    def expire() -> None:
        """All holds are over: the database's clock decides, and no test waits five minutes."""
        owner.execute("UPDATE booking_hold SET expires_at = now() - interval '1 second'")
        owner.execute(
            "UPDATE agenda_occupancy SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL"
        )

    return expire


def rows(clinic: Clinic) -> tuple[int, int, int]:
    """Appointments, places, holds."""
    with clinic.acting():
        organization = clinic.organization
        return organization.appointments.count(), organization.occupancies.count(), organization.holds.count()


def change_service(clinic: Clinic, **fields: Any) -> None:
    with clinic.acting():
        Service.all_rows.filter(organization=clinic.organization).update(**fields)


class TestHolding:
    def test_a_kept_time_is_shown_and_nobody_else_can_have_it(self, tilleuls: Clinic, visitor: Visitor) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        assert page.headings == ["Who is coming to this appointment?"]
        assert f"Wednesday {WEDNESDAY.day} {WEDNESDAY:%B} 9:00 Consultation Dr Hélène Vasseur €54" in page.text
        assert Visitor(tilleuls).times(WEDNESDAY).form("/holds/").hours[0] == "9:30"
        assert rows(tilleuls) == (0, 1, 1)

    def test_it_is_kept_until_an_hour_of_the_place(self, tilleuls: Clinic, visitor: Visitor) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        with tilleuls.acting():
            until = tilleuls.organization.holds.get().expires_at.astimezone(at(WEDNESDAY, 9).tzinfo)
        assert f"We are keeping this time for you until {until.hour}:{until.minute:02}." in page.text

    def test_the_visitor_finds_a_kept_time_again(self, visitor: Visitor) -> None:
        visitor.details(WEDNESDAY, "9:00")
        page = visitor.times(WEDNESDAY)
        assert f"We are keeping Wednesday {WEDNESDAY.day} {WEDNESDAY:%B}, 9:00 for you until" in page.text
        assert visitor.get(page.link("Continue with this time")).headings == ["Who is coming to this appointment?"]

    def test_another_time_gives_the_first_one_back(self, tilleuls: Clinic, visitor: Visitor) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        form = visitor.get(page.link("Change the time")).form("/holds/")
        visitor.post(form, {"time": form.value_of("10:00")})
        assert rows(tilleuls) == (0, 1, 1)
        assert Visitor(tilleuls).times(WEDNESDAY).form("/holds/").hours[:3] == ["9:00", "9:30", "10:30"]

    def test_nobody_gives_back_what_somebody_else_keeps(self, tilleuls: Clinic, visitor: Visitor) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        stranger = Visitor(tilleuls)
        form = stranger.get(page.link("Change the time")).form("/holds/")
        stranger.post(form, {"time": form.value_of("10:00")})
        assert rows(tilleuls) == (0, 2, 2)

    def test_the_fourth_time_is_refused_and_the_three_are_shown(self, tilleuls: Clinic, visitor: Visitor) -> None:
        for hour in ("9:00", "9:30", "10:00"):
            assert visitor.choose(WEDNESDAY, hour).status == 303
        page = visitor.choose(WEDNESDAY, "10:30")
        assert page.status == 409
        assert page.headings == ["You are already keeping three times. Book one of them, or wait a few minutes."]
        assert len([text for text, _address in page.links if text == "Continue with this time"]) == 3
        assert rows(tilleuls) == (0, 3, 3)

    def test_the_loser_is_offered_the_nearest(self, tilleuls: Clinic, visitor: Visitor) -> None:
        form = visitor.times(WEDNESDAY).form("/holds/")
        Visitor(tilleuls).book(WEDNESDAY, "10:00")
        page = visitor.post(form, {"time": form.value_of("10:00")})
        assert page.status == 409
        assert page.headings == ["This time has just been taken."]
        assert page.form("/holds/").hours == ["9:00", "9:30", "10:30"]
        nearest = page.form("/holds/")
        kept = visitor.follow(visitor.post(nearest, {"time": nearest.value_of("10:30")}))
        assert kept.headings == ["Who is coming to this appointment?"]

    @pytest.mark.parametrize("minute", [7 * 60 + 13, 9 * 60 + 10, 12 * 60, 24 * 60 - 1])
    def test_a_time_that_was_never_offered_is_refused(self, tilleuls: Clinic, visitor: Visitor, minute: int) -> None:
        form = visitor.times(WEDNESDAY).form("/holds/")
        instant = int(at(WEDNESDAY, 0).timestamp()) + minute * 60
        page = visitor.post(form, {"time": f"{tilleuls.schedule.id}~{instant}"})
        assert (page.status, page.headings) == (409, ["This time cannot be booked. Choose one of the times shown."])
        assert rows(tilleuls) == (0, 0, 0)

    @pytest.mark.parametrize(
        "sent", ["", "~", "x~1", "{schedule}~", "{schedule}~1e9", "{schedule}~" + "9" * 60, "\x00"]
    )
    def test_a_time_that_is_none_is_refused(self, tilleuls: Clinic, visitor: Visitor, sent: str) -> None:
        form = visitor.times(WEDNESDAY).form("/holds/")
        page = visitor.post(form, {"time": sent.format(schedule=tilleuls.schedule.id)})
        assert page.status == 422
        assert rows(tilleuls) == (0, 0, 0)

    def test_a_schedule_of_another_clinic_is_refused(self, tilleuls: Clinic, carpati: Clinic, visitor: Visitor) -> None:
        form = visitor.times(WEDNESDAY).form("/holds/")
        page = visitor.post(form, {"time": f"{carpati.schedule.id}~{int(at(WEDNESDAY, 9).timestamp())}"})
        assert page.status == 409
        assert rows(carpati) == (0, 0, 0)


class TestForms:
    def test_a_form_that_we_did_not_write_is_refused(self, tilleuls: Clinic, visitor: Visitor) -> None:
        form = visitor.times(WEDNESDAY).form("/holds/")
        time = {"time": form.value_of("9:00")}
        for signature in ("", "x", form.fields["signature"][:-1], "a:b:c"):
            page = visitor.post(form, {**time, "signature": signature})
            assert (page.status, page.headings) == (
                403,
                ["This page stood open too long, and nothing was changed. Begin again, please."],
            )
        assert rows(tilleuls) == (0, 0, 0)

    def test_a_signature_is_good_for_its_own_address_only(self, tilleuls: Clinic, carpati: Clinic) -> None:
        form = Visitor(carpati).times(WEDNESDAY).form("/holds/")
        theirs = Visitor(tilleuls).times(WEDNESDAY).form("/holds/")
        page = Visitor(tilleuls).post(theirs, {"signature": form.fields["signature"], "time": theirs.value_of("9:00")})
        assert page.status == 403

    def test_a_page_that_stood_open_for_a_day_is_refused(
        self, tilleuls: Clinic, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        form = visitor.times(WEDNESDAY).form("/holds/")
        later = signing.time.time() + 12 * 3600 + 60
        monkeypatch.setattr(signing.time, "time", lambda: later)
        assert visitor.post(form, {"time": form.value_of("9:00")}).status == 403
        assert rows(tilleuls) == (0, 0, 0)

    def test_a_browser_that_names_another_site_is_refused(self, visitor: Visitor) -> None:
        form = visitor.times(WEDNESDAY).form("/holds/")
        time = {"time": form.value_of("9:00")}
        statuses = [
            visitor.post(form, time, **{"sec-fetch-site": site}).status
            for site in ("cross-site", "same-site", "same-origin")
        ]
        assert statuses == [403, 403, 303]

    def test_acts_are_never_done_by_reading(self, visitor: Visitor) -> None:
        assert visitor.get(f"{visitor.home}holds/").status == 405


class TestBooking:
    def test_a_booking_is_written_as_typed(self, tilleuls: Clinic, visitor: Visitor) -> None:
        page = visitor.book(WEDNESDAY, "9:00", reason="Grain de beauté\r\nà gauche")
        assert page.headings[0] == f"See you on Wednesday {WEDNESDAY.day} {WEDNESDAY:%B} at 9:00."
        assert "Your appointment is booked. A message with this link goes to clemence@courriel.example." in page.text
        with tilleuls.acting():
            appointment = tilleuls.organization.appointments.select_related("contact").get()
            contact = appointment.contact
            assert (appointment.starts_at, appointment.ends_at) == (at(WEDNESDAY, 9), at(WEDNESDAY, 9, 30))
            assert (appointment.reason, appointment.language, appointment.source, appointment.price_minor) == (
                "Grain de beauté\nà gauche", "en", "website", 5400,
            )  # fmt: skip
            assert (contact.first_name, contact.last_name, contact.birth_date, contact.phone, contact.email) == (
                "Clémence", "Aubrée", date(1987, 3, 14), "+33612345678", "clemence@courriel.example",
            )  # fmt: skip
            assert contact.data_consent_at is not None
            assert appointment.history.get().actor_kind == "patient"
        assert rows(tilleuls) == (1, 1, 0)

    def test_the_answer_to_booking_is_a_redirect_that_tells_nobody(self, visitor: Visitor) -> None:
        answer = visitor.post(visitor.details(WEDNESDAY, "9:00").forms[-1], TYPED)
        assert (answer.status, answer.headers["Referrer-Policy"]) == (303, "no-referrer")

    def test_a_form_sent_twice_books_once(self, tilleuls: Clinic, visitor: Visitor) -> None:
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        first = visitor.post(form, TYPED)
        second = visitor.post(form, TYPED)
        changed = visitor.post(form, {**TYPED, **OTHER})
        answers = [(answer.status, answer.headers["Location"]) for answer in (first, second, changed)]
        assert answers == [(303, first.headers["Location"])] * 3
        assert rows(tilleuls) == (1, 1, 0)
        with tilleuls.acting():
            assert tilleuls.organization.contacts.get().last_name == "Aubrée"

    def test_the_form_of_a_booked_hold_leads_to_the_appointment(self, visitor: Visitor) -> None:
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        first = visitor.post(form, TYPED)
        assert visitor.get(form.action).headers["Location"] == first.headers["Location"]

    def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(
        self, tilleuls: Clinic, visitor: Visitor
    ) -> None:
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        typed = {
            "first_name": "Clémence", "last_name": "", "birth_date": "31/02/1987", "phone": "06 12 34 56 7",
            "email": "clemence@", "reason": "x" * 501,
        }  # fmt: skip
        page = visitor.post(form, typed)
        assert page.status == 422
        assert page.errors == [
            "Please fill this in.",
            "Please write the date as day, month, year: 14/03/1987.",
            "One digit is missing: a French number has ten.",
            "This is not an e-mail address.",
            "This is too long: at most 500 characters.",
            "Please agree, or telephone the practice to book.",
        ]
        assert {name: page.forms[-1].fields[name] for name in typed} == typed
        assert rows(tilleuls) == (0, 1, 1)
        booked = visitor.follow(visitor.post(page.forms[-1], {**TYPED, "reason": ""}))
        assert booked.headings[0].startswith("See you on")

    def test_consent_is_asked_for_and_kept_once_given(self, visitor: Visitor) -> None:
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        page = visitor.post(form, {**TYPED, "consent": ""})
        assert page.errors == ["Please agree, or telephone the practice to book."]
        page = visitor.post(form, {**TYPED, "email": "x"})
        assert page.forms[-1].fields["consent"] == "yes"

    def test_a_service_asks_for_what_it_requires_and_no_more(self, tilleuls: Clinic, visitor: Visitor) -> None:
        change_service(tilleuls, required_fields=["town", "reason"])
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        assert set(form.fields) == {"signature", "first_name", "last_name", "email", "town", "reason"}
        page = visitor.post(form, {"first_name": "Clémence", "last_name": "Aubrée", "consent": "yes"})
        assert page.errors == ["Please fill this in."] * 2
        page = visitor.post(
            form, {"first_name": "Ng", "last_name": "李", "consent": "yes", "town": "Angers", "reason": "Toux"}
        )
        assert page.status == 303
        assert "Keep the address of this page" in visitor.follow(page).text

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *product(
                ["first_name", "last_name", "email", "phone", "birth_date", "reason"],
                ["\x00", "a\x00b", "x" * 100_000],
            ),
            *product(["first_name", "last_name", "email", "phone", "birth_date"], ["\u200b\u200d" * 300]),
        ],
    )
    def test_what_cannot_be_stored_is_refused(self, tilleuls: Clinic, visitor: Visitor, name: str, value: str) -> None:
        page = visitor.post(visitor.details(WEDNESDAY, "9:00").forms[-1], {**TYPED, name: value})
        assert (page.status, len(page.errors)) == (422, 1)
        assert rows(tilleuls) == (0, 1, 1)

    def test_a_form_larger_than_a_megabyte_is_not_read(self, tilleuls: Clinic, visitor: Visitor) -> None:
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        assert visitor.post(form, {**TYPED, "reason": "x" * 1_100_000}).status == 400
        assert rows(tilleuls) == (0, 1, 1)

    def test_hostile_words_are_shown_as_words(self, visitor: Visitor) -> None:
        hostile = '"><img src=x onerror="alert(1)">'
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        page = visitor.post(form, {**TYPED, "first_name": hostile, "reason": hostile, "email": "x"})
        assert "<img" not in page.html
        assert page.forms[-1].fields["first_name"] == hostile
        booked = visitor.follow(visitor.post(form, {**TYPED, "first_name": hostile}))
        assert "<img" not in booked.html

    def test_what_patients_may_not_is_refused_with_the_reason(self, tilleuls: Clinic, visitor: Visitor) -> None:
        change_service(tilleuls, new_patients=False)
        page = visitor.post(visitor.details(WEDNESDAY, "9:00").forms[-1], TYPED)
        assert page.status == 409
        assert "This appointment is for patients of the practice." in page.text
        assert page.forms[-1].fields["first_name"] == "Clémence"
        assert rows(tilleuls) == (0, 1, 1)

    def test_it_is_told_until_when_one_may_cancel(self, tilleuls: Clinic, visitor: Visitor) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        before = WEDNESDAY - timedelta(days=1)
        assert f"You can cancel until Tuesday {before.day} {before:%B}, 9:00." in page.text
        change_service(tilleuls, cancel_cutoff_hours=24 * 60)
        page = visitor.details(WEDNESDAY, "9:30")
        assert "It is soon: to change it later, please phone the practice." in page.text


class TestExpiry:
    def test_an_expired_hold_offers_its_time_again(
        self, tilleuls: Clinic, visitor: Visitor, let_expire: Callable[[], None]
    ) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        let_expire()
        page = visitor.get(page.forms[-1].action)
        assert (page.status, page.headings) == (410, ["Your time is still free"])
        form = page.form("/holds/")
        page = visitor.follow(visitor.post(form, {"time": form.value_of("Take 9:00 again")}))
        assert page.headings == ["Who is coming to this appointment?"]
        assert rows(tilleuls) == (0, 1, 1)

    def test_an_expired_hold_whose_time_is_gone_offers_the_nearest(
        self, tilleuls: Clinic, visitor: Visitor, let_expire: Callable[[], None]
    ) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        let_expire()
        Visitor(tilleuls).book(WEDNESDAY, "9:00")
        page = visitor.get(page.forms[-1].action)
        assert (page.status, page.headings) == (410, ["This time has just been taken."])
        assert page.form("/holds/").hours == ["9:30", "10:00", "10:30"]

    def test_the_form_still_books_while_the_time_is_free(
        self, tilleuls: Clinic, visitor: Visitor, let_expire: Callable[[], None]
    ) -> None:
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        let_expire()
        assert visitor.follow(visitor.post(form, TYPED)).headings[0].endswith("at 9:00.")
        assert rows(tilleuls) == (1, 1, 0)

    def test_who_comes_too_late_keeps_all_input_and_chooses_another_time(
        self, tilleuls: Clinic, visitor: Visitor, let_expire: Callable[[], None]
    ) -> None:
        form = visitor.details(WEDNESDAY, "9:00").forms[-1]
        let_expire()
        Visitor(tilleuls).book(WEDNESDAY, "9:00", **OTHER)
        page = visitor.post(form, TYPED)
        assert page.status == 409
        assert (
            "The time was no longer kept for you, and somebody else has taken it. Choose one of the nearest"
            in page.text
        )
        assert "The nearest free times 9:30 10:00 10:30" in page.text
        assert {name: page.forms[-1].fields[name] for name in TYPED} == TYPED
        page = visitor.follow(visitor.post(page.forms[-1], {"time": _radio(page, "10:00")}))
        assert page.headings[0].endswith("at 10:00.")
        assert rows(tilleuls) == (2, 2, 0)

    def test_an_unknown_hold_is_not_kept(self, visitor: Visitor) -> None:
        page = visitor.get(f"{visitor.home}holds/01a1ffc0-94b0-4322-bcc9-eb0fb4772634/")
        assert (page.status, page.headings) == (
            404,
            ["This time is no longer kept. Choose it again if it is still free."],
        )

    def test_a_hold_of_another_clinic_is_unknown(self, carpati: Clinic, visitor: Visitor) -> None:
        page = visitor.details(WEDNESDAY, "9:00")
        assert Visitor(carpati).get(page.forms[-1].action.replace("/tilleuls/", "/carpati/")).status == 404


def _radio(page: Page, hour: str) -> str:
    """The value of the radio button that stands before these words."""
    before = page.html[: page.html.index(f"<span>{hour}")]
    return before.rsplit('name="time" value="', 1)[1].split('"')[0]


class TestFrames:
    ORIGIN = "https://clinique.example"

    @pytest.fixture
    def framed(self, clinics: Any) -> Visitor:
        hostile = ["https://x.example; script-src *", "javascript:alert(1)", "*"]
        clinic = clinics("vitrine", allowed_origins=[self.ORIGIN, *hostile])
        return Visitor(clinic, cookies=False, query="?embed=1&lang=ro")

    def test_only_the_clinics_own_sites_may_show_it(self, framed: Visitor, visitor: Visitor) -> None:
        policies = [
            page.headers["Content-Security-Policy"] for page in (framed.get(framed.home), visitor.get(visitor.home))
        ]
        assert [policy.rsplit("; ", 1)[1] for policy in policies] == [
            f"frame-ancestors {self.ORIGIN}", "frame-ancestors 'none'",
        ]  # fmt: skip

    def test_without_the_query_it_cannot_be_framed(self, framed: Visitor) -> None:
        page = framed.get("/vitrine/")
        assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")

    def test_a_whole_booking_needs_no_cookie(self, framed: Visitor) -> None:
        pages = [framed.get(framed.home), framed.times(WEDNESDAY), framed.details(WEDNESDAY, "9:00")]
        pages.append(framed.follow(framed.post(pages[-1].forms[-1], TYPED)))
        assert [len(page.cookies) for page in pages] == [0, 0, 0, 0]
        assert [page.headers["Content-Language"] for page in pages] == ["ro"] * 4
        assert all(page.headers["Content-Security-Policy"].endswith(self.ORIGIN) for page in pages)
        assert rows(framed.clinic) == (1, 1, 0)

    def test_every_address_in_a_frame_stays_in_it(self, framed: Visitor) -> None:
        for page in (framed.get(framed.home), framed.times(WEDNESDAY), framed.details(WEDNESDAY, "9:00")):
            inside = [address for _text, address in page.links if address.startswith("/vitrine/")]
            assert inside != []
            assert [address for address in inside if "embed=1" not in address] == []
            assert [form.action for form in page.forms if "embed=1" not in form.action] == []


def test_pages_take_few_statements(visitor: Visitor, django_assert_max_num_queries: Any) -> None:
    """The transaction's own beginning and end, the organization, the scope, and what the page is about."""
    form = visitor.times(WEDNESDAY).form("/holds/")
    with django_assert_max_num_queries(6):
        visitor.get(visitor.home)
    with django_assert_max_num_queries(10):
        visitor.get(f"/tilleuls/services/{form.fields['service']}/times/?from={WEDNESDAY}")
    details = visitor.details(WEDNESDAY, "9:00")
    with django_assert_max_num_queries(8):
        visitor.get(details.forms[-1].action)


def test_pages_are_light(visitor: Visitor) -> None:
    pages = [visitor.get(visitor.home), visitor.times(WEDNESDAY), visitor.details(WEDNESDAY, "9:00")]
    assert [len(page.html) < 40_000 for page in pages] == [True] * 3
