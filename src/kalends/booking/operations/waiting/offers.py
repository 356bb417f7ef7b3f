"""Offering a time to who waits: the first of whom it suits, or the one whom staff choose."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kalends.agenda.operations.turns import turn
from kalends.agenda.queries.free_times import free_slot
from kalends.agenda.queries.options import with_waiting_list
from kalends.agenda.queries.plans import plan_of
from kalends.audit import operations as audit
from kalends.booking.events import PlaceFreed
from kalends.booking.models import EntryStatus, Offer, OfferStatus, Status
from kalends.booking.operations.taken import why_taken
from kalends.booking.operations.waiting.entries import close
from kalends.booking.operations.waiting.making import BY, CHANNEL, make
from kalends.booking.operations.waiting.rounds import Freed, Round
from kalends.booking.queries.reach import way_to
from kalends.booking.refusals import EntryOver, NoAddress, NoWaitingList, OfferOpen, SlotNotOpen, TooNear
from kalends.booking.rules import waiting as rules
from kalends.delivery.policy import leaves_at
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.organizations.models import Organization


def offer_freed(event: PlaceFreed) -> None:
    """A visit has left its place. Runs inside the act that freed it, which holds the schedule's turn."""
    left = event.appointment
    if left.status == Status.CANCELLED:
        _end_with_visit(left.organization, left.id, now=event.now)
    offer_place(
        left.organization,
        schedule_id=event.schedule_id,
        begins=event.starts_at,
        ends=event.ends_at,
        service_id=left.service_id,
        left_by=left.contact_id,
        now=event.now,
    )


def offer_place(
    organization: Organization,
    *,
    schedule_id: UUID,
    begins: datetime,
    ends: datetime,
    service_id: UUID,
    now: datetime,
    left_by: UUID | None = None,
) -> Offer | None:
    """Offer what is free between two instants to the first waiting person whom it suits; None: to nobody.

    The caller holds the schedule's turn. A visit of any service waited for that may begin in the freed time and
    is free to its end counts, the freed start before later ones. Whoever waits for this agenda, comes before the
    one chosen and is passed over is written down with the reason. Near the visit, or where the practitioner keeps
    no list (any more), nothing is offered (WL-08).
    """
    plan = plan_of(organization).schedules.get(schedule_id)
    if plan is None or rules.answer_by(begins, now) is None:
        return None
    if not with_waiting_list(organization, [plan.provider_id]):
        return None
    freed = Freed(organization, plan, begins, ends, now, service_id)
    return Round(freed, left_by).run()


def offer(
    organization: Organization,
    entry_id: UUID,
    *,
    schedule_id: UUID,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    service_id: UUID | None = None,
    by_phone: bool = False,
) -> Offer:
    """Staff offer a free time to somebody who waits, whatever their turn, days, hours and limits.

    By telephone nothing is sent and the time is kept for 15 minutes. In quiet hours it is told when they end, and the
    time to answer begins then. Without `service_id` it is the first service
    waited for. Raises EntryOver, OfferOpen, NoAddress, NoWaitingList, TooNear, SlotNotOpen, SlotTaken.
    """
    known = service_id or organization.waitlist.get(id=entry_id).services[0]
    locks.wait_turn(schedule_id, *turn(organization, schedule_id, known))
    entry = organization.waitlist.select_for_update(no_key=True).get(id=entry_id)
    if entry.status != EntryStatus.WAITING:
        raise EntryOver
    if entry.offers.filter(status=OfferStatus.OPEN, expires_at__gt=now).exists():
        raise OfferOpen
    way = None if by_phone else way_to(organization, entry.contact)
    if way is None and not by_phone:
        raise NoAddress
    slot = free_slot(
        organization,
        service_id=service_id or entry.services[0],
        schedule_id=schedule_id,
        starts_at=starts_at,
        channel=CHANNEL,
        now=now,
    )
    if slot is None:
        raise SlotNotOpen
    if not with_waiting_list(organization, [slot.schedule.provider_id]):
        raise NoWaitingList
    told_at = leaves_at(organization, now=now)[way.by] if way else now
    if rules.answer_by(starts_at, told_at) is None:
        raise TooNear
    made = make(organization, entry, slot, way=way, told_at=told_at, by=by, now=now)
    if made is None:
        raise why_taken(organization, slot, by=by, now=now)
    return made


def _end_with_visit(organization: Organization, appointment_id: UUID, *, now: datetime) -> None:
    """Who waited for something earlier than a cancelled visit waits no more, unless an offer is still open."""
    for entry in organization.waitlist.filter(keeps_id=appointment_id, status=EntryStatus.WAITING):
        if not entry.offers.filter(status=OfferStatus.OPEN, expires_at__gt=now).exists():
            close(entry, EntryStatus.WITHDRAWN, now=now)
            audit.record("waiting:end", entry, by=BY, now=now)
