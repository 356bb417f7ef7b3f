"""Looking people up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kalends.contacts import operations as contacts
from kalends.contacts.operations import refolding
from kalends.contacts.queries import search
from kalends.operating.migrating import migrate
from tests.cast import NOW, Clinic, data

PEOPLE = [
    data("Le Goff", "Ștefan", birth_date=date(1980, 1, 31), phone="+33612345678", email="s.legoff@courriel.example"),
    data("Đặng", "Ngọc Anh", birth_date=date(1975, 6, 2), phone="+33639980001", email=""),
    data("O'Brien", "Zoë", birth_date=None, phone="", email="zoe@courriel.example"),
    data("李", "小龙", birth_date=None, phone="", email=""),
]


@pytest.fixture
def full(tilleuls: Clinic, carpati: Clinic) -> Iterator[Clinic]:
    for clinic in (tilleuls, carpati):
        with clinic.acting():
            for person in PEOPLE:
                contacts.make(clinic.organization, person, by=clinic.actor(), now=NOW)
    return tilleuls


def found(clinic: Clinic, typed: str) -> list[str]:
    with clinic.acting():
        return [contact.last_name for contact in search(clinic.organization, typed)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("stefan", ["Le Goff"]),
        ("Ştefan le", ["Le Goff"]),
        ("goff ste", ["Le Goff"]),
        ("06 12 34", ["Le Goff"]),
        ("+33 6 12", ["Le Goff"]),
        ("0033612345678", ["Le Goff"]),
        ("+33 (0)6 12 34 56 78", ["Le Goff"]),
        ("31/01/1980", ["Le Goff"]),
        ("le 31/01/1980", ["Le Goff"]),
        ("s.legoff@courriel", ["Le Goff"]),
        ("dang", ["Đặng"]),
        ("obrien", ["O'Brien"]),
        ("o brien", ["O'Brien"]),
        ("zoe", ["O'Brien"]),
        ("李", ["李"]),
        ("goff 80", ["Le Goff"]),
        ("80 goff", ["Le Goff"]),
        ("goff 1980", ["Le Goff"]),
        ("goff 81", []),
        ("goff 5678", ["Le Goff"]),
        ("goff 06 12 34", ["Le Goff"]),
        ("goff 31.01.1980", ["Le Goff"]),
        ("goff 31 01 1980", ["Le Goff"]),
        ("31 01 1980", ["Le Goff"]),
        ("31/1/80", ["Le Goff"]),
        ("goff 31.01.80", ["Le Goff"]),
        ("goff 31/1/81", []),
        ("31011980", ["Le Goff"]),
        ("1980", ["Le Goff"]),
        ("75", ["Đặng"]),
        ("56 78", ["Le Goff"]),
        ("12-34-56-78", ["Le Goff"]),
        ("٠٦", []),
        ("s.leg", ["Le Goff"]),
        ("le legoff", ["Le Goff"]),
        ("l g s", ["Le Goff"]),
        ("l le", ["Le Goff"]),
        ("", []),
        ("nobody", []),
    ],
)
def test_people_are_found_by_what_one_remembers(full: Clinic, typed: str, names: list[str]) -> None:
    assert found(full, typed) == names


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' OR 1=1", "(?=a)*", "a" * 10_000, "\x00", "\ud800", "*", "^@"])
def test_big_04_search_text_is_taken_literally(full: Clinic, typed: str) -> None:
    assert found(full, typed) == []


def test_a_change_of_name_changes_what_finds_it(full: Clinic) -> None:
    with full.acting():
        [contact] = search(full.organization, "stefan")
        contacts.edit(contact, data("Morvan", "Ștefan"), by=full.actor(), now=NOW)
    assert (found(full, "goff"), found(full, "morvan")) == ([], ["Morvan"])


def test_the_search_uses_its_index_as_the_application(full: Clinic, owner: psycopg.Connection) -> None:
    owner.execute(
        "INSERT INTO contacts_contactword (organization_id, word, sorts_as, contact_id) "
        "SELECT organization_id, 'word' || n, '1', id FROM contacts_contact, generate_series(1, 3000) n"
    )
    owner.execute("ANALYZE contacts_contactword")
    with full.acting(), CaptureQueriesContext(connection) as statements:
        assert [contact.last_name for contact in search(full.organization, "stef go")] == ["Le Goff"]
    lead = next(one["sql"] for one in statements if "ORDER BY word.word" in one["sql"])
    with full.acting(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {lead}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert re.search(r"Index Cond: \(\(organization_id = [^)]*\) AND \(word >= '\w+'", plan), plan
    assert "Seq Scan" not in plan


def test_last_names_come_before_first_names_and_whole_words_before_beginnings(tilleuls: Clinic) -> None:
    people = [("Abel", "Martin"), ("Martin", "Zoé"), ("Martinez", "Anna"), ("Martin", "Alice"), ("Martin", "Martin")]
    with tilleuls.acting():
        for last, first in people:
            person = data(last, first, phone="", email="")
            contacts.make(tilleuls.organization, person, by=tilleuls.actor(), now=NOW)
        listed = [contact.full_name for contact in search(tilleuls.organization, "martin")]
        first_two = [contact.full_name for contact in search(tilleuls.organization, "martin", most=2)]
    assert listed == ["Alice Martin", "Martin Martin", "Zoé Martin", "Martin Abel", "Anna Martinez"]
    assert first_two == listed[:2]


def test_who_was_merged_away_is_not_found(full: Clinic) -> None:
    with full.acting():
        [gone], [kept] = search(full.organization, "stefan"), search(full.organization, "zoe")
        gone.merged_into = kept
        gone.save(update_fields=["merged_into_id"])
        assert [search(full.organization, typed) for typed in ("stefan", "31/01/1980", "1980")] == [[], [], []]


@pytest.mark.parametrize(
    ("last", "first", "typed"),
    [
        ("O'Brien", "Zoë", ["obrien", "obri", "obrien zoe", "zoe obrien", "o'brien", "o brien"]),
        ("OBRIEN", "Zoë", ["o'brien", "zoë o’brien", "obrien"]),
        ("Le Gall", "Yann", ["legall", "le gall", "legall yann", "y legall"]),
        ("D'Angelo", "Jean-Pierre", ["dangelo", "jeanpierre", "jeanpierre dangelo", "jean dangelo", "jeanp d'ang"]),
        ("de la Tour-Maubourg", "", ["delatour", "latour", "tourmaubourg", "delatourmaubourg", "la maubourg"]),
        ("Dangelo", "Jeanpierre", ["d'angelo", "jean-pierre", "jean-pierre d'angelo"]),
    ],
)
def test_names_are_found_written_together_or_apart(tilleuls: Clinic, last: str, first: str, typed: list[str]) -> None:
    with tilleuls.acting():
        for name in (("Martin", "Anne"), (last, first)):
            contacts.make(tilleuls.organization, data(*name, phone="", email=""), by=tilleuls.actor(), now=NOW)
    assert {one: found(tilleuls, one) for one in typed} == {one: [last] for one in typed}


def test_an_update_writes_the_words_that_are_lacking(
    full: Clinic, owner: psycopg.Connection, database_urls: tuple[str, str]
) -> None:
    with full.acting():
        [gone], [kept] = search(full.organization, "zoe"), search(full.organization, "ngoc")
        contacts.merge(full.organization, kept_id=kept.id, merged_id=gone.id, by=full.actor(), now=NOW)
    every = "SELECT word, sorts_as, contact_id FROM contacts_contactword ORDER BY word, sorts_as, contact_id"
    written = owner.execute(every).fetchall()
    owner.execute("DELETE FROM contacts_contactword WHERE word IN ('legoff', 'obrien', 'ngocanh')")
    assert (found(full, "obrien"), found(full, "legoff")) == ([], [])
    migrate(owner_url=database_urls[0], app_url=database_urls[1])
    assert owner.execute(every).fetchall() == written
    assert (found(full, "obrien"), found(full, "legoff")) == (["Đặng"], ["Le Goff"])


def test_few_are_looked_at_at_once(full: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refolding, "AT_ONCE", 1)
    looked_at = []
    with full.acting():
        last = refolding.refold(full.organization, None, NOW)
        while last is not None:
            looked_at.append(last)
            last = refolding.refold(full.organization, last, NOW)
        several = full.organization.contacts.exclude(last_name="李").order_by("id").values_list("id", flat=True)
        assert looked_at == list(several)
