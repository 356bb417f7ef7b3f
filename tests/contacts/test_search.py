"""Looking people up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.db import connection

from kalends.contacts import operations as contacts
from kalends.contacts.models import ContactWord
from kalends.contacts.queries import search
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
        ("obrien", []),
        ("o brien", ["O'Brien"]),
        ("zoe", ["O'Brien"]),
        ("李", ["李"]),
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
        "INSERT INTO contacts_contactword (organization_id, word, contact_id) "
        "SELECT organization_id, 'word' || n, id FROM contacts_contact, generate_series(1, 3000) n"
    )
    owner.execute("ANALYZE contacts_contactword")
    with full.acting(), connection.cursor() as cursor:
        words = ContactWord.all_rows.filter(organization_id=full.id, word__begins="stef")
        query, params = words.query.sql_with_params()
        cursor.execute(f"EXPLAIN {query}", params)
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert re.search(r"Index Cond: \(\(organization_id = [^)]*\) AND \(word >= 'stef'", plan), plan
