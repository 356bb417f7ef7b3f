"""What the words of a delivery receipt say (SMPP 3.4, appendix B). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

IS_RECEIPT = 0x04
_KIND = 0x3C  # of esm_class: what sort of message it is
# By the first seven letters, as networks write them.
_STATES = {
    "DELIVRD": "delivered",
    "UNDELIV": "undelivered",
    "EXPIRED": "undelivered",
    "DELETED": "undelivered",
    "REJECTD": "undelivered",
    "ACCEPTD": "sent",
    "ENROUTE": "sent",
}
# message_state, for networks that say it there.
_NUMBERED = {
    1: "sent",
    2: "delivered",
    3: "undelivered",
    4: "undelivered",
    5: "undelivered",
    6: "sent",
    8: "undelivered",
}
_ID = re.compile(r"\bid:\s*([^\s]{1,65})")
_STAT = re.compile(r"\bstat:\s*([A-Za-z]{1,10})")
# Of the network's words only these: they may also quote the message.
_TELLING = re.compile(r"\b(?:stat|err):[\w-]{1,20}")


@dataclass(frozen=True, slots=True)
class Receipt:
    number: str
    """What the network calls the part."""
    says: str
    """sent, delivered, undelivered; empty where it says nothing that counts (UNKNOWN)."""
    reason: str


def is_receipt(esm_class: int) -> bool:
    return esm_class & _KIND == IS_RECEIPT


def read(words: str, *, number: str = "", state: int | None = None) -> Receipt:
    """`number` and `state` are said beside the words by some networks, and then count more."""
    id, stat = _ID.search(words), _STAT.search(words)
    named = _STATES.get(stat.group(1).upper()[:7], "") if stat else ""
    return Receipt(
        number=number or (id.group(1) if id else ""),
        says=_NUMBERED.get(state, "") if state is not None else named,
        reason=" ".join(_TELLING.findall(words)),
    )
