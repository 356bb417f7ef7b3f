"""Tables of centres: every cell is understood, or kept as text and reported with its place."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from kalends.agenda.imports.centres import (
    DAY_COLUMNS,
    MOST_COLUMNS,
    MOST_ROWS,
    SENTENCES,
    CentreRow,
    Problem,
    read_centres,
)
from kalends.agenda.imports.hours import Hours
from kalends.agenda.imports.report import Report
from kalends.foundation.files import FileRefused

from .shared import shared

HEADER = (
    "gid;nom;adr_num;adr_voie;com_cp;com_nom;rdv_lundi;rdv_mardi;rdv_mercredi;rdv_jeudi;rdv_vendredi;rdv_samedi;"
    "rdv_dimanche;lieu_tel;rdv_tel;rdv_site_web;date_ouverture;date_fermeture;rdv_modalites"
)
COLUMNS = HEADER.split(";")
MORNING = Hours("periods", ((540, 720),))
CLOSED = Hours("closed")


def line(separator: str = ";", **cells: str) -> str:
    plain = {"gid": "7", "nom": "Hôpital Nord", "com_cp": "13015", "com_nom": "Marseille"}
    plain |= dict.fromkeys(DAY_COLUMNS[:6], "9h-12h") | {"rdv_dimanche": "fermé"} | cells
    return separator.join(plain.get(name, "") for name in COLUMNS)


def file(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *lines, ""]).encode()


def centres(data: bytes) -> list[CentreRow]:
    return [item for item in read_centres(data) if isinstance(item, CentreRow)]


def problems(data: bytes) -> list[Problem]:
    return [item for item in read_centres(data) if isinstance(item, Problem)]


def refusal(data: bytes) -> tuple[str, int, str]:
    with pytest.raises(FileRefused) as refused:
        read_centres(data)
    return refused.value.code, refused.value.line, str(refused.value)


def test_one_row() -> None:
    data = file(
        line(
            adr_num="12",
            adr_voie="Chemin  des\u00a0Bourrely ",
            lieu_tel="04 91 00 00 00",
            rdv_tel="+33491964439",
            rdv_site_web=" https://example.org/rdv?a=1 ",
            date_ouverture="11/01/2021",
            date_fermeture="30/06/2021",
            rdv_modalites="Sur rendez-vous",
        )
    )
    assert list(read_centres(data)) == [
        CentreRow(
            line=2,
            gid="7",
            name="Hôpital Nord",
            street="12 Chemin des Bourrely",
            postcode="13015",
            town="Marseille",
            zone="Europe/Paris",
            phone="+33491964439",
            website="https://example.org/rdv?a=1",
            modalities="Sur rendez-vous",
            opens=date(2021, 1, 11),
            closes=date(2021, 6, 30),
            hours=(MORNING,) * 6 + (CLOSED,),
        )
    ]


def test_the_place_has_a_telephone_where_booking_has_none() -> None:
    assert [row.phone for row in centres(file(line(lieu_tel="3975")))] == ["3975"]


def test_columns_in_another_order_more_of_them_and_without_the_optional_ones() -> None:
    header = "rdv_dimanche,extra,NOM ,com_nom,rdv_samedi,rdv_lundi,rdv_mardi,rdv_mercredi,rdv_jeudi,rdv_vendredi"
    data = file('fermé,x,"Salle ""A"", rez",Lyon,9h-12h,9h-12h,9h-12h,9h-12h,9h-12h,9h-12h', header=header)
    (row,) = centres(data)
    assert (row.name, row.town, row.gid, row.phone, row.opens) == ('Salle "A", rez', "Lyon", "", "", None)
    assert row.hours == (MORNING,) * 6 + (CLOSED,)
    assert problems(data) == [Problem(2, "com_cp", "zone_assumed")]


@pytest.mark.parametrize("missing", ["nom", "rdv_lundi", "rdv_dimanche"])
def test_a_missing_column_is_named(missing: str) -> None:
    header = HEADER.replace(missing, "other")
    assert refusal(file(header=header)) == (
        "column_missing",
        1,
        f"line 1: The column {missing} is missing.",
    )


def test_a_town_or_a_postcode_is_needed() -> None:
    header = HEADER.replace("com_cp", "x").replace("com_nom", "y")
    assert refusal(file(header=header))[2] == "line 1: The column com_nom is missing."
    assert centres(file(line(), header=HEADER.replace("com_nom", "y")))[0].town == ""


def test_a_column_that_appears_twice_is_named() -> None:
    header = HEADER.replace("rdv_modalites", "rdv_lundi")
    assert refusal(file(header=header))[2] == "line 1: The column rdv_lundi appears twice."


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_newlines_and_byte_order_marks(newline: str, mark: str) -> None:
    data = (mark + newline.join([HEADER, line(), "", line(gid="8"), ""])).encode()
    assert [(row.line, row.gid, row.name) for row in centres(data)] == [
        (2, "7", "Hôpital Nord"),
        (4, "8", "Hôpital Nord"),
    ]


@pytest.mark.parametrize(
    ("data", "code", "at"),
    [
        (b"", "empty", 0),
        (b"\r\n\r\n", "empty", 0),
        ("\ufeff".encode(), "empty", 0),
        (file(line()).decode().encode("utf-16"), "utf16", 0),
        (file(line(), line(nom="a\x00b")), "nul", 3),
        (file(line()).decode().encode("latin-1"), "not_utf8", 2),
        (b"PK\x03\x04" + file(line()), "compressed", 0),
        (b"x" * 20_000_001, "too_large", 0),
        (file(header=HEADER + ";x" * MOST_COLUMNS), "too_many_columns", 1),
        (file(line(), line(gid="8", nom='"open'), line(gid="9")), "quote_open", 3),
        (file(line(), header='"gid;nom'), "quote_open", 1),
        (file(*[line(gid="") for _ in range(MOST_ROWS + 1)]), "too_many_rows", MOST_ROWS + 2),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_refused_as_a_whole(data: bytes, code: str, at: int) -> None:
    assert refusal(data)[:2] == (code, at)


def test_the_greatest_number_of_rows() -> None:
    header = ",".join(["nom", "com_cp", *DAY_COLUMNS])
    row = "a,13015" + "," * len(DAY_COLUMNS)
    assert len(centres(file(*[row] * MOST_ROWS, header=header))) == MOST_ROWS


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("7;Hôpital", "", "too_few_cells"),
        (line() + ";;;x", "", "too_many_cells"),
        (line(rdv_modalites="x" * 10_001), "", "cell_too_long"),
        (line(nom='"Salle" A'), "", "quotes"),
        (line(nom=" \u00a0"), "nom", "name_missing"),
    ],
)
def test_a_row_is_left_out_and_the_rest_is_read(row: str, column: str, reason: str) -> None:
    data = file(line(gid="1"), row, line(gid="3"))
    assert [one.gid for one in centres(data)] == ["1", "3"]
    assert problems(data) == [Problem(3, column, reason, skipped=True)]


def test_the_same_gid_twice() -> None:
    data = file(line(gid="1"), line(gid="1"))
    assert [row.line for row in centres(data)] == [2]
    assert problems(data) == [Problem(3, "gid", "gid_twice", text="1", skipped=True)]


def test_a_cell_over_several_lines_keeps_the_lines_after_it_right() -> None:
    data = file(line(gid="1", nom='"Salle\r\nA"'), line(gid="2", rdv_lundi="ouvert"))
    assert [(row.line, row.name) for row in centres(data)] == [(2, "Salle A"), (4, "Hôpital Nord")]
    assert problems(data) == [Problem(4, "rdv_lundi", "open_without_hours", text="ouvert")]


def test_a_separator_at_the_end_of_lines_is_no_harm() -> None:
    assert len(centres(file(line() + ";", header=HEADER))) == 1
    assert len(centres(file(line(), header=HEADER + ";"))) == 1


@pytest.mark.parametrize(
    ("postcode", "zone"),
    [
        ("75001", "Europe/Paris"),
        ("08000", "Europe/Paris"),
        ("8000", "Europe/Paris"),
        ("97110", "America/Guadeloupe"),
        ("97200", "America/Martinique"),
        ("97300", "America/Cayenne"),
        ("97 400", "Indian/Reunion"),
        ("97500", "America/Miquelon"),
        ("97600", "Indian/Mayotte"),
        ("97700", "America/St_Barthelemy"),
        ("97800", "America/Marigot"),
        ("98600", "Pacific/Wallis"),
        ("98700", "Pacific/Tahiti"),
        ("98800", "Pacific/Noumea"),
        ("98000", "Europe/Paris"),
    ],
)
def test_the_clock_of_a_postcode(postcode: str, zone: str) -> None:
    data = file(line(com_cp=postcode))
    assert [row.zone for row in centres(data)] == [zone]
    assert problems(data) == []


@pytest.mark.parametrize("postcode", ["", "75", "750011", "2A004", "٧٥٠٠١"])
def test_without_a_postcode_the_clock_is_assumed_and_that_is_said(postcode: str) -> None:
    data = file(line(com_cp=postcode))
    assert [row.zone for row in centres(data)] == ["Europe/Paris"]
    assert problems(data) == [Problem(2, "com_cp", "zone_assumed", text=postcode)]


@pytest.mark.parametrize("text", ["31/02/2021", "2021-01-11", "11/01/21", "1/1/2021", "11/01/0021", "bientôt"])
def test_a_date_that_cannot_be_read(text: str) -> None:
    data = file(line(date_ouverture=text))
    assert [row.opens for row in centres(data)] == [None]
    assert problems(data) == [Problem(2, "date_ouverture", "date_unreadable", text=text)]


@pytest.mark.parametrize(
    "text",
    ["Doctolib", "www.keldoc.com", "javascript:alert(1)", "https://", "http://[", "https://a.fr ou b.fr"],
)
def test_a_web_address_that_is_none(text: str) -> None:
    data = file(line(rdv_site_web=text))
    assert [row.website for row in centres(data)] == [""]
    assert problems(data) == [Problem(2, "rdv_site_web", "website_unreadable", text=text)]


def test_all_that_is_not_simply_understood_is_said_with_its_place() -> None:
    data = file(line(rdv_mardi="8H- 17H sur RDV", rdv_jeudi="à préciser", rdv_samedi=""))
    found = problems(data)
    assert found == [
        Problem(2, "rdv_mardi", "remark", text="8H- 17H sur RDV"),
        Problem(2, "rdv_jeudi", "not_stated", text="à préciser"),
    ]
    assert str(found[1]) == "line 2, rdv_jeudi: The hours are not stated yet. 'à préciser'"
    assert str(Problem(9, "", "quotes")) == "line 9: The quotation marks do not match; the row was left out."


def test_the_report_counts_rows_and_cells() -> None:
    report = Report.of(
        read_centres(
            file(
                line(gid="1", rdv_lundi="ouvert", rdv_mardi="", rdv_mercredi="A CONFIRMER", com_cp=""),
                line(gid="1"),
                "7;Hôpital",
            )
        )
    )
    assert (report.rows, report.skipped, report.cells, report.filled) == (3, 2, 7, 6)
    assert (report.understood, report.closed, report.unstated, report.unknown) == (3, 1, 1, 1)
    assert report.by_reason == {
        "gid_twice": 1,
        "not_stated": 1,
        "open_without_hours": 1,
        "too_few_cells": 1,
        "zone_assumed": 1,
    }
    assert str(report).splitlines() == [
        "rows: 3 read, 2 left out",
        "cells: 7, 6 filled: 3 understood, 1 closed, 1 not stated yet, 1 not understood",
        "line 2, com_cp: There is no postcode to tell the time zone by; Europe/Paris was taken.",
        "line 2, rdv_lundi: It says open, but not from when to when. 'ouvert'",
        "line 2, rdv_mercredi: The hours are not stated yet. 'A CONFIRMER'",
        "line 3, gid: An earlier row has the same gid; this one was left out. '1'",
        "line 4: The row has fewer cells than there are columns; it was left out.",
    ]


@pytest.fixture(scope="module")
def published() -> Iterator[list[CentreRow | Problem]]:
    (path,) = shared("centres").glob("*.csv")
    return list(read_centres(path.read_bytes()))


def test_a_published_table_is_read_whole(published: list[CentreRow | Problem]) -> None:
    report = Report.of(published)
    assert (report.rows, report.skipped, report.cells, report.filled) == (854, 0, 5978, 5453)
    assert (report.understood, report.closed, report.unstated, report.unknown) == (3558, 1532, 174, 189)
    assert all(problem.reason in SENTENCES for problem in report.problems)


def test_what_of_a_published_table_is_not_understood(published: list[CentreRow | Problem]) -> None:
    rows = (item for item in published if isinstance(item, CentreRow))
    reasons = Counter(day.reason for row in rows for day in row.hours if day.kind == "unknown")
    assert reasons == {
        "open_without_hours": 146,
        "dated": 9,
        "ends_before_start": 6,
        "overlap": 6,
        "unconfirmed": 5,
        "irregular": 4,
        "restricted": 4,
        "truncated": 2,
        "contradictory": 1,
        "exception": 1,
        "no_unit": 1,
        "not_hours": 1,
        "odd_number": 1,
        "one_time": 1,
        "words": 1,
    }


def test_the_clocks_of_a_published_table(published: list[CentreRow | Problem]) -> None:
    assert Counter(item.zone for item in published if isinstance(item, CentreRow)) == {
        "Europe/Paris": 840,
        "America/Guadeloupe": 4,
        "Indian/Reunion": 4,
        "America/Cayenne": 3,
        "America/Martinique": 3,
    }
