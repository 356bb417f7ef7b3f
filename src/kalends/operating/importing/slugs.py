"""Addresses of organizations that come from a file. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import count

from kalends.foundation.text import fold

LONGEST = 63
LONGEST_ENDING = 20


def slug_of(name: str, town: str, *, otherwise: str, taken: Collection[str]) -> str:
    """`Hôpital Nord` in Marseille: `hopital-nord-marseille`; none of `taken`.

    Where that is taken, `otherwise` is added, which tells a row of its file from all others, and then numbers.
    """
    words, place = _words(name), _words(town)
    if not _contains(words, place):
        words += place
    for ending in _endings("-".join(_words(otherwise))[:LONGEST_ENDING]):
        stem = _cut(words or ["centre"], LONGEST - len(ending))
        if (slug := stem + ending) not in taken:
            return slug
    raise AssertionError("unreachable")


def _endings(otherwise: str) -> Iterator[str]:
    yield ""
    if otherwise:
        yield f"-{otherwise}"
    for number in count(2):
        yield f"-{otherwise}-{number}" if otherwise else f"-{number}"


def _words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", fold(text))


def _contains(words: list[str], part: list[str]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


def _cut(words: list[str], longest: int) -> str:
    """As many whole words as fit; of a single long one its beginning."""
    kept = words[0][:longest]
    for word in words[1:]:
        if len(kept) + 1 + len(word) > longest:
            break
        kept += f"-{word}"
    return kept
