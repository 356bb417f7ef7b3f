"""One offer: the place it keeps, its row, its line in the audit."""

from __future__ import annotations

from datetime import datetime

from kalends.agenda import changes
from kalends.agenda.operations import places
from kalends.agenda.operations.turns import complete_turn
from kalends.agenda.queries.slots import Slot
from kalends.audit import operations as audit
from kalends.booking import links
from kalends.booking.events import OfferMade
from kalends.booking.models import Offer, OfferStatus, WaitlistEntry
from kalends.booking.operations.waiting.entries import today_of
from kalends.booking.rules import waiting as rules
from kalends.foundation import events, secrets
from kalends.foundation.actor import Actor, ChannelKind, system
from kalends.foundation.database.models import new_id
from kalends.foundation.database.writing import write
from kalends.organizations.models import Organization

# The house offers: neither notice nor the horizon of the public page binds it.
CHANNEL = ChannelKind.STAFF
BY = system("waiting list")


def make(
    organization: Organization,
    entry: WaitlistEntry,
    slot: Slot,
    *,
    way: rules.Way | None,
    told_at: datetime,
    by: Actor,
    now: datetime,
) -> Offer | None:
    """Give the place to the offer and tell it; None: the place is not to be had. The entry is locked.

    Without a way it is told by telephone. The time to answer begins at `told_at`: nobody is woken for it.
    """
    by_phone = way is None
    until = rules.answer_by(slot.starts_at, told_at, by_phone=by_phone)
    if until is None:
        return None
    _expire_late(organization, entry, now)
    offer_id, seed = new_id(), secrets.new_seed()
    complete_turn((slot.schedule.id,), slot)
    taken = places.take(
        organization_id=organization.id,
        schedule_id=slot.schedule.id,
        span=slot.span,
        capacity=slot.schedule.capacity,
        holder_id=offer_id,
        expires_at=until,
        needs=slot.needs,
    )
    if not taken:
        return None
    made = Offer(
        organization=organization,
        id=offer_id,
        entry_id=entry.id,
        schedule_id=slot.schedule.id,
        service_id=slot.service.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        made_at=now,
        made_on=today_of(organization, now),
        expires_at=until,
        by_phone=by_phone,
        told_by=way.by if way else rules.By.EMAIL,
        status_since=now,
        link_seed=seed,
        link_hash=secrets.derived(organization.id, seed, purpose=links.OFFER).hash,
    )
    what = {
        "schedule": str(made.schedule_id),
        "start": made.starts_at.isoformat(),
        "until": until.isoformat(),
        "rank": entry.rank,
        "waits_since": entry.created_at.isoformat(),
        "by_phone": by_phone,
    }
    write(made, audit.line("waiting:offer", entry, by=by, now=now, after=what))
    changes.tell(organization.id, made.schedule_id, slot.local_start.date())
    events.publish(OfferMade(made, entry, by, way))
    return made


def _expire_late(organization: Organization, entry: WaitlistEntry, now: datetime) -> None:
    """An earlier offer that is over and was not yet noticed: its place is given up, its row says so."""
    for late in organization.offers.filter(entry_id=entry.id, status=OfferStatus.OPEN):
        places.give_up(organization_id=organization.id, holder_id=late.id)
        late.status, late.status_since = OfferStatus.EXPIRED, now
        late.save(update_fields=["status", "status_since"])
        changes.tell_span(late.schedule, late.starts_at, late.ends_at)
