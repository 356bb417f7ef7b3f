"""A table comes in, two records become one, and two again: in a real browser.

At 360 and 1280 pixels; axe looks at every page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_staff import look, sign_in
from tests.web.staff.desk import at, book

pytestmark = pytest.mark.browser

TABLE = """Nom;Prénom;Date de naissance;Téléphone;Mutuelle
Le Goff;Ștefan;02/11/1979;06 98 76 54 32;A
Aubrée;Clémence;14/03/1987;06 12 34 56 78;B
Ng;Lan;31/02/1990;;C
"""
Window = Callable[..., Page]
Check = Callable[[Page], list[tuple[str, str]]]


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_a_table_comes_in_once_its_bad_line_is_left_out(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    book(tilleuls, at(9))
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, tilleuls.staff)
    page.goto(f"{site}/app/tilleuls/patients/")
    page.get_by_role("link", name="Import and export").click()
    see()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("Please choose a file.")).to_be_visible()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "patients.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("patients.csv")
    counts = page.locator("#counts")
    expect(counts).to_contain_text("Mutuelle")
    expect(page.locator("#problems")).to_contain_text("31/02/1990")
    see()

    # How much happens follows what is chosen; still nothing is written.
    made = counts.locator("dd").nth(1)
    expect(made).to_have_text("1")
    page.get_by_label("make a second record, marked as a possible duplicate").check()
    page.get_by_role("button", name="Update the counts").click()
    expect(made).to_contain_text("2")
    see()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("1 row has a problem. Mend the file, or tick that such rows are left out.")).to_be_visible()
    see()
    page.get_by_label("Leave out the rows with problems").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 rows were imported.")).to_be_visible()
    see()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download patients").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["Last name", "Aubrée", "Aubrée", "Le Goff"]


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_two_records_become_one_and_two_again(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    book(tilleuls, at(9))
    book(tilleuls, at(11), phone="+33698765432", email="")
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, tilleuls.admin)
    page.goto(f"{site}/app/tilleuls/patients/?q=aubree")
    expect(page.locator(".people a")).to_have_count(2)
    see()
    page.get_by_role("link", name="Possible duplicates").click()
    see()
    page.get_by_role("link", name="Aubrée Clémence").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare two records")
    see()
    page.get_by_role("radio", name="06 98 76 54 32").check()
    page.get_by_role("button", name="Make one record").click()
    expect(page.get_by_text("The two records are one now.")).to_be_visible()
    expect(page.locator("#coming a")).to_have_count(2)
    expect(page.locator("#record")).to_contain_text("06 98 76 54 32")
    see()

    page.get_by_role("button", name="Separate again Aubrée Clémence").click()
    expect(page.get_by_text("These are two records again, each with its own visits.")).to_be_visible()
    expect(page.locator("#coming a")).to_have_count(1)
    expect(page.locator("#record")).to_contain_text("06 12 34 56 78")
    see()
    page.get_by_role("link", name="Aubrée Clémence").click()
    page.get_by_role("button", name="These are two people").click()
    expect(page.get_by_text("No possible duplicates")).to_be_visible()
    see()
    page.goto(f"{site}/app/tilleuls/patients/?q=aubree")
    expect(page.locator(".people a")).to_have_count(2)
