"""Tables in and out at the desk."""

from __future__ import annotations

import ast
import csv
import io
import re
import tracemalloc
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kalends.contacts import operations as contacts
from kalends.contacts.jobs import remove_old_uploads
from kalends.organizations.models import Membership
from kalends.organizations.permissions import Right
from tests.cast import Clinic, data
from tests.web.staff.desk import Browser, at, audited, book, coming, notices

FILES = "/app/tilleuls/files/"
TABLE = "Nom;Prénom;Téléphone\nLe Goff;Ștefan;06 12 34 56 78\nNg;;\n"


def fetched(client: Client, path: str, **asked: Any) -> list[list[str]]:
    answer = client.get(FILES + path, asked)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def brought(client: Client, text: str | bytes, kind: str = "contacts") -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(FILES, {"kind": kind, "table": SimpleUploadedFile("a.csv", content)})


def people(clinic: Clinic) -> list[str]:
    with clinic.acting():
        return list(clinic.organization.contacts.order_by("last_key").values_list("last_name", flat=True))


def uploads(clinic: Clinic) -> int:
    with clinic.acting():
        return int(clinic.organization.uploads.count())


def member(clinic: Clinic, **fields: Any) -> None:
    with clinic.acting():
        Membership.all_rows.filter(organization=clinic.organization, person=clinic.staff).update(**fields)


@pytest.fixture
def french(tilleuls: Clinic) -> Clinic:
    tilleuls.staff.language = "fr"
    tilleuls.staff.save(update_fields=["language"])
    return tilleuls


class TestOut:
    def test_patients_leave_as_a_table_and_it_is_noted(
        self, french: Clinic, carpati: Clinic, signed_in: Browser
    ) -> None:
        with french.acting() as now:
            for last in ("Ng", "=1+1"):
                contacts.make(french.organization, data(last=last, remark="a;b"), by=french.actor(), now=now)
        with carpati.acting() as now:
            contacts.make(carpati.organization, data(), by=carpati.actor(), now=now)
        head, *rows = fetched(signed_in(french.staff), "patients.csv")
        assert head[:4] == ["Nom", "Prénom", "Date de naissance", "Téléphone"]
        assert [row[:5] for row in rows] == [
            ["'=1+1", "Clémence", "1987-03-14", "+33 6 12 34 56 78", "clemence@courriel.example"],
            ["Ng", "Clémence", "1987-03-14", "+33 6 12 34 56 78", "clemence@courriel.example"],
        ]
        assert audited(french, "contact:export") == [{"who": "Nadia Kerjean", "subject": None, "rows": 2}]

    def test_csv_06_the_name_of_the_file_says_nothing(self, french: Clinic, signed_in: Browser) -> None:
        answer = signed_in(french.staff).get(FILES + "patients.csv")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="patients.csv"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        b"".join(answer.streaming_content)

    def test_csv_07_the_right_is_asked_when_it_is_fetched(self, french: Clinic, signed_in: Browser) -> None:
        client = signed_in(french.staff)
        fetched(client, "patients.csv")
        member(french, withheld=[Right.CONTACT_EXPORT])
        assert [client.get(FILES + path).status_code for path in ("patients.csv", "appointments.csv")] == [403, 403]

    def test_practitioners_export_nothing(self, french: Clinic, signed_in: Browser) -> None:
        client = signed_in(french.doctor)
        assert [client.get(FILES + path).status_code for path in ("patients.csv", "appointments.csv")] == [403, 403]

    def test_appointments_leave_by_their_filters(self, french: Clinic, signed_in: Browser) -> None:
        book(french, at(10)), book(french, at(11, day=coming(2)), last="Ng", phone="")
        client = signed_in(french.staff)
        head, *rows = fetched(client, "appointments.csv", last=coming().isoformat())
        told = dict(zip(head, rows[0], strict=True))
        assert rows[0][:3] == [coming().isoformat(), "10:00", "30"]
        names = ("Agenda", "Prestation", "Nom", "Prénom", "Téléphone", "Prix", "Devise")
        assert [told[name] for name in names] == [
            *("Dr Vasseur", "Consultation", "Aubrée", "Clémence", "+33 6 12 34 56 78", "54,00", "EUR")
        ]
        assert len(rows) == 1
        assert len(fetched(client, "appointments.csv")) == 3
        assert [line["rows"] for line in audited(french, "appointment:export")] == [1, 2]

    @pytest.mark.parametrize(("language", "decimal"), [("fr", ","), ("en", ".")])
    def test_csv_02_telephones_stay_text_and_amounts_numbers(
        self, tilleuls: Clinic, signed_in: Browser, language: str, decimal: str
    ) -> None:
        tilleuls.staff.language = language
        tilleuls.staff.save(update_fields=["language"])
        names = ("-12.50", "+33612345678", "=1+1", "Aubrée")
        for hour, last in enumerate(names, start=9):
            book(tilleuls, at(hour if hour != 12 else 13), last=last, email=f"{hour}@b.example")
        answer = signed_in(tilleuls.staff).get(FILES + "appointments.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "fr" else ",")
        columns = [["Nom", "Téléphone", "Prix", "Minutes"], ["Last name", "Telephone", "Price", "Minutes"]]
        places = [head.index(name) for name in columns[language == "en"]]
        seen = [[cell_of(row[place], decimal) for place in places] for row in rows]
        assert seen == [[f"'{name}" if name != "Aubrée" else name, "+33 6 12 34 56 78", 54.0, 30.0] for name in names]

    def test_csv_08_who_may_not_open_records_gets_no_telephone(self, french: Clinic, signed_in: Browser) -> None:
        book(french, at(10))
        member(french, withheld=[Right.CONTACT_READ])
        client = signed_in(french.staff)
        head, row = fetched(client, "appointments.csv")
        assert not {"Téléphone", "E-mail", "Date de naissance"} & set(head)
        assert "+33 6 12 34 56 78" not in row
        assert client.get(FILES + "patients.csv").status_code == 403

    def test_csv_05_a_long_one_comes_in_pieces_and_is_never_held_whole(
        self, french: Clinic, signed_in: Browser, owner: Any
    ) -> None:
        with french.acting() as now:
            contacts.make(french.organization, data(), by=french.actor(), now=now)
        client = signed_in(french.staff)
        copy_contacts(owner, 1_999)
        taken(client)
        rows, short = taken(client)
        copy_contacts(owner, 9)
        many, long = taken(client)
        assert (rows, many) == (2_001, 20_001)
        assert long < short * 2


def cell_of(text: str, decimal: str) -> str | float:
    """What a spreadsheet makes of a cell: a number where one stands there, text where it can calculate nothing."""
    if re.fullmatch(rf"[+-]?\d+({re.escape(decimal)}\d+)?", text):
        return float(text.replace(decimal, "."))
    if text.lstrip()[:1] in ("=", "+", "-", "@"):
        try:
            ast.parse(text.lstrip().lstrip("="), mode="eval")
        except SyntaxError:
            return text
        raise AssertionError(f"{text!r} would be calculated")
    return text


def copy_contacts(owner: Any, times: int) -> None:
    """Each contact so many times more, by the owner's hand."""
    columns = [
        name
        for (name,) in owner.execute(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'contacts_contact'"
        ).fetchall()
    ]
    values = ["gen_random_uuid()" if name == "id" else name for name in columns]
    owner.execute(
        f"INSERT INTO contacts_contact ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM contacts_contact, generate_series(1, {times})"
    )


def taken(client: Client) -> tuple[int, int]:
    """How many lines the table of patients has, and how many bytes Python holds at most while they go out."""
    answer = client.get(FILES + "patients.csv")
    tracemalloc.start()
    try:
        return sum(1 for _piece in answer.streaming_content), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestIn:
    def test_a_table_is_looked_at_before_it_is_taken_in(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        there = brought(client, TABLE).url
        page = client.get(there)
        assert (page.context["result"].made, page.context["rows"][0]["name"]) == (2, "Le Goff Ștefan")
        assert (people(tilleuls), uploads(tilleuls)) == ([], 1)
        page = client.post(there, {"on_known": "skip"}, follow=True)
        assert notices(page) == ["good: 2 rows were imported."]
        assert (people(tilleuls), uploads(tilleuls)) == (["Le Goff", "Ng"], 0)
        assert client.post(there).status_code == 404

    def test_the_counts_follow_what_is_chosen_and_counting_writes_nothing(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        with tilleuls.acting() as now:
            contacts.make(tilleuls.organization, data("Ng", ""), by=tilleuls.actor(), now=now)
        client = signed_in(tilleuls.staff)
        there = brought(client, "Nom;Date de naissance;Téléphone;Ville\nNg;14/03/1987;06 12 34 56 78;Brest\n").url
        counted = []
        for known in ("skip", "fill", "add"):
            page = client.post(there, {"on_known": known, "count": "1"})
            result = page.context["result"]
            counted.append((page.status_code, result.made, result.filled, result.skipped, result.marked))
        assert counted == [(200, 0, 0, 1, 0), (200, 0, 1, 0, 0), (200, 1, 0, 0, 1)]
        assert (people(tilleuls), uploads(tilleuls)) == (["Ng"], 1)

    def test_with_problems_nothing_is_taken_in_unless_they_are_left_out(
        self, tilleuls: Clinic, signed_in: Browser
    ) -> None:
        client = signed_in(tilleuls.staff)
        there = brought(client, TABLE + "Ly;;12\n").url
        page = client.post(there)
        assert page.status_code == 422
        assert [(one.line, one.column) for one in page.context["problems"]] == [(4, "Téléphone")]
        assert people(tilleuls) == []
        client.post(there, {"leave_out": "on"})
        assert people(tilleuls) == ["Le Goff", "Ng"]

    def test_appointments_are_booked_without_letters(self, tilleuls: Clinic, signed_in: Browser) -> None:
        client = signed_in(tilleuls.staff)
        day = coming().strftime("%d/%m/%Y")
        text = f"Date;Heure;Agenda;Prestation;Nom\n{day};9:00;Dr Vasseur;Consultation;Ng\n"
        there = brought(client, text, "appointments").url
        assert client.get(there).context["result"].made == 1
        assert people(tilleuls) == []
        client.post(there)
        with tilleuls.acting():
            assert tilleuls.organization.appointments.get().contact.last_name == "Ng"
            assert tilleuls.organization.deliveries.count() == 0

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("prénom\nAna\n", "Line 1: The column Last name is missing."),
            (b"PK\x03\x04zip", "The file is compressed. Unpack it first."),
            ("", "The file is empty."),
        ],
    )
    def test_what_is_no_table_is_refused_beside_the_field(
        self, tilleuls: Clinic, signed_in: Browser, text: str | bytes, said: str
    ) -> None:
        page = brought(signed_in(tilleuls.staff), text)
        assert (page.status_code, page.context["error"], uploads(tilleuls)) == (422, said, 0)

    def test_no_file_is_said(self, tilleuls: Clinic, signed_in: Browser) -> None:
        page = signed_in(tilleuls.staff).post(FILES, {"kind": "contacts"})
        assert (page.status_code, page.context["error"]) == (422, "Please choose a file.")

    def test_nobody_else_sees_what_was_brought(self, tilleuls: Clinic, carpati: Clinic, signed_in: Browser) -> None:
        there = brought(signed_in(tilleuls.staff), TABLE).url
        assert signed_in(tilleuls.admin).get(there).status_code == 404
        assert signed_in(carpati.admin).get(there.replace("tilleuls", "carpati")).status_code == 404
        assert signed_in(tilleuls.staff).get(f"{FILES}{uuid4()}/").status_code == 404

    @pytest.mark.parametrize(
        ("kind", "right"), [("contacts", Right.CONTACT_EDIT), ("appointments", Right.APPOINTMENT_BOOK)]
    )
    def test_without_the_right_nothing_is_brought(
        self, tilleuls: Clinic, signed_in: Browser, kind: str, right: Right
    ) -> None:
        member(tilleuls, withheld=[right])
        assert brought(signed_in(tilleuls.staff), TABLE, kind).status_code == 403

    def test_what_nobody_takes_in_goes_after_an_hour(self, tilleuls: Clinic, signed_in: Browser) -> None:
        brought(signed_in(tilleuls.staff), TABLE), brought(signed_in(tilleuls.staff), TABLE)
        with tilleuls.acting() as now:
            old = tilleuls.organization.uploads.first()
            old.made_at = now - timedelta(minutes=61)
            old.save(update_fields=["made_at"])
        remove_old_uploads(0)
        assert uploads(tilleuls) == 1
