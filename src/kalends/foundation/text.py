"""Cleaning and folding of what people type."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Line separators that some mail and calendar readers split at although the libraries keep them.
_LINE_BREAKS = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Controls, and the marks that reverse or hide what a reader sees.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\u00ad]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
MOST_JOINED = 4

# Letters that do not decompose into a base letter and a mark.
_FOLDS = str.maketrans(
    {
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "ł": "l",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "þ": "th",
        **dict.fromkeys("’‘ʼ′`", "'"),
        **dict.fromkeys("‐‑‒–—−", "-"),
    }
)


class UnusableText(ValueError):
    """The text holds a character that no database and no mail can carry (NUL, half of a pair)."""


def clean_line(text: str) -> str:
    """One line: controls and line breaks become a space or nothing, spaces are single, form is NFC.

    Text made only of invisible characters comes out empty.
    """
    return _in_order(text) or " ".join(clean_text(_LINE_BREAKS.sub(" ", text)).split())


def clean_text(text: str) -> str:
    """Several lines: every kind of break becomes a plain newline, controls go, the form is NFC."""
    if line := _in_order(text):
        return line
    refuse_unusable(text)
    text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n")
    text = _LINE_BREAKS.sub(lambda found: "\n" * max(1, found.group().count("\n")), text)
    text = _HIDDEN.sub("", text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    text = "\n".join(lines).strip()
    return "" if not _INVISIBLE.sub("", text).strip() else text


def _in_order(text: str) -> str:
    """One line of letters and plain spaces alone, as nearly all are: nothing to look for. Empty for any other."""
    plain = text.isprintable() and unicodedata.is_normalized("NFC", text)
    return " ".join(text.split()) if plain else ""


def refuse_unusable(text: str) -> None:
    """Raise `UnusableText` for NUL and lone surrogates."""
    if "\x00" in text or _SURROGATE.search(text):
        raise UnusableText("The text holds a character that cannot be stored.")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The same for all spellings of a name: lower case, no accents, single spaces (Ștefan = Ştefan = stefan)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(_INVISIBLE.sub("", bare.translate(_FOLDS)).split())


def words(text: str) -> list[str]:
    """The folded words of a name, for search: split at spaces, hyphens and apostrophes."""
    return [word for word in re.split(r"[\s\-'.,;]+", fold(text)) if word]


def joined(text: str) -> list[str]:
    """The words of a name as others write them together: `Le Goff-Kérjean` is legoffkerjean and goffkerjean too.

    Each runs to the end of the name, so that a beginning of one is any of the words in between.
    """
    parts = words(text)
    return ["".join(parts[at:]) for at in range(min(len(parts) - 1, MOST_JOINED))]
