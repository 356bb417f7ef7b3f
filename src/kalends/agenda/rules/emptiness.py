"""Why there is no free time."""

from collections.abc import Iterable, Sequence
from typing import Literal

from kalends.agenda.rules.values import Busy, Span, Window

Reason = Literal["not_on_channel", "outside_window", "closed", "full", "no_gap"]


def why_empty(
    *,
    on_channel: bool,
    requested: Span,
    window: Window,
    open_spans: Sequence[Span],
    busy: Iterable[Busy],
    capacity: int,
) -> Reason:
    """The first reason, in the order of `Reason`, for which a range has no free time.

    A range that is open, but at no time inside the window, is outside the window rather than closed.
    Full means that no seat has a free minute in the open time of the range, whatever the visit needs.
    """
    if not on_channel:
        return "not_on_channel"
    allowed = max(requested[0], window.earliest), min(requested[1], window.latest)
    if allowed[0] >= allowed[1]:
        return "outside_window"
    asked = _within(open_spans, requested)
    bookable = _within(asked, allowed)
    if not bookable:
        return "outside_window" if asked else "closed"
    rows = sorted(busy)
    for seat in range(1, capacity + 1):
        taken = [(start, end) for start, end, row_seat in rows if row_seat == seat]
        if any(_has_free_minute(span, taken) for span in bookable):
            return "no_gap"
    return "full"


def _within(spans: Iterable[Span], bounds: Span) -> list[Span]:
    cut = ((max(start, bounds[0]), min(end, bounds[1])) for start, end in spans)
    return [span for span in cut if span[0] < span[1]]


def _has_free_minute(span: Span, taken: Sequence[Span]) -> bool:
    """`taken` is in order of start."""
    free_from = span[0]
    for start, end in taken:
        if min(start, span[1]) - free_from >= 60:
            return True
        free_from = max(free_from, end)
    return span[1] - free_from >= 60
