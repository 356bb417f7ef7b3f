"""The text message, in the words of seed 001 (CLI-24): in every language within the 7-bit alphabet of phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from kalends.notifications.texts import days

LONGEST = 160
# No date and hour is longer: two figures each.
LONGEST_DATE = datetime(2028, 12, 28, 22, 58, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A visit as the message names it: the account's name and the wall time."""

    client: str
    local: datetime


def sms(visits: Sequence[Remembered], *, is_over: bool = False, supplement: str = "") -> str:
    """In the active language."""
    first = visits[0].local
    said = {
        "client": ", ".join(dict.fromkeys(visit.client for visit in visits)),
        "date": days.short_day(first, _language()),
        "time": ", ".join(dict.fromkeys(days.short_hour(visit.local, _language()) for visit in visits)),
    }
    if is_over:
        text = _("%(client)s: after your appointment on %(date)s") % said
    elif len(visits) > 1:
        text = _("%(client)s reminds you of your appointments on %(date)s at %(time)s") % said
    else:
        text = _("%(client)s reminds you of your appointment on %(date)s at %(time)s") % said
    return f"{text} {supplement}".strip()


def longest_sms(client: str, language: str, *, is_over: bool = False, supplement: str = "") -> str:
    """With the longest date, for whoever writes a supplement."""
    with override(language):
        return sms([Remembered(client, LONGEST_DATE)], is_over=is_over, supplement=supplement)


def _language() -> str:
    return get_language() or "en"
