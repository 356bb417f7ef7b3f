"""Blocks: busy without a patient, or reserved ahead for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from kalends.agenda import changes
from kalends.agenda.models import Block, Schedule
from kalends.agenda.operations import laying
from kalends.agenda.refusals import PlaceTaken
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks, rows
from kalends.foundation.errors import FieldError, Invalid

LONGEST_BLOCK = timedelta(days=366)
FIELDS = frozenset({"starts_at", "ends_at", "reason", "is_pre_reservation", "source_uid"})


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
    laying.clear_expired(schedule, starts_at, ends_at, now)
    if not skip_taken and laying.taken(schedule, starts_at, ends_at).exists():
        raise PlaceTaken
    if not laying.sit(schedule, [block], _seats(schedule), now=now):
        return None
    block.save(force_insert=True)
    audit.record("block:add", block, by=by, now=now, after=_written(block))
    changes.tell_span(schedule, starts_at, ends_at)
    return block


def remove_block(block: Block, *, by: Actor, now: datetime) -> None:
    """Give the time back."""
    change_blocks(block.schedule, new=[], kept=[], removed=[block], now=now)
    audit.record("block:remove", block, by=by, now=now, before=_written(block))


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
    sitting = laying.sit(schedule, [*kept, *new], _seats(schedule), now=now)
    added = [block for block in new if block.id in sitting]
    Block.all_rows.bulk_create(added, batch_size=1000)
    touched = [*removed, *(block for block in kept if block.id in sitting), *added]
    if touched:
        changes.tell_span(schedule, min(one.starts_at for one in touched), max(one.ends_at for one in touched))
    return added


def cover_new_seats(schedule: Schedule, *, first: int, now: datetime) -> None:
    """The schedule has more seats now: what is blocked stays blocked on all of them."""
    blocks = list(schedule.blocks.filter(ends_at__gt=now).order_by("starts_at"))
    laying.sit(schedule, blocks, _seats(schedule, first=first), now=now)


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


def _seats(schedule: Schedule, *, first: int = 1) -> range:
    return range(first, schedule.capacity + 1)


def _written(block: Block) -> dict[str, str]:
    return {
        "schedule": str(block.schedule_id),
        "starts_at": block.starts_at.astimezone(UTC).isoformat(),
        "ends_at": block.ends_at.astimezone(UTC).isoformat(),
    }
