"""Rooms and devices: at which starts there is something left for each need of a visit."""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from uuid import UUID

from kalends.agenda.rules.values import Needs, Span, Visit


def assign(needs: Needs, free: Container[UUID]) -> tuple[UUID, ...] | None:
    """One free resource for each need, none for two of them; None where that cannot be.

    Each need takes the first of its choices that is free; it makes room only for a need that could not be met
    otherwise. The same question has the same answer.
    """
    takers: dict[UUID, int] = {}
    for number, choices in enumerate(needs):
        first = next((one for one in choices if one in free and one not in takers), None)
        if first is not None:
            takers[first] = number
        elif not _make_room(number, needs, free, takers, set()):
            return None
    taken = {number: resource for resource, number in takers.items()}
    return tuple(taken[number] for number in range(len(needs)))


def met_starts(
    starts: Sequence[int], visit: Visit, needs: Needs, taken: Mapping[UUID, Iterable[Span]]
) -> Sequence[int]:
    """Those of `starts` at which every need can be met for all of the visit, its buffers included."""
    if not needs or not starts:
        return starts
    busy = {one: _merged(taken.get(one, ())) for choices in needs for one in choices}
    met = []
    for start in starts:
        span = visit.occupied(start)
        if assign(needs, {one for one, spans in busy.items() if _is_free(span, spans)}) is not None:
            met.append(start)
    return met


def _make_room(number: int, needs: Needs, free: Container[UUID], takers: dict[UUID, int], tried: set[UUID]) -> bool:
    """Give `number` one of its choices by letting who has it take another: an augmenting path."""
    for resource in needs[number]:
        if resource not in free or resource in tried:
            continue
        tried.add(resource)
        taker = takers.get(resource)
        if taker is None or _make_room(taker, needs, free, takers, tried):
            takers[resource] = number
            return True
    return False


def _merged(spans: Iterable[Span]) -> tuple[list[int], list[int]]:
    """Begins and ends, in order; what runs into each other is one."""
    begins: list[int] = []
    ends: list[int] = []
    for begin, end in sorted(spans):
        if ends and begin <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            begins.append(begin)
            ends.append(end)
    return begins, ends


def _is_free(span: Span, spans: tuple[list[int], list[int]]) -> bool:
    """No stretch both ends after the span begins and begins before it ends."""
    begins, ends = spans
    return bisect_right(ends, span[0]) == bisect_left(begins, span[1])
