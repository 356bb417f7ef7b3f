"""The people who come: looking for them, their record, writing in it."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.delivery import queries
from kalends.delivery.operations import opt_out
from kalends.foundation.actor import system
from kalends.web.staff import dates
from tests.cast import Clinic, data
from tests.delivery.returning import die
from tests.web.staff.desk import Browser, at, audited, begun, book, notices, text

PATIENTS = "/app/tilleuls/patients/"
TYPED = {"last_name": "Haddad", "first_name": "Samir", "phone": "06 98 76 54 32", "language": "fr"}


def contact_of(clinic: Clinic, **which: Any) -> Contact:
    with clinic.acting():
        return clinic.organization.contacts.get(**which)


class TestSearch:
    def test_finds_and_leads_to_the_record(self, tilleuls: Clinic, signed_in: Browser) -> None:
        appointment = book(tilleuls, at(10))
        page = signed_in(tilleuls.staff).get(PATIENTS, {"q": "clem aub"})
        assert [(row.name, url) for row, url in page.context["found"]] == [
            ("Aubrée Clémence", f"{PATIENTS}{appointment.contact_id}/")
        ]

    def test_while_one_types_only_the_hits_are_sent(self, tilleuls: Clinic, signed_in: Browser) -> None:
        page = signed_in(tilleuls.staff).get(PATIENTS, {"q": "nobody"}, headers={"HX-Request": "true"})
        assert text(page) == "Nobody found Try fewer letters, the telephone number or the date of birth."

    @pytest.mark.parametrize("typed", ["%", "' OR 1=1 --", "\u202e", "a" * 5000, "12", "@"])
    def test_odd_things_typed_find_nobody(self, tilleuls: Clinic, signed_in: Browser, typed: str) -> None:
        book(tilleuls, at(10))
        page = signed_in(tilleuls.staff).get(PATIENTS, {"q": typed})
        assert (page.status_code, page.context["found"]) == (200, [])

    def test_what_no_database_holds_is_refused(self, tilleuls: Clinic, signed_in: Browser) -> None:
        assert signed_in(tilleuls.staff).get(PATIENTS, {"q": "a\x00b"}).status_code == 400

    def test_what_was_typed_is_shown_as_text(self, tilleuls: Clinic, signed_in: Browser) -> None:
        page = signed_in(tilleuls.staff).get(PATIENTS, {"q": '"><script>alert(1)</script>'})
        assert "<script>alert" not in page.content.decode()


class TestRecord:
    def test_shows_what_comes_and_what_was(self, tilleuls: Clinic, signed_in: Browser, owner) -> None:
        past = book(tilleuls, at(10))
        begun(owner, past)
        coming_visit = book(tilleuls, at(11))
        context = signed_in(tilleuls.staff).get(f"{PATIENTS}{past.contact_id}/").context
        assert [visit["hour"] for visit in context["coming"]] == ["11:00"]
        assert [visit["hour"] for visit in context["past"]] == ["0:00"]
        assert coming_visit.contact_id == past.contact_id

    def test_looking_leaves_a_line(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(10)).contact_id
        signed_in(tilleuls.staff).get(f"{PATIENTS}{contact_id}/")
        assert audited(tilleuls, "contact:read") == [{"who": "Nadia Kerjean", "subject": contact_id}]

    def test_administrators_are_led_to_who_looked(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(10)).contact_id
        pages = [signed_in(one).get(f"{PATIENTS}{contact_id}/") for one in (tilleuls.admin, tilleuls.staff)]
        assert [page.context["audit_url"] for page in pages] == [f"/app/tilleuls/audit/?contact={contact_id}", ""]

    def test_a_possible_double_is_said(self, tilleuls: Clinic, signed_in: Browser) -> None:
        book(tilleuls, at(10))
        second = book(tilleuls, at(11), phone="", email="autre@courriel.example").contact_id
        page = signed_in(tilleuls.staff).get(f"{PATIENTS}{second}/")
        said = "warn: Another record bears the same name. Check that it is not the same person."
        assert notices(page) == [f"{said} Aubrée Clémence 14/03/1987 06 12 34 56 78 Not a duplicate"]


class TestWishes:
    def test_no_more_messages_by_one_way_and_again(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        client.post(PATIENTS + "new/", {**TYPED, "email": "Samir@Courriel.example"})
        who = contact_of(tilleuls)
        path = f"{PATIENTS}{who.id}/"

        def told() -> list[tuple[str, str]]:
            page = client.get(path).content.decode()
            panel = page.partition('id="messages"')[2].partition("</section>")[0]
            return re.findall(r'<b>(\S+)</b><br><span class="muted">(\w+)', panel)

        assert told() == [("E-mail", "Wanted"), ("SMS", "Wanted")]
        answer = client.post(f"{path}messages/", {"medium": "sms", "wish": "none"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}#messages")
        assert told() == [("E-mail", "Wanted"), ("SMS", "None")]
        with tilleuls.acting():
            assert [(one.medium, one.address) for one in queries.opt_outs(tilleuls.organization, [who.phone])] == [
                ("sms", "+33698765432")
            ]
        client.post(f"{path}messages/", {"medium": "sms"})
        assert told() == [("E-mail", "Wanted"), ("SMS", "Wanted")]
        assert client.post(f"{path}messages/", {"medium": "fax"}).status_code == 404
        assert [len(audited(tilleuls, f"opt-out:{act}")) for act in ("begin", "end")] == [1, 1]

    def test_who_wants_no_reminders_still_gets_what_they_have_to_know(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        contact_id = book(tilleuls, at(10)).contact_id
        path, address = f"{PATIENTS}{contact_id}/", "clemence@courriel.example"
        with tilleuls.acting() as now:
            said = {"medium": "email", "address": address, "words": "unsubscribe", "covers": "unasked"}
            opt_out(tilleuls.organization, **said, by=system("patient"), now=now)
        client, day = signed_in(tilleuls.staff), dates.instant(now, ZoneInfo("Europe/Paris"))

        def told() -> str:
            panel = client.get(path).content.decode().partition('id="messages"')[2].partition("SMS</b>")[0]
            return " ".join(re.sub("<[^>]+>", " ", panel).partition(">")[2].split())

        assert told() == (
            "Reminders and other messages E-mail "
            f"No reminders or offers since {day} (patient). Confirmations, changes and cancellations still come. "
            "Send again E-mail Send none E-mail"
        )
        client.post(f"{path}messages/", {"medium": "email", "wish": "none"})
        assert told() == f"Reminders and other messages E-mail None since {day} (patient) Send again E-mail"
        client.post(f"{path}messages/", {"medium": "email"})
        assert told() == (
            "Reminders and other messages E-mail Wanted Reminders: not asked, so they are sent. "
            "Agrees to reminders E-mail Refuses reminders E-mail Send none E-mail"
        )


class TestMailsThatComeBack:
    def test_it_is_said_until_somebody_says_that_the_address_is_right(
        self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        contact_id = book(tilleuls, at(10), email="Clemence@courriel.example").contact_id
        book(carpati, at(10), email="Clemence@courriel.example")
        client = signed_in(tilleuls.staff)
        path = f"{PATIENTS}{contact_id}/"
        assert notices(client.get(path)) == []
        die(tilleuls)
        with tilleuls.acting():
            (dead,) = tilleuls.organization.dead_addresses.all()
        since = dates.instant(dead.since, ZoneInfo("Europe/Paris"))
        assert notices(client.get(path)) == [
            f"warn: Mails to Clemence@courriel.example come back since {since}. (5.1.1 No such user) "
            "Nothing is sent there any more. Ask for another address; if this one is right, say so here. "
            "Correct the address It is right: write there again"
        ]
        assert notices(client.post(f"{path}messages/arriving/", follow=True)) == ["good: Mails are sent there again."]
        assert notices(client.get(path)) == []
        assert [one["who"] for one in audited(tilleuls, "dead-address:end")] == ["Nadia Kerjean"]

    def test_another_address_is_another_matter(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(10)).contact_id
        die(tilleuls)
        client = signed_in(tilleuls.staff)
        form = client.get(f"{PATIENTS}{contact_id}/edit/").context["form"]
        sent = {bound.html_name: bound.value() for bound in form} | {"email": "c.aubree@courriel.example"}
        page = client.post(f"{PATIENTS}{contact_id}/edit/", sent, follow=True)
        assert notices(page) == ["good: The record is saved."]

    def test_whoever_may_not_edit_is_told_and_offered_nothing(self, tilleuls: Clinic, signed_in: Browser) -> None:
        contact_id = book(tilleuls, at(10)).contact_id
        die(tilleuls)
        with tilleuls.acting():
            tilleuls.organization.memberships.filter(person=tilleuls.doctor).update(granted=["contact:read"])
        page = signed_in(tilleuls.doctor).get(f"{PATIENTS}{contact_id}/")
        assert page.context["returned"].startswith("Mails to clemence@courriel.example come back since")
        assert "write there again" not in page.content.decode()


class TestWriting:
    def test_a_new_record(self, tilleuls: Clinic, signed_in: Browser) -> None:
        answer = signed_in(tilleuls.staff).post(PATIENTS + "new/", TYPED, follow=True)
        assert notices(answer) == ["good: The record is made."]
        made = contact_of(tilleuls)
        assert (made.full_name, made.phone, made.language) == ("Samir Haddad", "+33698765432", "fr")

    def test_somebody_who_has_one_already(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        sent = {**TYPED, "birth_date": "02/11/1979"}
        said = [notices(client.post(PATIENTS + "new/", sent, follow=True)) for _time in "ab"]
        assert said == [["good: The record is made."], ["info: This person has a record already: here it is."]]

    def test_an_edit_keeps_the_rest(self, tilleuls: Clinic, signed_in: Browser) -> None:
        with tilleuls.acting() as now:
            known = contacts.make(
                tilleuls.organization,
                data(phone_extension="12", remark="Allergie\nau latex"),
                by=tilleuls.actor(),
                now=now,
            )
            contacts.set_consents(known, {"sms": "given"}, by=tilleuls.actor(), now=now)
        client = signed_in(tilleuls.staff)
        form = client.get(f"{PATIENTS}{known.id}/edit/").context["form"]
        sent = {bound.html_name: bound.value() for bound in form} | {"town": "Angers"}
        client.post(f"{PATIENTS}{known.id}/edit/", sent)
        after = contact_of(tilleuls)
        kept = ("last_name", "first_name", "birth_date", "phone", "phone_extension", "email", "remark", "language")
        kept += ("email_consent", "sms_consent", "sms_consent_at", "sms_consent_by")
        assert {name: getattr(after, name) for name in kept} == {name: getattr(known, name) for name in kept}
        assert after.town == "Angers"

    def test_every_bad_field_is_named(self, tilleuls: Clinic, signed_in: Browser) -> None:
        sent = {"last_name": " ", "phone": "12", "email": "nobody", "birth_date": "1.1.2190"}
        answer = signed_in(tilleuls.staff).post(PATIENTS + "new/", sent)
        assert answer.status_code == 422
        assert answer.context["form"].errors == {
            "last_name": ["Please fill this in."],
            "phone": ["Digits are missing in this number."],
            "email": ["This is not an e-mail address."],
            "birth_date": ["This date is still to come."],
        }
