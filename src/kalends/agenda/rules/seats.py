"""Which starts are free, given what sits where."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import accumulate

from kalends.agenda.rules.values import Busy, Span, Visit


def free_starts(grid: Sequence[int], visit: Visit, busy: Iterable[Busy], capacity: int) -> list[int]:
    """Those of the ascending `grid` at which one seat of 1 to `capacity` is free for all of the visit.

    The visit takes its own buffers along, and the busy spans include theirs, so that both count. Seats above
    the capacity are overbooked visits: they take no place from anybody.
    """
    reach, lead = (visit.duration + visit.after) * 60, visit.before * 60
    ordered = sorted(busy)
    if capacity == 1:
        return _free_of_one_seat(grid, ordered, reach, lead)
    turns = [0] * (len(grid) + 1)
    settled = [0] * (capacity + 1)
    for start, end, seat in ordered:
        if not 1 <= seat <= capacity:
            continue
        first = max(bisect_right(grid, start - reach), settled[seat])
        behind = bisect_left(grid, end + lead)
        if first < behind:
            turns[first] += 1
            turns[behind] -= 1
            settled[seat] = behind
    return [start for start, taken in zip(grid, accumulate(turns), strict=False) if taken < capacity]


def lowest_free_seat(span: Span, busy: Iterable[Busy], capacity: int) -> int | None:
    """The lowest seat of 1 to `capacity` that is free for the whole span (buffers included), or None."""
    taken = {seat for start, end, seat in busy if start < span[1] and span[0] < end}
    return next((seat for seat in range(1, capacity + 1) if seat not in taken), None)


def nearest(free: Iterable[int], wanted: int, count: int) -> list[int]:
    """The `count` free starts nearest to `wanted`, the earlier of two equally near, in order of time."""
    return sorted(nsmallest(count, free, key=lambda start: (abs(start - wanted), start)))


def _free_of_one_seat(grid: Sequence[int], ordered: Sequence[Busy], reach: int, lead: int) -> list[int]:
    """A busy span forbids the starts strictly between `its start - reach` and `its end + lead`.

    Forbidden stretches that run into each other are made one first, so that each costs one search.
    """
    sinces: list[int] = []
    untils: list[int] = []
    until = None
    for start, end, seat in ordered:
        if seat != 1:
            continue
        if until is not None and start - reach < until:
            if end + lead > until:
                untils[-1] = until = end + lead
        else:
            until = end + lead
            sinces.append(start - reach)
            untils.append(until)
    free: list[int] = []
    behind = 0
    for since, until in zip(sinces, untils, strict=True):
        free += grid[behind : bisect_right(grid, since, behind)]
        behind = bisect_left(grid, until, behind)
    free += grid[behind:]
    return free
