"""Tables as text: what a spreadsheet must not run, and what is read back."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.foundation.files import FileRefused
from kalends.foundation.tables import guarded, lines, read_table, unguarded

STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def read(data: bytes, **limits: int):
    return read_table(data, **{"largest": 10_000, "most_rows": 5, "most_columns": 4, **limits}, legacy="cp1252")


def code(data: bytes, **limits: int) -> tuple[str, int]:
    with pytest.raises(FileRefused) as refused:
        read(data, **limits)
    return refused.value.code, refused.value.line


@pytest.mark.parametrize(
    "text",
    [
        *("=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "＝1+1", "\u200b=1", "\ufeff@x"),
        *("'=1", " '+1", "\u00a0-1"),
    ],
)
def test_csv_01_nothing_is_run(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "O'Brien", "'t Hooft", "Aubrée", "12, rue des Tilleuls", "a=b", "2 - 3"])
def test_what_is_harmless_stays(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@ \t\r\n\u200b＝a1"), max_size=8))
def test_guarding_is_taken_back_and_never_leaves_a_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip(" \u200b").startswith(STARTS)


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=2), max_size=5),
    st.sampled_from(";,"),
)
def test_csv_03_what_is_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    head = ["first;head", "second,head"]
    data = "".join(lines([head, *([guarded(cell) for cell in row] for row in kept)], delimiter=delimiter)).encode()
    if data.decode("utf-8-sig").partition("\n")[0].count(";") == data.decode("utf-8-sig").partition("\n")[0].count(","):
        return  # two columns and as many of the other sign: nothing tells them apart
    table = read(data, largest=10**6)
    assert [list(row.cells) for row in table.rows if not row.fault] == kept


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("nom;ville\nLefèvre;Ploërmel\n".encode("utf-8-sig"), "UTF-8"),
        ("nom;ville\nLefèvre;Ploërmel\n".encode(), "UTF-8"),
        ("nom\tville\nLefèvre\tPloërmel\n".encode("utf-16"), "UTF-16"),
        ("nom,ville\nLefèvre,Ploërmel\n".encode("cp1252"), "Windows-1252"),
    ],
)
def test_encodings_and_delimiters_are_found(data: bytes, encoding: str) -> None:
    table = read(data)
    assert (table.header, table.rows[0].cells, table.encoding) == (("nom", "ville"), ("Lefèvre", "Ploërmel"), encoding)


def test_csv_09_what_is_no_table_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "nom;ville")
    assert code(packed.getvalue()) == ("compressed", 0)
    assert code(b"nom;ville\na\x00;b\n") == ("nul", 2)
    assert code(b"nom;ville\n" + b"a;b\n" * 6) == ("too_many_rows", 7)
    assert code(b";".join([b"x"] * 5)) == ("too_many_columns", 1)
    assert code(b"nom\n" + b"x" * 10_001) == ("too_large", 0)
    assert code(b"nom\n\x81\x8d\n") == ("not_text", 2)
    assert code(b"\xff\xfea") == ("not_text", 0)
    assert code(b" \n ") == ("empty", 0)
    assert code(b'nom;ville\n"a;b\nc;d\n') == ("quote_open", 2)


def test_a_bad_row_is_told_and_the_others_are_read() -> None:
    table = read(b'nom;ville\na;b;c\n"a"x;b\nc\n\n d ;e\n')
    assert [(row.line, row.cells, row.fault) for row in table.rows] == [
        (2, (), "too_many_cells"),
        (3, (), "quotes"),
        (4, ("c", ""), ""),
        (6, (" d ", "e"), ""),
    ]
