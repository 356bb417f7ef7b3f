"""What somebody typed to look a contact up, read in the ways that it can be meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kalends.contacts.reading import read_date
from kalends.contacts.rules import BACKWARDS
from kalends.foundation.text import UnusableText, clean_line, fold, joined, words

MOST_TERMS = 8
LONGEST_TYPED = 200
_PHONE = re.compile(r"^[+(]?[\d\s().\-/]{4,}$")
_DAY = re.compile(r"^(\d\d)[\s]?(\d\d)[\s]?(\d{4})$")
_SHORT_DAY = re.compile(r"^(\d{1,2}[/.-]\d{1,2}[/.-])(\d\d)$")
_CENTURIES = (1900, 2000)


@dataclass(frozen=True, slots=True)
class Digits:
    """Figures beside a name: a telephone number that holds them, or a birth in one of these years."""

    text: str
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand what was typed: all of it must fit. `words` are beginnings of words, folded."""

    words: tuple[str, ...] = ()
    born: date | None = None
    digits: tuple[Digits, ...] = ()


def readings(typed: str) -> Iterator[Reading]:
    """The ways to read a line, the likeliest first; none for nothing and for what cannot be text."""
    try:
        line = clean_line(typed[:LONGEST_TYPED])
    except UnusableText:
        return
    if not line:
        return
    born = _days(line)
    for day in born:
        yield Reading(born=day)
    if _PHONE.match(line):
        yield from _as_phone(line)
    elif "@" in line and " " not in line:
        yield Reading(words=(fold(line),))
    else:
        if " " not in line and "." in line and not born:
            yield Reading(words=(fold(line),))  # the beginning of an e-mail address
        yield from _as_words(line)


def _as_phone(line: str) -> Iterator[Reading]:
    digits = _digits(line)
    if not digits:
        return
    yield Reading(words=(digits,))
    yield Reading(words=(BACKWARDS + re.sub(r"\D", "", line)[::-1],))
    yield from _as_years(line)


def _as_words(line: str) -> Iterator[Reading]:
    """Names in any order; dates and figures among them say when somebody was born, or are of their telephone."""
    if _years(line):
        yield from _as_years(line)
        return
    found: list[str] = []
    together: list[str] = []
    born: tuple[date, ...] = ()
    digits: list[Digits] = []
    for is_figure, group in groupby(line.split(), key=_is_figure):
        terms = list(group)
        if is_figure:
            figures = " ".join(terms)
            if not born and (days := _days(figures)):
                born = days
            else:
                digits.append(Digits(_digits(figures), _years(figures)))
        else:
            for term in terms:
                found += words(term)
                together += joined(term)[:1] or words(term)
    # O'Brien may be written down as Obrien; the other way round both words are kept with the contact.
    for spelled in dict.fromkeys((tuple(found), tuple(together))):
        if spelled or born:
            for day in born or (None,):
                yield Reading(tuple(dict.fromkeys(spelled))[:MOST_TERMS], day, tuple(digits)[:MOST_TERMS])


def _as_years(line: str) -> Iterator[Reading]:
    for year in _years(line):
        yield Reading(digits=(Digits("", (year,)),))


def _is_figure(term: str) -> bool:
    return term.isascii() and any(sign.isdigit() for sign in term) and not any(sign.isalpha() for sign in term)


def _days(text: str) -> tuple[date, ...]:
    """The day that is written there; with two digits of the year those of both centuries."""
    if found := _DAY.match(text):
        text = "/".join(found.groups())
    if found := _SHORT_DAY.match(text):
        day, year = found.groups()
        said = [f"{day}{century + int(year)}" for century in _CENTURIES]
    else:
        said = [text]
    return tuple(born for one in said if (born := read_date(one)) is not None)


def _years(text: str) -> tuple[int, ...]:
    """`87` is 1987 (and 2087, when somebody is born then), `1987` itself; nothing else is a year."""
    if not text.isdigit() or not text.isascii():
        return ()
    number = int(text)
    if len(text) == 2:
        return tuple(century + number for century in _CENTURIES)
    return (number,) if len(text) == 4 and 1900 <= number < 2100 else ()


def _digits(typed: str) -> str:
    """`+33 (0)6 12` and `0033612` are looked up with the country code, `06 12` as at home, without the zero."""
    text = typed.replace("(0)", "")
    digits = re.sub(r"\D", "", text)
    return digits.lstrip("0")
