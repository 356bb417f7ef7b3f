"""Times of day as people type them in French, and the signs between them.

`9h`, `9 h 30`, `09:00`, `8.30`, `9h00`, and `14` in `14-17h`. A text is cut into tokens, the tokens are put
together into times, and what joins the times is kept for the caller to judge. Each step is one pass.
"""

import re
from typing import Literal, NamedTuple

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2012\u2013\u2014\u2015\u2212", "-"))
_HOUR_WORDS = frozenset({"h", "heure", "heures"})
# Words typed without a space after the h of an hour: 9hà12h, 9h-12het14h-18h.
_GLUED = frozenset({"a", "et"})
_LAST_HOUR = 24


class Unreadable(ValueError):
    """The text has no single safe reading; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Token(NamedTuple):
    kind: Literal["number", "hour", "hour_twice", "word", "sign", "end"]
    text: str
    spaced: bool
    """Whether a space stands before it."""


class Time(NamedTuple):
    minute: int
    """Since midnight, 0 to 1440."""
    stated: bool
    """Whether a unit was typed: 14h and 14:00 are, a bare 14 is not."""
    mended: bool = False
    """Whether a slip of the keyboard was read over: 12h-30 for 12h30."""


_END = Token("end", "", spaced=True)


def tokens_of(folded: str) -> list[Token]:
    """The tokens of a text without capitals and accents."""
    tokens: list[Token] = []
    end = 0
    for found in _TOKEN.finditer(folded.translate(_DASHES)):
        after_number = bool(tokens) and tokens[-1].kind == "number"
        tokens.extend(_tokens(found.group(), found.start() > end, after_number))
        end = found.end()
    return tokens


def _tokens(text: str, spaced: bool, after_number: bool) -> list[Token]:
    if text.isascii() and text.isdigit():
        return [Token("number", text, spaced)]
    if not text.isalpha():
        return [Token("sign", text, spaced)]
    if after_number and text in _HOUR_WORDS:
        return [Token("hour", text, spaced)]
    if after_number and text == "hh":
        return [Token("hour_twice", text, spaced)]
    if after_number and text[0] == "h" and text[1:] in _GLUED:
        return [Token("hour", "h", spaced), Token("word", text[1:], spaced=False)]
    return [Token("word", text, spaced)]


def times_and_signs(tokens: list[Token]) -> list[Time | str]:
    """The same in the same order, with numbers and their units put together. Raises Unreadable."""
    padded = [*tokens, _END, _END, _END]
    items: list[Time | str] = []
    at = 0
    while at < len(tokens):
        if padded[at].kind == "number":
            time, at = _time(padded, at)
            items.append(time)
        else:
            items.append(padded[at].text)
            at += 1
    return items


def _time(tokens: list[Token], at: int) -> tuple[Time, int]:
    """The time that begins with the number at `at`, and where the text goes on."""
    hour, unit, after = tokens[at], tokens[at + 1], tokens[at + 2]
    if unit.kind in ("hour", "hour_twice"):
        return _with_h(tokens, at)
    if _is_clock(tokens, at):
        end = at + 4 if tokens[at + 3].kind == "hour" and not tokens[at + 3].spaced else at + 3
        return Time(_minute(hour.text, after.text), stated=True), end
    if _is_split(tokens, at):
        return Time(_minute(hour.text, after.text), stated=False, mended=True), at + 3
    return Time(_minute(hour.text, "00"), stated=False), at + 1


def _with_h(tokens: list[Token], at: int) -> tuple[Time, int]:
    hour, unit, after, beyond = tokens[at : at + 4]
    mended = unit.kind == "hour_twice"
    if after.kind == "number" and not _has_unit(tokens, at + 2):
        if not after.spaced or _is_minutes_apart(unit, after):
            return Time(_minute(hour.text, after.text), stated=True, mended=mended), at + 3
    elif _is_slipped_dash(after, beyond) and not _has_unit(tokens, at + 3):
        return Time(_minute(hour.text, beyond.text), stated=True, mended=True), at + 4
    return Time(_minute(hour.text, "00"), stated=True, mended=mended), at + 2


def _has_unit(tokens: list[Token], at: int) -> bool:
    """Whether the number at `at` is an hour by its own unit."""
    return tokens[at + 1].kind in ("hour", "hour_twice") or _is_clock(tokens, at)


def _is_clock(tokens: list[Token], at: int) -> bool:
    """09:00, 10: 00, 8.30. A point with spaces about it ends a sentence."""
    sign, minutes = tokens[at + 1], tokens[at + 2]
    if minutes.kind != "number":
        return False
    return sign.text == ":" or (sign.text == "." and not sign.spaced and not minutes.spaced)


def _is_minutes_apart(unit: Token, number: Token) -> bool:
    """Whether a number one space after an h is its minutes, as in 9 h 30 and 16h 30.

    In `9h 12` it may as well be the next hour. Raises Unreadable.
    """
    if len(number.text) != 2:
        return False
    if unit.spaced or _can_only_be_minutes(number):
        return True
    raise Unreadable("ambiguous")


def _is_slipped_dash(dash: Token, number: Token) -> bool:
    """12h-30: there is no thirtieth hour."""
    return _is_tight_dash(dash, number) and int(number.text) > _LAST_HOUR


def _is_split(tokens: list[Token], at: int) -> bool:
    """13-00: a dash typed for the colon between two bare numbers."""
    hour, dash, minutes = tokens[at : at + 3]
    return (
        len(hour.text) == 2
        and _is_tight_dash(dash, minutes)
        and _can_only_be_minutes(minutes)
        and not _has_unit(tokens, at + 2)
    )


def _is_tight_dash(dash: Token, number: Token) -> bool:
    tight = not dash.spaced and not number.spaced
    return tight and dash.text == "-" and number.kind == "number" and len(number.text) == 2


def _can_only_be_minutes(number: Token) -> bool:
    return number.text == "00" or int(number.text) > _LAST_HOUR


def _minute(hour: str, minutes: str) -> int:
    """Minutes since midnight. Raises Unreadable."""
    if len(minutes) == 1:
        raise Unreadable("truncated")
    if len(hour) > 2 or len(minutes) > 2 or int(minutes) > 59:
        raise Unreadable("odd_number")
    total = int(hour) * 60 + int(minutes)
    if total > _LAST_HOUR * 60:
        raise Unreadable("odd_number")
    return total
