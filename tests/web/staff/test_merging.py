"""Two records of one person, as the desk finds, compares, merges and parts them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.organizations.models import Membership
from kalends.organizations.permissions import Right
from tests.cast import Clinic, data
from tests.web.staff.desk import BOOK, Browser, at, audited, begun, book, notices, text

PATIENTS = "/app/tilleuls/patients/"
BLOT = {"last": "Blot", "phone": "+33639982741", "email": ""}


def made(clinic: Clinic, **who: Any) -> Contact:
    with clinic.acting() as now:
        return contacts.make(clinic.organization, data(**who), by=clinic.actor(), now=now)


def again(clinic: Clinic, contact: Contact) -> Contact:
    with clinic.acting():
        return clinic.organization.contacts.get(id=contact.id)


def without(clinic: Clinic, right: Right) -> None:
    with clinic.acting():
        Membership.all_rows.filter(organization=clinic.organization, person=clinic.staff).update(withheld=[right])


def test_the_list_leads_to_the_two_side_by_side(tilleuls: Clinic, signed_in: Browser) -> None:
    one, other = made(tilleuls, phone=""), made(tilleuls, phone="+33639982741", email="")
    client = signed_in(tilleuls.staff)
    [pair] = client.get(f"{PATIENTS}duplicates/").context["pairs"]
    assert (pair["url"], pair["why"]) == (f"{PATIENTS}{one.id}/merging/{other.id}/", "same name and date of birth")
    page = client.get(pair["url"])
    lines = {line.name: (line.kept, line.other, line.differs) for line in page.context["lines"]}
    assert lines == {
        "last_name": ("Aubrée", "Aubrée", False),
        "first_name": ("Clémence", "Clémence", False),
        "birth_date": ("14/03/1987", "14/03/1987", False),
        "phone": ("", "06 39 98 27 41", False),
        "email": ("clemence@courriel.example", "", False),
        "language": ("Français", "Français", False),
    }
    assert [line["subject"] for line in audited(tilleuls, "contact:read")] == [one.id, other.id]


def test_nobody_twice_is_said(tilleuls: Clinic, signed_in: Browser) -> None:
    made(tilleuls)
    assert "No possible duplicates" in text(signed_in(tilleuls.staff).get(f"{PATIENTS}duplicates/"))


def test_one_is_made_and_taken_apart_again(tilleuls: Clinic, signed_in: Browser) -> None:
    kept, other = made(tilleuls), made(tilleuls, **BLOT)
    client = signed_in(tilleuls.staff)
    sent = {"last_name": "other", "phone": "kept"}
    page = client.post(f"{PATIENTS}{kept.id}/merging/{other.id}/", sent, follow=True)
    assert notices(page) == ["good: The two records are one now. It can be taken back on this page."]
    assert (again(tilleuls, kept).full_name, again(tilleuls, kept).phone) == ("Clémence Blot", "+33612345678")
    gone = client.get(f"{PATIENTS}{other.id}/")
    assert notices(gone) == [
        "warn: This record was merged with that of Blot Clémence. Everything is kept there. Open the record that stays"
    ]
    assert (gone.context["kept_url"], gone.context["edit_url"]) == (f"{PATIENTS}{kept.id}/", "")
    assert client.get(f"{PATIENTS}{other.id}/edit/").url == f"{PATIENTS}{other.id}/"
    [merge] = page.context["merges"]
    page = client.post(merge["url"], follow=True)
    assert notices(page) == ["good: These are two records again, each with its own visits."]
    assert (again(tilleuls, kept).last_name, again(tilleuls, other).merged_into_id) == ("Aubrée", None)


def test_visits_that_clash_are_named_and_what_was_ticked_stays(
    tilleuls: Clinic, signed_in: Browser, owner: Any
) -> None:
    owner.execute("UPDATE agenda_schedule SET capacity = 2")
    owner.execute("DELETE FROM agenda_revision")
    one, other = book(tilleuls, at(10)), book(tilleuls, at(10), **BLOT)
    page = signed_in(tilleuls.staff).post(
        f"{PATIENTS}{one.contact_id}/merging/{other.contact_id}/", {"last_name": "other"}
    )
    assert page.status_code == 409
    assert notices(page)[0].startswith("bad: Both records have a visit at the same hour. Move or cancel one of them")
    assert [[visit["hour"] for visit in pair] for pair in page.context["clashes"]] == [["10:00", "10:00"]]
    assert [line.takes_other for line in page.context["lines"] if line.name == "last_name"] == [True]


def test_two_people_are_not_asked_about_again(tilleuls: Clinic, signed_in: Browser) -> None:
    one, other = made(tilleuls), made(tilleuls, phone="")
    client = signed_in(tilleuls.staff)
    assert [row.contact.id for row, _ in client.get(f"{PATIENTS}{other.id}/").context["others"]] == [one.id]
    page = client.post(f"{PATIENTS}{one.id}/merging/{other.id}/no-duplicate/", follow=True)
    assert (notices(page), page.context["pairs"]) == (["good: Noted: these are two people."], [])
    third = made(tilleuls, phone="")
    page = client.post(f"{PATIENTS}{third.id}/no-duplicate/", follow=True)
    assert notices(page) == ["good: Noted: this record is no duplicate."]


def test_the_second_record_is_looked_for_by_hand(tilleuls: Clinic, signed_in: Browser) -> None:
    one, other = made(tilleuls), made(tilleuls, last="Aubrée-Blot", birth_date=None, phone="", email="")
    page = signed_in(tilleuls.staff).get(f"{PATIENTS}{one.id}/merging/", {"q": "aubree"})
    assert [url for _, url in page.context["found"]] == [f"{PATIENTS}{one.id}/merging/{other.id}/"]


def test_one_books_for_the_record_that_stays(tilleuls: Clinic, signed_in: Browser) -> None:
    kept, other = made(tilleuls), made(tilleuls, **BLOT)
    client = signed_in(tilleuls.staff)
    client.post(f"{PATIENTS}{kept.id}/merging/{other.id}/")
    asked = {"service": tilleuls.service.id, "schedule": tilleuls.schedule.id, "start": at(10).isoformat()}
    page = client.get(f"{BOOK}?{urlencode({**asked, 'contact': other.id})}")
    assert page.context["contact"].id == kept.id


@pytest.mark.parametrize("right", [Right.CONTACT_MERGE, Right.CONTACT_READ])
def test_without_the_right_nothing_opens(tilleuls: Clinic, signed_in: Browser, right: Right) -> None:
    one, other = made(tilleuls), made(tilleuls, phone="")
    without(tilleuls, right)
    client = signed_in(tilleuls.staff)
    paths = ("duplicates/", f"{one.id}/merging/", f"{one.id}/merging/{other.id}/")
    assert [client.get(PATIENTS + path).status_code for path in paths] == [403] * 3
    assert client.post(f"{PATIENTS}{one.id}/merging/{other.id}/").status_code == 403
    assert again(tilleuls, other).merged_into_id is None


def test_strangers_and_oneself_are_refused(tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
    mine, foreign = made(tilleuls), made(carpati)
    client = signed_in(tilleuls.staff)
    for act in (client.get, client.post):
        assert act(f"{PATIENTS}{mine.id}/merging/{foreign.id}/").status_code == 404
    assert client.post(f"{PATIENTS}{mine.id}/merging/{mine.id}/").status_code == 409


class TestHistory:
    def test_a_long_one_comes_in_pages(self, tilleuls: Clinic, signed_in: Browser, owner: Any) -> None:
        visit = book(tilleuls, at(10))
        begun(owner, visit)
        columns = [
            name
            for (name,) in owner.execute(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'booking_appointment'"
            ).fetchall()
        ]
        made_up = {"id": "gen_random_uuid()", "starts_at": "starts_at - n * interval '1 day'"}
        made_up |= {"ends_at": "ends_at - n * interval '1 day'", "local_day": "local_day - n"}
        made_up |= {"link_hash": "decode(lpad(to_hex(n), 64, '0'), 'hex')"}
        owner.execute(
            f"INSERT INTO booking_appointment ({', '.join(columns)}) "
            f"SELECT {', '.join(made_up.get(name, name) for name in columns)} "
            "FROM booking_appointment, generate_series(1, 1999) n"
        )
        client = signed_in(tilleuls.staff)
        first = client.get(f"{PATIENTS}{visit.contact_id}/").context
        last = client.get(f"{PATIENTS}{visit.contact_id}/?page=40").context
        assert (len(first["past"]), first["newer_url"], first["older_url"]) == (50, "", "?page=2")
        assert (len(last["past"]), last["newer_url"], last["older_url"]) == (50, "?page=39", "")
        assert last["past"] != first["past"]
        assert client.get(f"{PATIENTS}{visit.contact_id}/?page=x").status_code == 400

    def test_absences_are_counted(self, tilleuls: Clinic, signed_in: Browser, owner: Any) -> None:
        visits = [book(tilleuls, at(hour)) for hour in (10, 11)]
        begun(owner, visits[0])
        owner.execute("UPDATE booking_appointment SET status = 'no_show' WHERE id = %s", [visits[0].id])
        client = signed_in(tilleuls.staff)
        page = client.get(f"{PATIENTS}{visits[0].contact_id}/")
        assert page.context["seen"] == ["1 absence within a year"]
        [(row, _)] = client.get(PATIENTS, {"q": "aubree"}).context["found"]
        assert row.seen == "1 absence within a year"
        book(tilleuls, at(14) + timedelta(days=1), last="Ng", first="", phone="", email="")
        [(row, _)] = client.get(PATIENTS, {"q": "ng"}).context["found"]
        assert row.seen == "never came"
