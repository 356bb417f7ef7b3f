"""Many blocks of one schedule at once: one look at what is taken, one write. For hundreds, one by one takes seconds."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import IntegrityError
from psycopg import errors as postgres

from kalends.agenda import changes
from kalends.agenda.models import Block, Occupancy, Schedule
from kalends.agenda.operations.blocks import Stretch, clear_expired, pieces
from kalends.agenda.queries.occupied import LONGEST_PLACE
from kalends.agenda.refusals import PlaceTaken
from kalends.foundation.database import locks


def change_blocks(
    schedule: Schedule, *, new: Sequence[Block], kept: Sequence[Block], removed: Sequence[Block], now: datetime
) -> list[Block]:
    """Remove, spread and add blocks of busy time; returns the new ones that found a place, the others are not kept.

    Whoever is there stays: a block takes what is free around them, each in the order given. `kept` take what has
    become free under them meanwhile. The caller writes the line of audit.
    """
    locks.wait_turn(schedule.id)
    schedule = schedule.organization.schedules.get(id=schedule.id)  # its seats as they are now
    gone = [block.id for block in removed]
    schedule.occupancies.filter(holder_id__in=gone).delete()
    schedule.blocks.filter(id__in=gone).delete()
    places = _laid(schedule, [*kept, *new], now)
    sitting = {place.holder_id for place in places}
    added = [block for block in new if block.id in sitting]
    try:
        Occupancy.all_rows.bulk_create(places, batch_size=1000)
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise PlaceTaken from fault
        raise
    Block.all_rows.bulk_create(added, batch_size=1000)
    touched = [*removed, *(block for block in kept if block.id in sitting), *added]
    if touched:
        changes.tell_span(schedule, min(one.starts_at for one in touched), max(one.ends_at for one in touched))
    return added


def _laid(schedule: Schedule, blocks: Sequence[Block], now: datetime) -> list[Occupancy]:
    if not blocks:
        return []
    first, last = min(block.starts_at for block in blocks), max(block.ends_at for block in blocks)
    clear_expired(schedule, first, last, now)
    seats: dict[int, list[Stretch]] = {seat: [] for seat in range(1, schedule.capacity + 1)}
    found = schedule.occupancies.filter(
        seat__lte=schedule.capacity, starts_at__lt=last, starts_at__gte=first - LONGEST_PLACE, ends_at__gt=first
    )
    for seat, begin, end in found.order_by("starts_at").values_list("seat", "starts_at", "ends_at"):
        seats[seat].append((begin, end))
    return [
        Occupancy(
            organization_id=schedule.organization_id,
            schedule_id=schedule.id,
            seat=seat,
            starts_at=begin,
            ends_at=end,
            holder_id=block.id,
        )
        for block in blocks
        for seat, taken in seats.items()
        for begin, end in _take((block.starts_at, block.ends_at), taken)
    ]


def _take(whole: Stretch, taken: list[Stretch]) -> list[Stretch]:
    """What is free of `whole`, in pieces, which are put among `taken`: stretches in order that do not meet."""
    free = [piece for gap in _gaps(whole, taken) for piece in pieces(gap)]
    for piece in free:
        insort(taken, piece)
    return free


def _gaps(whole: Stretch, taken: list[Stretch]) -> Iterator[Stretch]:
    begin, end = whole
    at = max(0, bisect_right(taken, (begin, begin)) - 1)
    while at < len(taken) and taken[at][0] < end:
        other_begin, other_end = taken[at]
        if begin < other_begin:
            yield begin, other_begin
        begin = max(begin, other_end)
        at += 1
    if begin < end:
        yield begin, end
