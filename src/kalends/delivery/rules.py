"""What becomes of a delivery after it was tried. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
# A fax rings somewhere each time: three tries, and an hour that is busy through is enough (MSG-07, MSG-08).
PAUSES_OF_A_FAX = (timedelta(minutes=15), timedelta(minutes=45))
# Asking does no harm: soon, and for two days.
ASK_PAUSES = (timedelta(seconds=10), *PAUSES)
MOST_ASKS = 50
# What we cannot write today we may after an update, or once a setting is right; then it is parked for a person.
TRIES_OF_THE_FAULTY = 3
# An answer that comes later than that answers nobody any more who still waits for it.
JUST_NOW = timedelta(minutes=30)
# Nobody works on one claim for longer: who claimed it is gone, or hangs.
CLAIM_LASTS = timedelta(minutes=15)
# In a round, and how long one should last: what somebody queues meanwhile goes behind it.
FEWEST, MOST = 200, 1000
ROUND_LASTS = 0.25  # seconds
# The file in the data folder that a restore leaves: while it is there, nobody is told anything.
HELD = "deliveries-held"


class Fate(StrEnum):
    SENT = "sent"
    LATER = "later"  # refused for now (4xx): worth another try
    REFUSED = "refused"  # refused for good (5xx)
    AWAY = "away"  # it takes nothing from us at all now: not this message's fault, and no try of it
    UNKNOWN = "unknown"  # handed over, and never answered
    FAULTY = "faulty"  # our own fault: its text cannot be made, or not be encoded
    ABORTED = "aborted"  # not tried: too late, overtaken, or nothing left to say
    SUPPRESSED = "suppressed"  # not tried: not wanted
    HELD = "held"  # not tried: may leave later


NOT_TRIED = (Fate.AWAY, Fate.ABORTED, Fate.SUPPRESSED, Fate.HELD)
# A receipt may come twice, too late, or before an earlier one: what says more stands. One lost part of several is
# more than the others that arrived.
_SAYS_MORE = ("", "sent", "delivered", "undelivered")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a hand-over ended; `reason` is the carrier's, for people who look into it."""

    fate: Fate
    reason: str = ""
    numbers: tuple[str, ...] = ()
    """What the network calls the parts that it took; its receipts name them and nothing else."""
    centre: str = ""
    """Whose numbers they are."""
    may_have_arrived: bool = False
    """And the carrier can be asked: so it is, before anything else is done."""
    no_such_address: str = ""
    """Why nothing will ever arrive there, if the answer was about the address."""
    until: datetime | None = None
    """When what is held may ask again."""


@dataclass(frozen=True, slots=True)
class Next:
    """The state that follows, and when it is tried again if it is queued."""

    state: str
    due_at: datetime | None = None
    needs_somebody: bool = False


def after(
    outcome: Outcome, *, tries: int, useless_after: datetime | None, now: datetime, medium: str = "email"
) -> Next:
    """What follows the `tries`-th try. A try that would come too late is not planned; asking never comes too late."""
    if outcome.may_have_arrived:
        if tries >= MOST_ASKS:
            return Next("unknown", needs_somebody=True)
        return Next("queued", now + ASK_PAUSES[min(max(tries, 1), len(ASK_PAUSES)) - 1])
    pauses = PAUSES_OF_A_FAX if medium == "fax" else PAUSES
    if outcome.fate == Fate.HELD and outcome.until is not None:
        in_time = useless_after is None or outcome.until < useless_after
        return Next("queued", outcome.until) if in_time else Next("suppressed")
    if outcome.fate == Fate.UNKNOWN:
        return Next("unknown", needs_somebody=True)
    if outcome.fate == Fate.FAULTY and tries >= TRIES_OF_THE_FAULTY:
        return Next("failed", needs_somebody=True)
    if outcome.fate not in (Fate.LATER, Fate.AWAY, Fate.FAULTY):
        return Next("failed" if outcome.fate == Fate.REFUSED else outcome.fate.value)
    if tries > len(pauses) and outcome.fate == Fate.LATER:
        return Next("failed")
    due_at = now + (PAUSES[0] if outcome.fate == Fate.AWAY else pauses[max(tries, 1) - 1])
    if useless_after is not None and due_at >= useless_after:
        return Next("failed", needs_somebody=outcome.fate == Fate.FAULTY)
    return Next("queued", due_at)


def says_more(receipt: str, *, than: str) -> bool:
    return _SAYS_MORE.index(receipt) > _SAYS_MORE.index(than)


def whole(receipts: Mapping[str, str], *, parts: int) -> str:
    """What receipts of single parts say of the message: it has arrived when all of it has (MSG-02).

    Under an empty name stands what a gateway says of the whole.
    """
    said = receipts.values()
    if "undelivered" in said:
        return "undelivered"
    if receipts.get("") == "delivered" or sum(one == "delivered" for one in said) >= max(parts, 1):
        return "delivered"
    return "sent" if receipts else ""


def in_a_round(carried: int, *, seconds: float) -> int:
    """How many are claimed at a time when so many were carried in so many seconds: each of a large set costs less, and
    behind a large set that a slow carrier has, others wait."""
    pace = carried / max(seconds, 0.001)
    return min(max(FEWEST, int(pace * ROUND_LASTS)), MOST)
