"""What is offered to somebody whose time has just been taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.agenda.queries.free_times import nearest_slots
from kalends.agenda.queries.slots import Slot
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.web.public import dates
from kalends.web.public.offers import Offers
from kalends.web.public.weeks import Time, time_of

COUNT = 3


@dataclass(frozen=True, slots=True)
class Alternative:
    """`when` has the day where it is another than the one that was wanted; `who` where it was left open."""

    time: Time
    slot: Slot
    when: str
    who: str


def alternatives_to(
    offers: Offers, *, service_id: UUID, schedule_id: UUID, provider_id: UUID | None, starts_at: datetime
) -> list[Alternative]:
    """The nearest free times: of that practitioner, or of everybody (None) where the practitioner was left open.

    Runs inside `acting`, after the transaction that was refused.
    """
    if provider_id is None:
        schedule_ids = [schedule.id for schedule in offers.schedules(service_id)]
    else:
        schedule_ids = [schedule_id]
    found = [
        slot
        for candidate in schedule_ids
        for slot in nearest_slots(
            offers.organization,
            service_id=service_id,
            schedule_id=candidate,
            starts_at=starts_at,
            channel=ChannelKind.WEBSITE,
            now=offers.now,
            count=COUNT,
        )
    ]
    wanted = clock.epoch_of(starts_at)
    nearest: dict[int, Slot] = {}
    for slot in sorted(found, key=lambda slot: (abs(slot.start - wanted), slot.start)):
        nearest.setdefault(slot.start, slot)
    chosen = sorted(list(nearest.values())[:COUNT], key=lambda slot: slot.start)
    return _told(chosen, wanted, named=provider_id is None and len(schedule_ids) > 1)


def _told(slots: Sequence[Slot], wanted: int, *, named: bool) -> list[Alternative]:
    return [
        Alternative(
            time_of(slot),
            slot,
            dates.hour(slot.local_start)
            if slot.local_start.date() == clock.local_date(wanted, slot.schedule.zone)
            else dates.moment(slot.local_start),
            slot.schedule.provider_name if named else "",
        )
        for slot in slots
    ]
