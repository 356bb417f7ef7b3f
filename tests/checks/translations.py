"""Every text of the interface is in French and in Romanian, and what is translated keeps its variables.

`--update` writes the catalogues: new texts come in untranslated, unused ones go.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "kalends"
LOCALE = SOURCE / "locale"
LANGUAGES = ("fr", "ro")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
VARIABLE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def collected() -> Catalog:
    """All texts of the Python sources and of the templates (through Django's own reading of its tags)."""
    catalog = Catalog(project="kalends", charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(
        str(SOURCE),
        method_map=[("**.py", "python"), ("**/templates/**", "tests.checks.translations:from_template")],
        keywords=KEYWORDS,
        strip_comment_tags=True,
        directory_filter=lambda path: True,
    ):
        catalog.add(message, None, [(f"src/kalends/{name}", line)], context=context, auto_comments=comments)
    return catalog


def from_template(fileobj, keywords, comment_tags, options):  # type: ignore[no-untyped-def]
    """A Babel extractor: Django turns a template into something that reads like Python, Babel reads that."""
    from django.utils.translation.template import templatize

    text = templatize(fileobj.read().decode())
    yield from extract_python(io.BytesIO(text.encode()), keywords, comment_tags, {"encoding": "utf-8"})


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    template = collected()
    for language in LANGUAGES:
        known = catalogue(language)
        known.update(template, no_fuzzy_matching=True)
        known.obsolete.clear()
        known.fuzzy = False  # a catalogue that is marked as unsure is not compiled
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, known, width=110, sort_output=True, no_location=True, omit_header=False)


def faults(language: str, template: Catalog) -> list[str]:
    known, found = catalogue(language), []
    if known.fuzzy:
        found.append(f"{language}: the whole catalogue is marked as unsure, so it would not be compiled")
    for message in template:
        if not message.id:
            continue
        translated = known.get(message.id, message.context)
        texts = translated.string if translated else ""
        forms = list(texts) if isinstance(texts, tuple | list) else [texts]
        name = message.id if isinstance(message.id, str) else message.id[0]
        if not forms or not all(forms):
            found.append(f"{language}: not translated: {name!r}")
        elif isinstance(message.id, str) and set(VARIABLE.findall(message.id)) != set(VARIABLE.findall(forms[0])):
            found.append(f"{language}: other variables: {name!r}")
        elif translated and translated.fuzzy:
            found.append(f"{language}: unsure: {name!r}")
    return found


def main() -> int:
    import os

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
    import django

    django.setup()
    if "--update" in sys.argv:
        update()
        return 0
    template = collected()
    found = [fault for language in LANGUAGES for fault in faults(language, template)]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
