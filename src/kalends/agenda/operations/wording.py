"""The sentences for opening hours that cannot be: from the named refusals of the rules to what people read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kalends.agenda import rules
from kalends.foundation.errors import FieldError, Text

DAY_OUT_OF_RANGE = _("Please give a year between 1900 and 2100.")

_SENTENCES: dict[type[rules.OpeningRefused], Text] = {
    rules.ZeroLength: _("This begins and ends at the same time."),
    rules.EndBeforeStart: _("This ends before it begins. Write a night as two: until 24:00, and from 00:00."),
    rules.CrossesMidnight: _("This goes past midnight. Write a night as two: until 24:00, and from 00:00."),
    rules.OutsideDay: _("Please give a time between 00:00 and 24:00."),
    rules.Overlapping: _("This overlaps with other hours of the same day."),
    rules.UnknownWeekday: _("Please give a day of the week, 1 (Monday) to 7 (Sunday)."),
    rules.UnknownWeeks: _("Please choose all, odd or even weeks."),
    rules.ValidityReversed: _("This date is before the first one."),
    rules.NoServices: _("Choose at least one service, or none at all to open for every service."),
}
# What the outside calls the fields of rules and periods.
_OUTSIDE_NAMES = {"start": "from", "end": "to"}


def field_error(fault: rules.OpeningRefused, where: str = "") -> FieldError:
    """`where` is what stands before the field's name: `rules[3]`."""
    name = _OUTSIDE_NAMES.get(fault.field, fault.field) if where else fault.field
    return FieldError(f"{where}.{name}" if where else name, _SENTENCES[type(fault)])
