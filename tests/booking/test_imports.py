"""Appointments from tables: booked by the rules, or refused with their lines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from kalends.booking import columns
from kalends.booking import operations as booking
from kalends.booking.imports.reading import field_of, read_visits
from kalends.foundation.files import FileRefused
from tests.agenda.shared import booked
from tests.cast import NOW, Clinic

TODAY = date(2026, 12, 7)
HEAD = "Date;Heure;Agenda;Prestation;Nom;Prénom;E-mail\n"
NINE = "07/12/2026;9:00;Dr Vasseur;Consultation;Ng;Ana;ana@ng.example\n"


def imported(clinic: Clinic, text: str, tell: bool = False) -> tuple[Any, Any]:
    table = read_visits(text.encode(), country="FR", language="fr", today=TODAY)
    with clinic.acting():
        return table, booking.import_appointments(
            clinic.organization, table.rows, tell_patients=tell, by=clinic.actor(), now=NOW
        )


def visits(clinic: Clinic) -> list[tuple[str, int, str]]:
    with clinic.acting():
        rows = clinic.organization.appointments.order_by("starts_at").select_related("contact")
        return [(one.contact.full_name, one.local_minute, one.reason) for one in rows]


def letters(clinic: Clinic) -> int:
    with clinic.acting():
        return int(clinic.organization.deliveries.count())


@pytest.mark.parametrize("language", ["en", "fr", "ro"])
def test_our_own_heads_are_known_in_every_language(language: str) -> None:
    with translation.override(language):
        assert [field_of(str(head)) for head in columns.HEADS.values()] == list(columns.HEADS)


def test_visits_are_booked_without_a_word_to_the_patients(tilleuls: Clinic) -> None:
    more = "2026-12-07T10:30:00"
    text = HEAD + NINE
    table, done = imported(tilleuls, text)
    assert (table.read, done.made, done.problems, letters(tilleuls)) == (1, 1, [], 0)
    one_column = f"Début;Médecin;Examen;Nom;Motif\n{more};Dr Hélène Vasseur;consultatie;Ly;contrôle\n"
    _, done = imported(tilleuls, one_column)
    assert visits(tilleuls) == [("Ana Ng", 540, ""), ("Ly", 630, "contrôle")]


def test_patients_are_told_where_that_is_ticked(tilleuls: Clinic) -> None:
    imported(tilleuls, HEAD + NINE, tell=True)
    assert letters(tilleuls) == 1


def test_the_same_file_twice_books_nothing(tilleuls: Clinic) -> None:
    imported(tilleuls, HEAD + NINE)
    _, again = imported(tilleuls, HEAD + NINE)
    assert (again.made, again.known, again.problems) == (0, [2], [])


def test_what_cannot_be_booked_is_told_by_line(tilleuls: Clinic) -> None:
    booked(tilleuls, 9)
    rows = [
        NINE,
        "07/12/2026;9:10;Dr Vasseur;Consultation;Ng;Ana;\n",
        "08/12/2026;9:00;Dr Who;Consultation;Ng;Ana;\n",
        "08/12/2026;9:00;Dr Vasseur;Massage;Ng;Ana;\n",
        "08/12/2026;9:00;Dr Vasseur;Consultation;Ng;Ana;\n",
        "08/12/2026;25:00;Dr Vasseur;Consultation;Ng;Ana;\n",
        "08/13/2026;9:00;;Consultation;;Ana;\n",
    ]
    table, done = imported(tilleuls, HEAD + "".join(rows))
    assert [(problem.line, problem.column) for problem in table.problems] == [
        (7, "Heure"),
        (8, "Nom"),
        (8, "Date"),
        (8, "Agenda"),
    ]
    assert [(problem.line, problem.sentence) for problem in done.problems] == [
        (2, "This time has just been taken."),
        (3, "This time cannot be booked. Choose one of the times shown."),
        (4, "There is no agenda of this name."),
        (5, "There is no service of this name."),
    ]
    assert done.made == 1


@pytest.mark.parametrize(
    "text", ["Nom;Agenda;Prestation\n", "Date;Heure;Nom;Prestation\n", "Date;Agenda;Prestation;Nom\n"]
)
def test_a_table_without_a_needed_column_is_refused(text: str) -> None:
    with pytest.raises(FileRefused, match="is missing"):
        read_visits((text + "x;x;x;x\n").encode(), country="FR", language="fr", today=TODAY)
