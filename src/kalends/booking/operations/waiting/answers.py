"""What becomes of an offer: accepted, declined, withdrawn by staff, expired; and leaving the list."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kalends.agenda import changes
from kalends.agenda.operations import places
from kalends.agenda.operations.turns import complete_turn
from kalends.agenda.queries.free_times import free_slot
from kalends.agenda.queries.slots import Slot
from kalends.audit import operations as audit
from kalends.booking.events import AppointmentMoved, Left, OfferWithdrawn, PlaceFreed
from kalends.booking.models import ACTIVE, Appointment, EntryStatus, Offer, OfferStatus, WaitlistEntry
from kalends.booking.operations.booking import write_down
from kalends.booking.operations.changes import put
from kalends.booking.operations.waiting.entries import close, has_lost_visit
from kalends.booking.operations.waiting.making import CHANNEL
from kalends.booking.operations.waiting.offers import offer_place
from kalends.booking.refusals import OfferGone, OfferOver, SlotNotOpen
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.database.models import new_id
from kalends.organizations.models import Organization


def accept(organization: Organization, offer_id: UUID, *, by: Actor, now: datetime) -> Appointment:
    """Take the offered time: a visit is booked, or the kept one moves there in the same act and frees its place.

    Said twice, or by two at once, the visit of the first answer stands (WL-01). Neither cut-offs nor the number
    of moves bind: the house has offered. Raises OfferOver for every offer that is no longer open, OfferGone,
    SlotNotOpen (the hours were changed meanwhile), TwoPlacesAtOnce (WL-05); then nothing has changed.
    """
    offer, entry = _locked(organization, offer_id, with_kept=True)
    if offer.status == OfferStatus.ACCEPTED and offer.appointment_id:
        return organization.appointments.get(id=offer.appointment_id)
    if offer.status != OfferStatus.OPEN or offer.expires_at <= now or entry.status != EntryStatus.WAITING:
        raise OfferOver
    slot = free_slot(
        organization,
        service_id=offer.service_id,
        schedule_id=offer.schedule_id,
        starts_at=offer.starts_at,
        channel=CHANNEL,
        now=now,
    )
    if slot is None:
        raise SlotNotOpen
    kept = _kept(organization, entry, now)
    close(entry, EntryStatus.BOOKED, now=now)
    _settle(offer, OfferStatus.ACCEPTED, now=now)
    if kept is None:
        appointment = _book(organization, offer, entry, slot, by=by, now=now)
    else:
        appointment = _move(organization, offer, kept, slot, by=by, now=now)
    organization.offers.filter(id=offer.id).update(appointment_id=appointment.id)
    audit.record("waiting:accept", entry, by=by, now=now, after={"appointment": str(appointment.id)})
    return appointment


def decline(organization: Organization, offer_id: UUID, *, by: Actor, now: datetime) -> Offer:
    """No, thank you: the entry stays, the time goes to the next. Said twice, it stays said once. Raises OfferOver."""
    return _end(organization, offer_id, OfferStatus.DECLINED, "waiting:decline", by=by, now=now)


def withdraw(
    organization: Organization, offer_id: UUID, *, by: Actor, now: datetime, offer_next: bool = False
) -> Offer:
    """Staff take the time back, to book it themselves or (`offer_next`) to give it to the next; the person is told.

    Raises OfferOver.
    """
    offer = _end(organization, offer_id, OfferStatus.WITHDRAWN, "waiting:withdraw", by=by, now=now, goes_on=offer_next)
    events.publish(OfferWithdrawn(offer, offer.entry, by))
    return offer


def expire(organization: Organization, offer_id: UUID, *, by: Actor, now: datetime) -> Offer | None:
    """The time to answer is over: the place is free and goes to the next. None: it was not due (any more)."""
    offer, entry = _locked(organization, offer_id)
    if offer.status != OfferStatus.OPEN or offer.expires_at > now:
        return None
    _release(organization, offer, entry, OfferStatus.EXPIRED, now=now)
    audit.record("waiting:expire", entry, by=by, now=now, after=_told(offer))
    _to_the_next(organization, offer, now=now)
    return offer


def leave(organization: Organization, entry_id: UUID, *, by: Actor, now: datetime) -> WaitlistEntry:
    """Off the list; said twice, it stays said once. An open offer ends with it and goes to the next."""
    held = organization.offers.filter(entry_id=entry_id, status=OfferStatus.OPEN).first()
    if held is not None:
        locks.wait_turn(held.schedule_id)
    entry = organization.waitlist.select_for_update(no_key=True).get(id=entry_id)
    if entry.status != EntryStatus.WAITING:
        return entry
    close(entry, EntryStatus.WITHDRAWN, now=now)
    audit.record("waiting:leave", entry, by=by, now=now)
    if held is not None and organization.offers.filter(id=held.id, status=OfferStatus.OPEN).exists():
        _release(organization, held, entry, OfferStatus.DECLINED, now=now)
        _to_the_next(organization, held, now=now)
    return entry


def _end(
    organization: Organization,
    offer_id: UUID,
    status: OfferStatus,
    act: str,
    *,
    by: Actor,
    now: datetime,
    goes_on: bool = True,
) -> Offer:
    offer, entry = _locked(organization, offer_id)
    if offer.status == status:
        return offer
    if offer.status != OfferStatus.OPEN or offer.expires_at <= now:
        raise OfferOver
    _release(organization, offer, entry, status, now=now)
    audit.record(act, entry, by=by, now=now, after=_told(offer))
    if goes_on:
        _to_the_next(organization, offer, now=now)
    return offer


def _locked(organization: Organization, offer_id: UUID, *, with_kept: bool = False) -> tuple[Offer, WaitlistEntry]:
    """The offer and its entry, after their turn at the schedules concerned. Raises OfferGone."""
    known = organization.offers.select_related("entry__keeps").get(id=offer_id)
    kept = known.entry.keeps if with_kept else None
    locks.wait_turn(known.schedule_id, *([kept.schedule_id] if kept else ()))
    entry = organization.waitlist.select_for_update(no_key=True).get(id=known.entry_id)
    offer: Offer = organization.offers.select_for_update(no_key=True).get(id=offer_id)
    if entry.contact.merged_into_id is not None:
        raise OfferGone
    offer.entry = entry
    return offer, entry


def _kept(organization: Organization, entry: WaitlistEntry, now: datetime) -> Appointment | None:
    """The visit to move; None where none was kept, or it is no longer to come: then the offer books."""
    if entry.keeps_id is None:
        return None
    kept = organization.appointments.select_for_update().get(id=entry.keeps_id)
    return kept if kept.status in ACTIVE and kept.starts_at > now else None


def _book(
    organization: Organization, offer: Offer, entry: WaitlistEntry, slot: Slot, *, by: Actor, now: datetime
) -> Appointment:
    appointment_id = new_id()
    _sit(organization, offer, slot, appointment_id)
    return write_down(organization, slot, entry.contact, appointment_id, by=by, now=now, language=entry.language)


def _move(
    organization: Organization, offer: Offer, kept: Appointment, slot: Slot, *, by: Actor, now: datetime
) -> Appointment:
    left = kept.schedule_id, kept.starts_at, kept.ends_at
    places.give_up(organization_id=organization.id, holder_id=kept.id)
    _sit(organization, offer, slot, kept.id)
    put(kept, slot, by=by, now=now, counts=False)
    events.publish(AppointmentMoved(kept, by, left=Left(*left[:2])))
    events.publish(PlaceFreed(kept, *left, by, now))
    return kept


def _sit(organization: Organization, offer: Offer, slot: Slot, holder_id: UUID) -> None:
    """The offer's place becomes the visit's. Raises OfferOver when the clock has run out in this very moment."""
    complete_turn((slot.schedule.id,), slot)
    if not places.make_firm(
        organization_id=organization.id,
        schedule_id=slot.schedule.id,
        span=slot.span,
        hold_id=offer.id,
        holder_id=holder_id,
        needs=slot.needs,
    ):
        raise OfferOver


def _release(
    organization: Organization, offer: Offer, entry: WaitlistEntry, status: OfferStatus, *, now: datetime
) -> None:
    places.give_up(organization_id=organization.id, holder_id=offer.id)
    changes.tell_span(offer.schedule, offer.starts_at, offer.ends_at)
    _settle(offer, status, now=now)
    if entry.status == EntryStatus.WAITING and has_lost_visit(entry, now):
        close(entry, EntryStatus.WITHDRAWN, now=now)


def _settle(offer: Offer, status: OfferStatus, *, now: datetime) -> None:
    offer.status, offer.status_since = status, now
    offer.save(update_fields=["status", "status_since"])


def _to_the_next(organization: Organization, offer: Offer, *, now: datetime) -> None:
    offer_place(
        organization,
        schedule_id=offer.schedule_id,
        begins=offer.starts_at,
        ends=offer.ends_at,
        service_id=offer.service_id,
        now=now,
    )


def _told(offer: Offer) -> dict[str, str]:
    return {"schedule": str(offer.schedule_id), "start": offer.starts_at.isoformat(), "status": offer.status}
