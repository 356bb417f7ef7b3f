"""Free times, worked out on plain values: no database, no clock, no translation.

Instants are ints, seconds since 1970 in UTC. Wall times are minutes since local midnight, 0 to 1440 (24:00).
Lengths are minutes. Spans and periods are half open. The way to an answer:

    periods_of_day -> grid -> Window.cut -> Suiting.cut -> free_starts -> met_starts -> why_empty, where nothing is left
"""

from kalends.agenda.rules.checks import (
    CrossesMidnight,
    EndBeforeStart,
    NoServices,
    OpeningRefused,
    OutsideDay,
    Overlapping,
    UnknownWeekday,
    UnknownWeeks,
    ValidityReversed,
    ZeroLength,
    check_closure,
    check_override,
    check_rules,
)
from kalends.agenda.rules.emptiness import Reason, why_empty
from kalends.agenda.rules.needs import assign, met_starts
from kalends.agenda.rules.opening import grid, open_spans, periods_of_day
from kalends.agenda.rules.seats import free_starts, lowest_free_seat, nearest
from kalends.agenda.rules.suiting import ANY, Suiting
from kalends.agenda.rules.values import (
    Busy,
    Closure,
    DayOverride,
    Needs,
    OpeningRule,
    Period,
    Span,
    Visit,
    Weeks,
    Window,
)
from kalends.agenda.rules.window import booking_window

__all__ = [
    "ANY",
    "Busy",
    "Closure",
    "CrossesMidnight",
    "DayOverride",
    "EndBeforeStart",
    "Needs",
    "NoServices",
    "OpeningRefused",
    "OpeningRule",
    "OutsideDay",
    "Overlapping",
    "Period",
    "Reason",
    "Span",
    "Suiting",
    "UnknownWeekday",
    "UnknownWeeks",
    "ValidityReversed",
    "Visit",
    "Weeks",
    "Window",
    "ZeroLength",
    "assign",
    "booking_window",
    "check_closure",
    "check_override",
    "check_rules",
    "free_starts",
    "grid",
    "lowest_free_seat",
    "met_starts",
    "nearest",
    "open_spans",
    "periods_of_day",
    "why_empty",
]
