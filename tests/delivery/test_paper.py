"""A letter on paper: all that was written, as it was written."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kalends.delivery.letters import Letter
from kalends.delivery.paper import Paper, printed
from kalends.organizations.models import Organization

MARKUP = '#let x = 1 *bold* _it_ $x^2$ `raw` = Heading @ref <label> ~ -- --- "quote" // no /* */ \\ #panic() [] {}'
AT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # the first of December in Paris
CLINIC = Organization(
    name="Clinique Œillet & Ștefan [x]",
    country="FR",
    time_zone="Europe/Paris",
    languages=["fr"],
    phone="+33144630001",
    email="accueil@tilleuls.example",
)


def paper(text: str, *, language: str = "fr", to: str = "", subject: str = "") -> Paper:
    return printed(CLINIC, Letter(subject, text, "", to=to), number="+33241234501", language=language, at=AT)


def pages(sheet: Paper) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(sheet.pdf)).pages]


def test_a_page_says_who_to_whom_when_and_what() -> None:
    sheet = paper("Bonjour,\n\nvotre visite est déplacée.", to="Dr Hélène Vasseur", subject="Rendez-vous")
    (page,) = pages(sheet)
    assert page.splitlines() == [
        "Clinique Œillet & Ștefan [x]",
        "01 44 63 00 01 · accueil@tilleuls.example",
        "À Dr Hélène Vasseur",
        "Fax 02 41 23 45 01",
        "Date 1er décembre 2026",
        "Objet Rendez-vous",
        "Bonjour,",
        "votre visite est déplacée.",
        "Clinique Œillet & Ștefan [x] Page 1 / 1",
    ]
    box = PdfReader(io.BytesIO(sheet.pdf)).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)  # A4, in points


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("fr", "1er décembre 2026"),
        ("ro", "1 decembrie 2026"),
        ("en", "1 December 2026"),
        ("fr-ca", "1er décembre 2026"),
    ],
)
def test_the_day_is_the_senders_in_the_readers_language(language: str, day: str) -> None:
    assert f" {day}\n" in pages(paper("x", language=language))[0]


@pytest.mark.parametrize(
    "text",
    ["Șțăîâ ȘȚĂÎÂ, îl așteptăm", "é è ê ë ç œ æ ü « ça » n’est – là…", "Привет", "ελληνικά", *MARKUP.split(" = ")],
)
def test_text_appears_as_it_was_written(text: str) -> None:
    assert text in pages(paper(text))[0]


def test_markup_in_any_place_is_only_text() -> None:
    (page,) = pages(paper(MARKUP, to="#let *a* <b>", subject="$x$ = #panic()"))
    assert ("#let *a* <b>" in page, "$x$ = #panic()" in page) == (True, True)
    assert MARKUP in " ".join(page.split())


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_it_says_there_is_paper(text: str) -> None:
    assert paper(text, to=text, subject=text).pages >= 1


def test_pages_are_numbered_and_counted() -> None:
    sheet = paper("\n\n".join(["un deux trois quatre " * 30] * 20))
    assert [page.splitlines()[-1].rpartition("Page ")[2] for page in pages(sheet)] == [
        "1 / 4",
        "2 / 4",
        "3 / 4",
        "4 / 4",
    ]
    assert sheet.pages == 4


def test_a_word_longer_than_a_line_is_not_cut_off() -> None:
    address = "https://agenda.example/tilleuls/" + "aB3" * 60
    found = "".join(pages(paper(address))[0].splitlines()[4:-1])
    assert found.replace("\u200b", "") == address
