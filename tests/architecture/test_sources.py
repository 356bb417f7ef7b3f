"""What must never stand in the sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "kalends"
FILES = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = [*SOURCE.rglob("*.html")]

FORBIDDEN = {
    "only Python converts zones": r"\bTrunc(Date|Day|Month|Year)?\(|\bExtract\w*\(|__date\b(?!_)|AT TIME ZONE",
    "money is never a float": r"float\([^)]*(price|amount|minor|cents)",
    "tenant rows have no admin": r"django\.contrib\.admin|ModelForm|GenericForeignKey",
    "the clock is the database's": r"timezone\.now\(\)|datetime\.now\(\)|datetime\.utcnow\(",
    "scope is set in one place": r"set_config\('kalends",
    "dates are written in one place": r"import .*\bformat_date\b|import .*\bdate_format\b|strftime\([^)]*%[aAbB]",
}
ALLOWED = {
    ("scope is set in one place", "foundation/database/tenancy.py"),
    ("the clock is the database's", "web/ui/views.py"),  # specimens of the living page
    ("dates are written in one place", "foundation/days.py"),
}


@pytest.mark.parametrize("promise", FORBIDDEN)
def test_sources_keep(promise: str) -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{number}: {line.strip()}"
        for path in FILES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(FORBIDDEN[promise], line) and (promise, str(path.relative_to(SOURCE))) not in ALLOWED
    ]
    assert found == []


def test_templates_have_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style", re.IGNORECASE)
    mails = SOURCE / "notifications"  # mail programs know no style sheets
    found = [str(path) for path in TEMPLATES if mails not in path.parents and inline.search(path.read_text())]
    assert found == []


def test_templates_write_no_names_of_months_by_themselves() -> None:
    """Django capitalizes them: 4 Déc 2026."""
    named = re.compile(r"\|(date|localtime|naturalday)(?!:[\"'](c|Y-m-d)[\"'])|\{% now")
    found = [str(path.relative_to(SOURCE)) for path in TEMPLATES if named.search(path.read_text())]
    assert found == []


def test_a_colon_between_two_things_is_the_translator_s() -> None:
    """French leaves a space before it: `{{ what|colon:said }}`, or a whole sentence to translate."""
    ours = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
    between = re.compile(r"(\}\}|%\}): ?\{[{%]")
    found = [str(path.relative_to(SOURCE)) for path in TEMPLATES if between.search(ours.sub("", path.read_text()))]
    assert found == []


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(SOURCE)): lines for path in FILES if (lines := len(path.read_text().splitlines())) > 300
    }
    assert long == {}


def test_no_folder_is_a_drawer() -> None:
    names = {path.stem for path in SOURCE.rglob("*")} & {"utils", "common", "core", "helpers", "misc"}
    assert names == set()


def test_every_capability_says_what_it_is() -> None:
    missing = []
    for folder in sorted(path for path in SOURCE.iterdir() if (path / "__init__.py").exists()):
        readme = folder / "README.md"
        if not readme.exists() or len(readme.read_text().splitlines()) > 60:
            missing.append(folder.name)
    assert missing == []
