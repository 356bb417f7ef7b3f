"""Contacts from tables: what is read, who is known, what is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from kalends.contacts import columns
from kalends.contacts import operations as contacts
from kalends.contacts.imports.reading import ContactTable, read_contacts
from kalends.contacts.operations import OnKnown
from kalends.contacts.queries import search
from kalends.foundation.files import FileRefused
from kalends.foundation.tables import lines as written
from tests.agenda.shared import lines
from tests.cast import NOW, Clinic, data

TODAY = date(2026, 12, 7)
HEAD = "Nom;Prénom;Date de naissance;Téléphone;Courriel\n"


def read(text: str, language: str = "fr", country: str = "FR") -> ContactTable:
    return read_contacts(text.encode(), country=country, language=language, today=TODAY)


def imported(clinic: Clinic, text: str, on_known: OnKnown = OnKnown.SKIP) -> Any:
    with clinic.acting():
        rows = read(text).rows
        return contacts.import_contacts(clinic.organization, rows, on_known=on_known, by=clinic.actor(), now=NOW)


def everybody(clinic: Clinic) -> list[Any]:
    with clinic.acting():
        return list(clinic.organization.contacts.order_by("last_key", "created_at", "id"))


@pytest.mark.parametrize("language", ["en", "fr", "ro"])
def test_our_own_heads_are_known_in_every_language(language: str) -> None:
    with translation.override(language):
        assert [columns.field_of(head) for head in columns.heads()] == list(columns.HEADS)


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("NOM", "last_name"),
        ("prénom(s)", ""),
        ("Prénoms", "first_name"),
        ("Né(e) le", ""),
        ("Date de naissance", "birth_date"),
        ("E-mail", "email"),
        ("Téléphone", "phone"),
        ("Cod poștal", "postcode"),
        ("Data nașterii", "birth_date"),
        ("Zip_code", "postcode"),
        ("", ""),
    ],
)
def test_heads_are_known_however_they_are_written(head: str, field: str) -> None:
    assert columns.field_of(head) == field


def test_a_table_is_read_by_its_heads_in_any_order() -> None:
    table = read("Ville,Couleur,Tél,nom\nAngers,bleu,06 12 34 56 78,Le Goff\n")
    assert (table.read, table.unknown, table.problems) == (1, ("Couleur",), ())
    [row] = table.rows
    assert (row.line, row.data.last_name, row.data.town, row.data.phone) == (2, "Le Goff", "Angers", "+33612345678")


@pytest.mark.parametrize("typed", ["1987-03-14", "14/03/1987", "14.03.1987", "14-03-1987"])
def test_dates_as_people_write_them(typed: str) -> None:
    assert read(f"nom;naissance\nNg;{typed}\n").rows[0].data.birth_date == date(1987, 3, 14)


def test_a_month_is_never_taken_for_a_day() -> None:
    [problem] = read("nom;naissance\nNg;03/14/1987\n").problems
    assert (problem.line, problem.column, problem.text) == (2, "naissance", "03/14/1987")


def test_every_bad_cell_is_named_by_line_and_column() -> None:
    table = read(HEAD + "Ng;;;;\n;Ana;31/02/1990;12;nobody\nLy;;;;;;;;x\n")
    assert [row.data.last_name for row in table.rows] == ["Ng"]
    assert sorted((problem.line, problem.column) for problem in table.problems) == [
        (3, "Courriel"),
        (3, "Date de naissance"),
        (3, "Nom"),
        (3, "Téléphone"),
        (4, ""),
    ]


@pytest.mark.parametrize(("text", "code"), [("prénom\nAna\n", "column_missing"), ("nom;NOM\na;b\n", "column_twice")])
def test_a_table_that_cannot_be_used_is_refused(text: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(text)
    assert refused.value.code == code


def test_people_are_made_and_found_and_noted(tilleuls: Clinic) -> None:
    outcome = imported(tilleuls, HEAD + "Le Goff;Ștefan;31/01/1980;06 12 34 56 78;\nNg;;;;\n")
    assert (outcome.made, outcome.marked, outcome.skipped) == (2, 0, 0)
    people = everybody(tilleuls)
    with tilleuls.acting():
        assert [one.last_name for one in search(tilleuls.organization, "stefan 80")] == ["Le Goff"]
    assert lines(tilleuls, "contact:import") == [(None, {"contacts": sorted(str(one.id) for one in people)})]


def test_the_same_file_twice_adds_nobody(tilleuls: Clinic) -> None:
    text = HEAD + "Le Goff;Ștefan;31/01/1980;06 12 34 56 78;\nNg;;;;\nNg;Ana;;;a@ng.example\n"
    assert imported(tilleuls, text).made == 3
    again = imported(tilleuls, text)
    assert (again.made, again.known) == (0, [2, 3, 4])


def test_one_person_twice_in_a_file_is_one(tilleuls: Clinic) -> None:
    text = HEAD + "Ng;Ana;14/03/1987;06 12 34 56 78;\nNG;ANA;14.03.1987;;a@ng.example\nng;ana;1987-03-14;0612345678;\n"
    outcome = imported(tilleuls, text)
    assert (outcome.made, outcome.marked, outcome.twice) == (2, 0, [4])


@pytest.mark.parametrize(
    ("on_known", "counts", "town"),
    [(OnKnown.SKIP, (0, 0, 0, [2]), ""), (OnKnown.FILL, (0, 0, 1, []), "Angers"), (OnKnown.ADD, (1, 1, 0, []), "")],
)
def test_who_is_known_is_skipped_filled_or_added(
    tilleuls: Clinic, on_known: OnKnown, counts: tuple[Any, ...], town: str
) -> None:
    with tilleuls.acting():
        contacts.make(tilleuls.organization, data(), by=tilleuls.actor(), now=NOW)
    text = "nom;prénom;naissance;tél;ville\nAubrée;Clémence;14/03/1987;0612345678;Angers\n"
    outcome = imported(tilleuls, text, on_known)
    assert (outcome.made, outcome.marked, outcome.filled, outcome.known) == counts
    first = everybody(tilleuls)[0]
    assert (first.town, first.email) == (town, "clemence@courriel.example")


def test_who_is_known_elsewhere_is_nobody_here(tilleuls: Clinic, carpati: Clinic) -> None:
    with carpati.acting():
        contacts.make(carpati.organization, data(), by=carpati.actor(), now=NOW)
    text = HEAD + "Aubrée;Clémence;14/03/1987;06 12 34 56 78;\n"
    assert (imported(tilleuls, text).made, len(everybody(carpati))) == (1, 1)


def test_csv_03_what_is_exported_is_imported_again(tilleuls: Clinic, carpati: Clinic) -> None:
    odd = ["=HYPERLINK(1)", "+1+1", "a;b", 'O"Brien', "Ștefan, Đặng", "'=x", "＝1"]
    with tilleuls.acting():
        for number, name in enumerate(odd):
            person = data(last=name, first="-x", phone=f"+3361234567{number}", phone_extension="12", remark="=a\nb;c")
            contacts.make(tilleuls.organization, person, by=tilleuls.actor(), now=NOW)
    for delimiter in (";", ","):
        rows = [columns.heads(), *(columns.cells(one) for one in everybody(tilleuls))]
        table = read("".join(written(rows, delimiter=delimiter)))
        assert table.problems == ()
        with tilleuls.acting():
            again = contacts.import_contacts(
                tilleuls.organization, table.rows, on_known=OnKnown.SKIP, by=tilleuls.actor(), now=NOW
            )
        assert (again.made, len(again.known)) == (0, len(odd))
    with carpati.acting():
        contacts.import_contacts(carpati.organization, table.rows, on_known=OnKnown.SKIP, by=carpati.actor(), now=NOW)
    kept = ("last_name", "first_name", "birth_date", "phone", "phone_extension", "email", "remark", "language")
    assert [[getattr(one, name) for name in kept] for one in everybody(carpati)] == [
        [getattr(one, name) for name in kept] for one in everybody(tilleuls)
    ]
