"""From what somebody typed to what they wait for: hours, days, last day. Names of the fields are those of the forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kalends.booking.rules import waiting as rules
from kalends.foundation import clock
from kalends.foundation.errors import FieldError, Invalid


@dataclass(frozen=True, slots=True)
class Typed:
    """Hours as 9:30 or 09:30, either may be empty; weekdays as "1" to "7"; the last day as 2026-12-07, or empty."""

    start: str
    end: str
    weekdays: Sequence[str]
    until: str


def read_wish(typed: Typed, *, span: int) -> dict[str, Any]:
    """The fields of an entry: `from_minute`, `to_minute`, `weekdays` and, if it was typed, `valid_until`.

    No hours: the whole day. Only a start: the end follows by `span` minutes (CLI-11). Only an end: from midnight.
    An end before the start is on the next day (WL-04). Raises Invalid with every bad field.
    """
    errors: list[FieldError] = []
    start, end = _minute(typed.start, "from", errors), _minute(typed.end, "to", errors)
    window = rules.WHOLE_DAY
    if not errors and (typed.start.strip() or typed.end.strip()):
        begins = (start or 0) % rules.DAY
        try:
            window = rules.window(begins, end) if end is not None else (begins, begins + span)
        except ValueError:
            errors.append(FieldError("to", _("The end must be another hour than the start.")))
    until = _day(typed.until, errors)
    weekdays = sorted({int(number) for number in typed.weekdays if number in ("1", "2", "3", "4", "5", "6", "7")})
    if errors:
        raise Invalid(errors)
    fields: dict[str, Any] = {"from_minute": window[0], "to_minute": window[1], "weekdays": weekdays}
    return {**fields, "valid_until": until} if until else fields


def _minute(text: str, name: str, errors: list[FieldError]) -> int | None:
    typed = text.strip().replace("h", ":").replace(".", ":")
    if not typed:
        return None
    try:
        return clock.parse_minute(typed if ":" in typed else f"{typed}:00")
    except clock.UnreadableTime:
        errors.append(FieldError(name, _("Please write an hour as 9:30.")))
        return None


def _day(text: str, errors: list[FieldError]) -> date | None:
    try:
        return clock.parse_day(text.strip()) if text.strip() else None
    except clock.ClockRefused:
        errors.append(FieldError("until", _("Please write a date as 2026-12-07.")))
        return None
