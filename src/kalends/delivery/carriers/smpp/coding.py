"""A text as the octets of its parts, and octets that come in as a text. Pure.

Cut by `segments.split`, as it was counted and is billed. Letters of the 7-bit alphabet travel one to an octet; what
packs them is the network's own affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kalends.delivery.segments import ESCAPE, EXTENSION, GSM, Alphabet, alphabet_of, split

HAS_HEADER = 0x40  # in esm_class
DATA_CODING = {Alphabet.GSM: 0, Alphabet.UCS2: 8}
_CODES = {one: bytes([code]) for code, one in enumerate(GSM) if code != ESCAPE}
_CODES |= {one: bytes([ESCAPE, code]) for one, code in EXTENSION.items()}
_EXTENDED = {code: one for one, code in EXTENSION.items()}
# What other values of data_coding say of the octets.
_CHARSETS = {1: "ascii", 3: "latin-1", 8: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Part:
    octets: bytes
    esm_class: int
    data_coding: int


def parts(text: str, *, reference: int) -> list[Part]:
    """Ready to be submitted; `reference` (0 to 255) tells the phone which parts are of one message."""
    alphabet = alphabet_of(text)
    pieces = [_encoded(piece, alphabet) for piece in split(text)]
    coding = DATA_CODING[alphabet]
    if len(pieces) < 2:
        return [Part(piece, 0, coding) for piece in pieces]
    head = bytes([5, 0, 3, reference, len(pieces)])
    return [Part(head + bytes([number]) + piece, HAS_HEADER, coding) for number, piece in enumerate(pieces, 1)]


def text_of(octets: bytes, *, esm_class: int, data_coding: int) -> str | None:
    """What somebody wrote. None for a later part of a long message: a wish of one word stands in no such part."""
    if esm_class & HAS_HEADER and octets:
        header, octets = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
        if any(number > 1 for number in _places(header)):
            return None
    charset = _CHARSETS.get(data_coding)
    return octets.decode(charset, "replace") if charset else _decoded(octets)


def _places(header: bytes) -> Iterator[int]:
    """Of a part among the parts of its message, as each element of its header says."""
    at = 0
    while at + 1 < len(header):
        kind, length = header[at], header[at + 1]
        if kind in (0, 8) and length in (3, 4) and at + 1 + length < len(header):
            yield header[at + 1 + length]
        at += 2 + length


def _encoded(text: str, alphabet: Alphabet) -> bytes:
    if alphabet == Alphabet.UCS2:
        return text.encode("utf-16-be", "surrogatepass")
    return b"".join(_CODES[one] for one in text)


def _decoded(octets: bytes) -> str:
    text, escaped = [], False
    for code in octets:
        if escaped:
            text.append(_EXTENDED.get(code, " "))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            text.append(GSM[code] if code < len(GSM) else "?")
    return "".join(text)
