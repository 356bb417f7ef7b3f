"""Cleaning and folding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.foundation.text import UnusableText, clean_line, clean_text, fold, joined, words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna\tMaria ", "Anna Maria"),
        ("Anna\r\nBcc: x@y", "Anna Bcc: x@y"),
        ("a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i", "a b c d e f g h i"),
        ("x\u202ey", "xy"),
        ("e\u0301", "é"),
        ("\u200b\u200d", ""),
        ("   ", ""),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
    ],
)
def test_a_line_is_one_line(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_a_text_keeps_its_lines() -> None:
    assert clean_text("un\r\n\r\ndeux\u2028trois  \n") == "un\n\ndeux\ntrois"


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "ok\udfff"])
def test_what_cannot_be_stored_is_refused(typed: str) -> None:
    with pytest.raises(UnusableText):
        clean_line(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ștefan", "Ştefan"),
        ("É", "e\u0301"),
        ("Đặng", "DANG"),
        ("Œuvrard", "oeuvrard"),
        ("O’Brien", "O'BRIEN"),
        ("O‘Brien", "O`Brien"),
        ("Le Gall–Évrard", "le gall-evrard"),
        ("Jean‑Paul", "JEAN−PAUL"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_name_is_found_by_each_of_its_words() -> None:
    assert words("Le Goff-Kérjean d'Arc") == ["le", "goff", "kerjean", "d", "arc"]
    assert words("Le Goff–Kérjean d’Arc") == ["le", "goff", "kerjean", "d", "arc"]
    assert words("李 小龙") == ["李", "小龙"]


def test_the_words_of_a_name_may_be_written_together() -> None:
    assert joined("Le Goff-Kérjean d'Arc") == ["legoffkerjeandarc", "goffkerjeandarc", "kerjeandarc", "darc"]
    assert joined("O’Brien") == ["obrien"]
    assert joined("a b c d e f g") == ["abcdefg", "bcdefg", "cdefg", "defg"]
    assert (joined("Martin"), joined("-"), joined("")) == ([], [], [])


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)
    assert not set(clean_line(text)) & set("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\u202e")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_what_needs_no_cleaning_is_not_looked_at_otherwise(text: str) -> None:
    """A mark that goes away makes the text take the long way."""
    assert clean_line(text) == clean_line(f"\ufeff{text}")
    assert clean_text(text) == clean_text(f"\ufeff{text}")
