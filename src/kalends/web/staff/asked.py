"""What the address of a page asks for: each value is read by its kind, and what cannot be read is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict

from kalends.foundation import clock
from kalends.foundation.text import UnusableText, clean_line

LONGEST = 200


def day(sent: QueryDict, name: str) -> date | None:
    """A date such as 2026-12-07."""
    text = sent.get(name, "").strip()
    try:
        return clock.parse_day(text) if text else None
    except clock.ClockRefused as fault:
        raise BadRequest(name) from fault


def row(sent: QueryDict, name: str) -> UUID | None:
    text = sent.get(name, "").strip()
    try:
        return UUID(text) if text else None
    except ValueError as fault:
        raise BadRequest(name) from fault


def rows(sent: QueryDict, name: str) -> list[UUID]:
    """All that are named, once each, in their order."""
    try:
        return list(dict.fromkeys(UUID(text) for text in sent.getlist(name)))
    except ValueError as fault:
        raise BadRequest(name) from fault


def instant(sent: QueryDict, name: str) -> datetime | None:
    """A moment with its offset: 2026-12-07T09:30:00+01:00. An unescaped plus sign arrives as a space."""
    text = sent.get(name, "").strip().replace(" ", "+")
    try:
        moment = datetime.fromisoformat(text) if text else None
        if moment is not None:
            clock.check_day(moment.date())
            clock.epoch_of(moment)
    except ValueError as fault:
        raise BadRequest(name) from fault
    return moment


def word(sent: QueryDict, name: str, known: Iterable[str]) -> str:
    """One of `known`; the first where nothing is asked."""
    words = tuple(known)
    text = sent.get(name, "") or words[0]
    if text not in words:
        raise BadRequest(name)
    return text


def number(sent: QueryDict, name: str, *, most: int) -> int:
    """A page: 1 where nothing is asked."""
    text = sent.get(name, "").strip() or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        raise BadRequest(name)
    return int(text)


def line(sent: QueryDict, name: str) -> str:
    """What somebody typed, cleaned; too long is cut."""
    try:
        return clean_line(sent.get(name, "")[:LONGEST])
    except UnusableText as fault:
        raise BadRequest(name) from fault
