"""Hand-written French opening hours of one day, read strictly: one safe reading, or none."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from kalends.agenda.imports.times import Time, Unreadable, times_and_signs, tokens_of
from kalends.foundation.text import fold

LONGEST_TEXT = 200

Kind = Literal["periods", "closed", "unknown", "unstated"]

SENTENCES: dict[str, str] = {
    "ambiguous": "A number may be minutes or the next hour.",
    "contradictory": "It says closed and gives hours as well.",
    "dated": "The hours hold for some dates only.",
    "empty_period": "A period ends when it begins.",
    "ends_before_start": "A period ends before it begins.",
    "exception": "The hours have an exception that no weekly rule can hold.",
    "irregular": "It says that the hours are not regular.",
    "mended": "Read over a slip of the keyboard or a missing unit; please compare.",
    "no_unit": "Numbers without h or colon may not be hours.",
    "not_hours": "There is no time of day in it.",
    "not_stated": "The hours are not stated yet.",
    "odd_number": "A number is neither an hour nor minutes.",
    "odd_sign": "The signs between the times do not make periods.",
    "one_time": "One time alone is no period.",
    "open_without_hours": "It says open, but not from when to when.",
    "overlap": "Two periods overlap.",
    "remark": "The hours were read; the remark was kept as text.",
    "restricted": "A remark says that the hours are not for everybody.",
    "too_long": f"It is longer than {LONGEST_TEXT} characters.",
    "truncated": "The minutes have one digit only; the rest seems cut off.",
    "unconfirmed": "The hours are still to be confirmed.",
    "unpaired": "A time has no partner to make a period.",
    "words": "It holds words that are not understood.",
}

_CLOSED = frozenset({"ferme", "fermee", "fermes"})
_OPEN = frozenset({"ouvert", "ouverte", "ouverts"})
_UNSTATED = frozenset(
    {
        "a completer",
        "a confirmer",
        "a definir",
        "a preciser",
        "a repreciser",
        "a venir",
        "en attente",
        "en attente d informations",
        "en attente de confirmation",
        "en attente de precision",
        "en attente de precisions",
        "en cours de definition",
        "en cours de finalisation",
        "en cours de precision",
        "en cours de precisions",
        "non communique",
        "non defini",
        "non precise",
        "non precise a ce jour",
        "non renseigne",
    }
)
_IRREGULAR = frozenset({"horaires irreguliers", "pas d horaires reguliers"})
# Kalends books all visits by appointment, so this remark takes nothing away.
_HARMLESS_REMARKS = frozenset(
    f"{start}{how} {what}"
    for start in ("", "uniquement ")
    for how in ("sur", "avec")
    for what in ("rdv", "rendez vous")
)
_AROUND_REMARK = frozenset("(),.-")

_MONTHS = frozenset(
    {
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    }
)
# In this order: the first that applies is the reason given.
_REASONS_BY_WORD = (
    ("contradictory", _CLOSED),
    ("unconfirmed", frozenset({"confirmer", "preciser", "confirmation"})),
    ("exception", frozenset({"sauf", "excepte", "hors"})),
    ("dated", _MONTHS | {"partir", "uniquement", "seulement", "jusqu", "jusque", "des", "depuis"}),
    ("restricted", frozenset("()[]")),
)

_JOINING = frozenset({"a", "de", "et", "puis"})
_WITHIN_PERIOD = frozenset({("-",), ("a",), ("/",), ()})
_RANGE_SIGNS = frozenset({("-",), ("a",)})
_BETWEEN_PERIODS = frozenset({("-",), ("/",), (",",), (";",), ("et",), ("puis",), ()})


@dataclass(frozen=True, slots=True)
class Hours:
    """What a cell says about one day.

    `periods`: open during `periods`, wall minutes, half open, sorted, disjoint. `closed`: closed all day.
    `unstated`: left open by the writer. `unknown`: it says something that has no single safe reading.
    `reason` is empty or a key of SENTENCES; `note` is the text as typed wherever it says more than the rest
    of the value holds.
    """

    kind: Kind
    periods: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    note: str = ""

    @property
    def sentence(self) -> str:
        """The reason in plain English, or nothing."""
        return SENTENCES.get(self.reason, "")


def read_hours(text: str) -> Hours:
    """Read one cell. Never raises, and takes time in proportion to at most LONGEST_TEXT characters."""
    if len(text) <= LONGEST_TEXT:
        return _read(text)
    if not text.strip():
        return Hours("unstated")
    return Hours("unknown", reason="too_long", note=text[:LONGEST_TEXT].strip())


@lru_cache(maxsize=1024)  # a table of centres repeats the same few hundred texts
def _read(text: str) -> Hours:
    note = text.strip()
    tokens = tokens_of(fold(text))
    if not tokens:
        return Hours("unstated")
    if not any(token.kind == "number" for token in tokens):
        return _without_times(" ".join(token.text for token in tokens if token.text.isalnum()), note)
    try:
        return _with_times(times_and_signs(tokens), note)
    except Unreadable as unreadable:
        words = (token.text for token in tokens)
        return Hours("unknown", reason=_reason_by_word(words) or unreadable.code, note=note)


def _without_times(phrase: str, note: str) -> Hours:
    if phrase in _CLOSED:
        return Hours("closed")
    if phrase in _UNSTATED:
        return Hours("unstated", reason="not_stated", note=note)
    if phrase in _IRREGULAR:
        return Hours("unknown", reason="irregular", note=note)
    opens = phrase.partition(" ")[0] in _OPEN
    return Hours("unknown", reason="open_without_hours" if opens else "not_hours", note=note)


def _with_times(items: list[Time | str], note: str) -> Hours:
    """Raises Unreadable."""
    places = [at for at, item in enumerate(items) if isinstance(item, Time)]
    head = _signs(items[: places[0]])
    tail = _signs(items[places[-1] + 1 :])
    gaps = [_signs(items[one + 1 : other]) for one, other in pairwise(places)]
    remarked = " ".join(sign for sign in tail if sign not in _AROUND_REMARK) in _HARMLESS_REMARKS
    _check_around(head, () if remarked else tail, gaps)
    times = [item for item in items if isinstance(item, Time)]
    periods, mended = _periods(times, gaps)
    if mended:
        return Hours("periods", periods, reason="mended", note=note)
    if remarked:
        return Hours("periods", periods, reason="remark", note=note)
    return Hours("periods", periods)


def _signs(items: Iterable[Time | str]) -> tuple[str, ...]:
    return tuple(item for item in items if isinstance(item, str))


def _check_around(head: tuple[str, ...], tail: tuple[str, ...], gaps: list[tuple[str, ...]]) -> None:
    """Nothing but the times, what joins them, and a leading "open" or "from". Raises Unreadable."""
    if head and head[0] in _OPEN:
        head = head[1:]
    if head == ("de",):
        head = ()
    if tail == (".",):
        tail = ()
    joined = [sign for gap in gaps for sign in gap]
    if any(sign.isalpha() and sign not in _JOINING for sign in (*head, *joined, *tail)):
        raise Unreadable("words")
    if head or tail:
        raise Unreadable("odd_sign")


def _periods(times: list[Time], gaps: list[tuple[str, ...]]) -> tuple[tuple[tuple[int, int], ...], bool]:
    """The times two by two, sorted, and whether any was mended. Raises Unreadable."""
    if len(times) % 2:
        raise Unreadable("one_time" if len(times) == 1 else "unpaired")
    if not all(_without_from(gap) in _BETWEEN_PERIODS for gap in gaps[1::2]):
        raise Unreadable("odd_sign")
    found = []
    mended = False
    for start, end, gap in zip(times[::2], times[1::2], gaps[::2], strict=True):
        _check_pair(start, end, gap)
        mended = mended or start.mended or end.mended or not end.stated
        found.append((start.minute, end.minute))
    found.sort()
    if any(one[1] > other[0] for one, other in pairwise(found)):
        raise Unreadable("overlap")
    return tuple(found), mended


def _without_from(gap: tuple[str, ...]) -> tuple[str, ...]:
    """`et de`, `/ de` join two periods as `et` and `/` do."""
    return gap[:-1] if gap and gap[-1] == "de" else gap


def _check_pair(start: Time, end: Time, gap: tuple[str, ...]) -> None:
    """Raises Unreadable."""
    if gap not in _WITHIN_PERIOD:
        raise Unreadable("odd_sign")
    if not start.stated and not end.stated:
        raise Unreadable("no_unit")
    if not (start.stated and end.stated) and gap not in _RANGE_SIGNS:
        raise Unreadable("no_unit")
    if start.minute == end.minute:
        raise Unreadable("empty_period")
    if start.minute > end.minute:
        raise Unreadable("ends_before_start")


def _reason_by_word(words: Iterable[str]) -> str:
    said = frozenset(words)
    return next((reason for reason, telling in _REASONS_BY_WORD if said & telling), "")
