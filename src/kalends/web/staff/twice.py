"""From an hour that somebody types to the instant that is meant: in one night of autumn the clocks show some twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation import clock
from kalends.foundation.errors import FieldError, Invalid, Refusal

# What is asked of the one and the other end, in the night in which its hour comes twice.
WHICH = {"starts_at": "from_which", "ends_at": "to_which"}
TWO = [
    ("", "…"),
    ("first", gettext_lazy("before the clocks change")),
    ("second", gettext_lazy("after the clocks change")),
]


class Twice(Invalid):
    """Of the two instants of an hour, it is not said which one is meant."""

    def __init__(self, end: str) -> None:
        super().__init__([FieldError(end, _("On that day the clocks show this hour twice. Say which one."))])
        self.end = end


class AsksWhich(forms.Form):
    """A form for a time from one hour to another, which asks for more once it has met an hour that comes twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WHICH.values():
            if name in self.data:
                self._ask_which(name, must=False)  # another hour may have been typed meanwhile

    def ask_after(self, fault: Refusal) -> None:
        if isinstance(fault, Twice):
            self._ask_which(WHICH[fault.end], must=True)

    def _ask_which(self, name: str, *, must: bool) -> None:
        self.fields[name] = forms.ChoiceField(label=_("Which of the two?"), choices=TWO, required=must)


def instant(zone: ZoneInfo, day: date, minute: int | None, end: str, typed: dict[str, Any]) -> datetime:
    """Without an hour, the first moment of the day, as an end the last, also where the clocks jump over midnight.

    Raises Invalid (`end`) for an hour that the clocks jump over, and for years that the agenda does not know.

    Raises Twice for one that they show twice, unless it was said which is meant (CLK-07).
    """
    try:
        whole = clock.day_bounds(day, zone)
        found = (whole[end == "ends_at"],) if minute is None else clock.instants_of(day, minute, zone)
    except clock.DayOutOfRange:
        found = ()
    if not found:
        raise Invalid.field(end, _("This hour does not exist on that day."))
    which = typed.get(WHICH[end], "")
    if len(found) > 1 and not which:
        raise Twice(end)
    return datetime.fromtimestamp(found[-1 if which == "second" else 0], UTC)
