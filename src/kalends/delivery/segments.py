"""How long a text message is: its alphabet, the parts it is sent and billed in, and what makes it dear. Pure.

3GPP TS 23.038: a message in the 7-bit alphabet holds 160 characters, those of the extension table count twice;
one character outside it makes the whole message UCS-2 (UTF-16 units), which holds 70. In several parts each
carries a header, so 153 and 67 are left, and no pair is torn apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kalends.foundation.text import clean_text

# In the order of the standard: the place of a character is its code (27, the escape, is no character).
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {"^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}
ESCAPE = 27
# Another way to write what the alphabet lacks and what has no bare letter inside.
SPELLINGS = {
    "œ": "oe",
    "Œ": "OE",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "’": "'",
    "‘": "'",
    "‚": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "‑": "-",  # the hyphen that does not break
    "−": "-",  # the minus sign
    "…": "...",
    "•": "-",
    "°": "o",
}
_PLAIN = frozenset(GSM) - {chr(ESCAPE)}


class Alphabet(StrEnum):
    GSM = "gsm"
    UCS2 = "ucs2"


ALONE = {Alphabet.GSM: 160, Alphabet.UCS2: 70}
TOGETHER = {Alphabet.GSM: 153, Alphabet.UCS2: 67}


@dataclass(frozen=True, slots=True)
class Count:
    """`units` are what the limits count: septets, or UTF-16 units. `forcing` is what needs the wide alphabet."""

    alphabet: Alphabet
    units: int
    parts: int
    forcing: tuple[str, ...]
    """Each once, as they first come."""

    @property
    def limit(self) -> int:
        """So many units fit into the parts there are."""
        return ALONE[self.alphabet] if self.parts < 2 else TOGETHER[self.alphabet] * self.parts


def sendable(text: str) -> str:
    """What a phone is given: no controls, no marks that reverse what is read, plain spaces (SMS-08, SMS-12).

    Raises foundation.text.UnusableText.
    """
    return clean_text(text)


def count(text: str) -> Count:
    """The text as it stands; `sendable` comes before."""
    forcing = tuple(dict.fromkeys(one for one in text if one not in _PLAIN and one not in EXTENSION))
    alphabet = Alphabet.UCS2 if forcing else Alphabet.GSM
    return Count(alphabet, sum(map(_weigher(alphabet), text)), len(split(text)), forcing)


def split(text: str) -> list[str]:
    """The texts of its parts. Nothing that counts twice is torn apart (SMS-02, SMS-04)."""
    alphabet = alphabet_of(text)
    weigh = _weigher(alphabet)
    if sum(map(weigh, text)) <= ALONE[alphabet]:
        return [text] if text else []
    parts, part, taken = [], "", 0
    for one in text:
        if taken + weigh(one) > TOGETHER[alphabet]:
            parts.append(part)
            part, taken = "", 0
        part += one
        taken += weigh(one)
    return [*parts, part]


def alphabet_of(text: str) -> Alphabet:
    return Alphabet.GSM if all(one in _PLAIN or one in EXTENSION for one in text) else Alphabet.UCS2


def spelling(text: str) -> str | None:
    """The text in the 7-bit alphabet, with what it holds of accents kept: to be offered, never used unasked.

    None where it is in it already, or cannot be written in it.
    """
    if alphabet_of(text) == Alphabet.GSM:
        return None
    written = "".join(map(_spelt, text))
    return written if alphabet_of(written) == Alphabet.GSM else None


def _spelt(one: str) -> str:
    if one in _PLAIN or one in EXTENSION:
        return one
    bare = "".join(part for part in unicodedata.normalize("NFKD", one) if unicodedata.category(part)[0] != "M")
    return SPELLINGS.get(one) or SPELLINGS.get(bare) or bare


def _weigher(alphabet: Alphabet) -> Callable[[str], int]:
    return _septets if alphabet == Alphabet.GSM else _utf16_units


def _septets(one: str) -> int:
    return 2 if one in EXTENSION else 1


def _utf16_units(one: str) -> int:
    return 2 if ord(one) > 0xFFFF else 1
