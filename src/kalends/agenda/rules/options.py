"""What the agenda options of a practitioner may say (CLI-10 to CLI-18)."""

from __future__ import annotations

LEAST_DAYS_OF_A_WEEK = 5
"""The agenda steps by the week, from Monday, only from so many days shown upward (CLI-13)."""

REQUIRABLE = ("email", "birth_date", "address", "postcode", "town", "remark", "reason")
"""What the booking window may have to ask for (CLI-18)."""

REMINDED_BY = ("email", "sms")
"""How patients are reminded at once; internal messages do not reach them (CLI-17)."""


def steps_by_week(days_shown: int) -> bool:
    """Whether stepping by the week can be chosen."""
    return days_shown >= LEAST_DAYS_OF_A_WEEK
