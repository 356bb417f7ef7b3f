"""Where blocks sit: on what is free of the seats, around whoever is there. One look at what is taken, one write:
for hundreds of blocks, one by one takes seconds."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet
from psycopg import errors as postgres

from kalends.agenda.models import Block, Occupancy, Schedule
from kalends.agenda.queries.occupied import LONGEST_PLACE
from kalends.agenda.refusals import PlaceTaken

# Free times look back by the longest place there may be, so a long block sits in pieces.
LONGEST_PIECE = timedelta(hours=24)

Stretch = tuple[datetime, datetime]


def sit(schedule: Schedule, blocks: Sequence[Block], seats: Iterable[int], *, now: datetime) -> set[UUID]:
    """Put `blocks` of `schedule` on what is free of `seats`, each in the order given; returns those that found a place.

    The caller has waited its turn.
    """
    if not blocks:
        return set()
    first, last = min(block.starts_at for block in blocks), max(block.ends_at for block in blocks)
    clear_expired(schedule, first, last, now)
    sitting: dict[int, list[Stretch]] = {seat: [] for seat in seats}
    found = taken(schedule, first, last).filter(seat__in=list(sitting)).order_by("starts_at")
    for seat, begin, end in found.values_list("seat", "starts_at", "ends_at"):
        sitting[seat].append((begin, end))
    made = [
        Occupancy(
            organization_id=schedule.organization_id,
            schedule_id=schedule.id,
            seat=seat,
            starts_at=begin,
            ends_at=end,
            holder_id=block.id,
        )
        for block in blocks
        for seat, stretches in sitting.items()
        for begin, end in _take((block.starts_at, block.ends_at), stretches)
    ]
    try:
        Occupancy.all_rows.bulk_create(made, batch_size=1000)
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise PlaceTaken from fault
        raise
    return {place.holder_id for place in made}


def taken(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> QuerySet[Occupancy]:
    """The places of the schedule between two instants, of every seat, expired ones too."""
    places: QuerySet[Occupancy] = schedule.occupancies.filter(
        starts_at__lt=ends_at, starts_at__gte=starts_at - LONGEST_PLACE, ends_at__gt=starts_at
    )
    return places


def clear_expired(schedule: Schedule, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    taken(schedule, starts_at, ends_at).filter(expires_at__lte=now).delete()


def pieces(stretch: Stretch) -> Iterator[Stretch]:
    begin, end = (moment.astimezone(UTC) for moment in stretch)
    while begin < end:
        yield begin, min(begin + LONGEST_PIECE, end)
        begin += LONGEST_PIECE


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
