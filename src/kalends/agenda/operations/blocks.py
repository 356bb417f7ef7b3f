"""Blocks: busy without a patient, or reserved ahead for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError
from django.utils.translation import gettext as _
from psycopg import errors as postgres

from kalends.agenda import changes
from kalends.agenda.models import Block, Occupancy, Schedule
from kalends.agenda.operations import places
from kalends.agenda.queries.occupied import LONGEST_PLACE
from kalends.agenda.refusals import PlaceTaken
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import FieldError, Invalid

LONGEST_BLOCK = timedelta(days=366)
# Free times look back by the longest place there may be, so a long block sits in pieces.
LONGEST_PIECE = timedelta(hours=24)
FIELDS = frozenset({"starts_at", "ends_at", "reason", "is_pre_reservation", "source_uid"})

Stretch = tuple[datetime, datetime]


def add_block(
    schedule: Schedule,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    is_pre_reservation: bool = False,
    source_uid: str = "",
    skip_taken: bool = False,
    by: Actor,
    now: datetime,
) -> Block | None:
    """Keep every seat of `schedule` from one instant to another, at most 366 days.

    Raises PlaceTaken where somebody is there already, and Invalid. With `skip_taken` (busy time of another
    calendar) whoever is there stays and the block takes what is left around them; None: nothing was left.
    """
    check_times(starts_at, ends_at)
    locks.wait_turn(schedule.id)
    schedule = schedule.organization.schedules.get(id=schedule.id)  # its seats as they are now
    block = Block(organization_id=schedule.organization_id, schedule_id=schedule.id, created_at=now)
    sent = {"reason": reason, "is_pre_reservation": is_pre_reservation, "source_uid": source_uid}
    rows.fill(block, {"starts_at": starts_at, "ends_at": ends_at, **sent}, allowed=FIELDS)
    clear_expired(schedule, starts_at, ends_at, now)
    if not skip_taken and _taken(schedule, starts_at, ends_at).exists():
        raise PlaceTaken
    if not sit(block, schedule, range(1, schedule.capacity + 1)):
        return None
    block.save(force_insert=True)
    audit.record("block:add", block, by=by, now=now, after=_written(block))
    changes.tell_span(schedule, starts_at, ends_at)
    return block


def remove_block(block: Block, *, by: Actor, now: datetime) -> None:
    """Give the time back."""
    locks.wait_turn(block.schedule_id)
    places.give_up(organization_id=block.organization_id, holder_id=block.id)
    audit.record("block:remove", block, by=by, now=now, before=_written(block))
    changes.tell_span(block.schedule, block.starts_at, block.ends_at)
    block.delete()


def cover_new_seats(schedule: Schedule, *, first: int, now: datetime) -> None:
    """The schedule has more seats now: what is blocked stays blocked on all of them."""
    for block in schedule.blocks.filter(ends_at__gt=now).order_by("starts_at"):
        sit(block, schedule, range(first, schedule.capacity + 1))


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    errors = [
        FieldError(name, _("Please give a date and a time with its offset."))
        for name, moment in (("starts_at", starts_at), ("ends_at", ends_at))
        if moment.utcoffset() is None
    ]
    if errors:
        raise Invalid(errors)
    if ends_at <= starts_at:
        raise Invalid.field("ends_at", _("This ends before it begins."))
    if ends_at - starts_at > LONGEST_BLOCK:
        raise Invalid.field("ends_at", _("A block lasts at most a year. Close the agenda instead."))
    if not 1900 <= starts_at.year <= ends_at.year <= 2100:
        raise Invalid.field("starts_at", _("Please give a year between 1900 and 2100."))


def clear_expired(schedule: Schedule, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    _taken(schedule, starts_at, ends_at).filter(expires_at__lte=now).delete()


def _taken(schedule: Schedule, starts_at: datetime, ends_at: datetime):  # type: ignore[no-untyped-def]
    return schedule.occupancies.filter(
        starts_at__lt=ends_at, starts_at__gte=starts_at - LONGEST_PLACE, ends_at__gt=starts_at
    )


def sit(block: Block, schedule: Schedule, seats: Iterable[int]) -> int:
    """Put the block on what is free of `seats`; returns on how many places."""
    sitting: dict[int, list[Stretch]] = {}
    found = _taken(schedule, block.starts_at, block.ends_at).order_by("starts_at")
    for seat, begin, end in found.values_list("seat", "starts_at", "ends_at"):
        sitting.setdefault(seat, []).append((begin, end))
    made = [
        Occupancy(
            organization_id=block.organization_id,
            schedule_id=schedule.id,
            seat=seat,
            starts_at=begin,
            ends_at=end,
            holder_id=block.id,
        )
        for seat in seats
        for gap in _gaps((block.starts_at, block.ends_at), sitting.get(seat, []))
        for begin, end in pieces(gap)
    ]
    try:
        Occupancy.all_rows.bulk_create(made, batch_size=1000)
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise PlaceTaken from fault
        raise
    return len(made)


def _gaps(whole: Stretch, taken: Iterable[Stretch]) -> Iterator[Stretch]:
    """What `taken`, in order, leaves of `whole`."""
    begin, end = whole
    for other_begin, other_end in taken:
        if begin < other_begin:
            yield begin, min(other_begin, end)
        begin = max(begin, other_end)
    if begin < end:
        yield begin, end


def pieces(stretch: Stretch) -> Iterator[Stretch]:
    begin, end = (moment.astimezone(UTC) for moment in stretch)
    while begin < end:
        yield begin, min(begin + LONGEST_PIECE, end)
        begin += LONGEST_PIECE


def _written(block: Block) -> dict[str, str]:
    return {
        "schedule": str(block.schedule_id),
        "starts_at": block.starts_at.astimezone(UTC).isoformat(),
        "ends_at": block.ends_at.astimezone(UTC).isoformat(),
    }
