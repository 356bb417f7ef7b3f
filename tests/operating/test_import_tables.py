"""`kalends import contacts|appointments FILE --organization SLUG [--dry-run]`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kalends.operating.embedded import CannotRun
from kalends.operating.importing.tables import import_appointments, import_contacts
from tests.cast import Clinic

PEOPLE = "nom;prénom;naissance;couleur\nNg;Ana;14/03/1987;bleu\nLy;;;\n"


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def names(clinic: Clinic) -> list[str]:
    with clinic.acting():
        return list(clinic.organization.contacts.order_by("last_key").values_list("last_name", flat=True))


def test_contacts_are_counted_tried_and_taken_in_once(tilleuls: Clinic, tmp_path: Path) -> None:
    path = table(tmp_path, PEOPLE)
    tried = import_contacts(path, slug="tilleuls", dry_run=True)
    assert tried.text == "rows: 2 read, 2 would be imported, 0 skipped\ncolumns read over: couleur"
    assert names(tilleuls) == []
    assert import_contacts(path, slug="tilleuls").text.startswith("rows: 2 read, 2 imported, 0 skipped\n")
    assert names(tilleuls) == ["Ly", "Ng"]
    again = import_contacts(path, slug="tilleuls")
    assert again.text.startswith("rows: 2 read, 0 imported, 2 skipped (2 known)\n")


def test_csv_09_with_one_bad_row_nothing_is_written(tilleuls: Clinic, tmp_path: Path) -> None:
    told = import_contacts(table(tmp_path, PEOPLE + "X;;99/99/1999;\n"), slug="tilleuls")
    assert (told.is_refused, names(tilleuls)) == (True, [])
    assert told.text.splitlines()[0].startswith("rows: 3 read, 0 imported: 1 cannot be taken as they are.")
    assert told.text.splitlines()[1].startswith("line 4, naissance: ")


def test_appointments_are_booked_all_or_none(tilleuls: Clinic, tmp_path: Path) -> None:
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    day = (today + timedelta(days=8 - today.isoweekday())).isoformat()
    good = f"date;heure;agenda;prestation;nom\n{day};9:00;Dr Vasseur;Consultation;Ng\n"
    bad = import_appointments(table(tmp_path, good + f"{day};9:00;Dr Vasseur;Consultation;Ly\n"), slug="tilleuls")
    assert (bad.is_refused, names(tilleuls)) == (True, [])
    path = table(tmp_path, good)
    assert import_appointments(path, slug="tilleuls", dry_run=True).text == (
        "rows: 1 read, 1 would be imported, 0 skipped"
    )
    assert import_appointments(path, slug="tilleuls").text == "rows: 1 read, 1 imported, 0 skipped"
    assert import_appointments(path, slug="tilleuls").text == "rows: 1 read, 0 imported, 1 skipped (1 known)"
    assert names(tilleuls) == ["Ng"]


def test_what_cannot_be_read_is_said(tilleuls: Clinic, tmp_path: Path) -> None:
    for path, slug, said in (
        (table(tmp_path, PEOPLE), "nobody", "There is no organization nobody."),
        (tmp_path / "none.csv", "tilleuls", "cannot be read"),
        (table(tmp_path, "a;b\n"), "tilleuls", "The column Last name is missing."),
    ):
        with pytest.raises(CannotRun, match=said):
            import_contacts(path, slug=slug)
