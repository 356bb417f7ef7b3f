"""Why a place could not be taken."""

from __future__ import annotations

from datetime import UTC, datetime

from kalends.agenda.queries.slots import Slot
from kalends.booking.queries.waiting import open_offers
from kalends.booking.refusals import SlotOffered, SlotTaken
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization


def why_taken(organization: Organization, slot: Slot, *, by: Actor, now: datetime) -> SlotTaken:
    """Staff are told when it is an offer to the waiting list that keeps it (WL-03); everybody else, only that it is."""
    if not by.is_staff:
        return SlotTaken()
    begin, end = (datetime.fromtimestamp(instant, UTC) for instant in slot.span)
    offer = open_offers(organization, schedule_ids=[slot.schedule.id], begin=begin, end=end, now=now).first()
    if offer is None:
        return SlotTaken()
    until = clock.wall(clock.epoch_of(offer.expires_at), slot.schedule.zone)
    return SlotOffered(offer.entry.contact.full_name, f"{until.hour}:{until.minute:02}", offer.id)
