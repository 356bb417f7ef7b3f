"""A freed time goes round the waiting list: who gets it, and why others do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kalends.agenda.queries.free_times import free_times
from kalends.agenda.queries.plans import SchedulePlan
from kalends.agenda.queries.slots import Slot
from kalends.booking.models import ACTIVE, EntryStatus, Offer, OfferStatus, PassedOver, Status, WaitlistEntry
from kalends.booking.operations.waiting.entries import has_lost_visit, today_of
from kalends.booking.operations.waiting.making import BY, CHANNEL, make
from kalends.booking.queries.reach import ways_to
from kalends.booking.queries.waiting import entries
from kalends.booking.rules import waiting as rules
from kalends.delivery.policy import leaves_at
from kalends.foundation.database.writing import write
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Freed:
    """A time of one agenda that can be had again."""

    organization: Organization
    schedule: SchedulePlan
    begins: datetime
    ends: datetime
    now: datetime
    service_id: UUID
    """What was booked there: of several services that suit, it comes first."""


class Round:
    """One freed time goes round the waiting list."""

    def __init__(self, freed: Freed, left_by: UUID | None) -> None:
        self.freed = freed
        self.organization = freed.organization
        self.today = today_of(freed.organization, freed.now)
        self._slots: dict[UUID, list[Slot]] = {}
        waiting = entries(self.organization, status=EntryStatus.WAITING).filter(valid_until__gte=self.today)
        self.entries = [
            entry
            for entry in waiting
            if (not entry.schedules or freed.schedule.id in entry.schedules)
            and any(service in freed.schedule.offers for service in entry.services)
            and not has_lost_visit(entry, freed.now)
        ]
        self._look_up(left_by)

    def _look_up(self, left_by: UUID | None) -> None:
        """What happened to these people before, and how to tell them: seven questions, however many wait."""
        freed, ids = self.freed, [entry.id for entry in self.entries]
        people = {entry.contact_id for entry in self.entries}
        made = self.organization.offers.filter(entry_id__in=ids) if ids else []
        self.in_all, self.today_count = Counter[UUID](), Counter[UUID]()
        self.open, self.was_offered = set[UUID](), set[tuple[UUID, datetime]]()
        for one in made:
            self.in_all[one.entry_id] += 1
            self.today_count[one.entry_id] += one.made_on == self.today
            if one.status == OfferStatus.OPEN and one.expires_at > freed.now:
                self.open.add(one.entry_id)
            if one.schedule_id == freed.schedule.id:
                self.was_offered.add((one.entry_id, one.starts_at))
        self.ways = ways_to(self.organization, [entry.contact for entry in self.entries])
        self.told_at = leaves_at(self.organization, now=freed.now) if self.ways else {}
        self.visits: list[tuple[UUID, UUID, datetime, datetime]] = []
        self.left = {left_by} if left_by else set()
        if not people:
            return
        near = self.organization.appointments.filter(
            contact_id__in=people,
            starts_at__lt=freed.ends + timedelta(days=1),
            starts_at__gt=freed.begins - timedelta(days=2),
        )
        for visit in near:
            if visit.status in (*ACTIVE, Status.ARRIVED):
                self.visits.append((visit.contact_id, visit.id, visit.starts_at, visit.ends_at))
            elif (
                visit.status == Status.CANCELLED
                and visit.schedule_id == freed.schedule.id
                and freed.begins <= visit.starts_at < freed.ends
            ):
                self.left.add(visit.contact_id)
        gave_up = self.organization.passed_over.filter(
            entry_id__in=ids, schedule_id=freed.schedule.id, starts_at=freed.begins, why="gave_it_up"
        )
        given = set(gave_up.values_list("entry_id", flat=True))
        self.left |= {entry.contact_id for entry in self.entries if entry.id in given}

    def run(self) -> Offer | None:
        passed: list[PassedOver] = []
        made = None
        for entry in self.entries:
            slot, why = self._slot_for(entry)
            if slot is not None:
                locked = self._take_up(entry)
                made = self._offer(locked, slot) if locked else None
                if made:
                    break
                why = "being_changed"
            passed.append(self._passed(entry, why or "no_gap"))
        if passed:
            write(*passed)
        return made

    def _offer(self, entry: WaitlistEntry, slot: Slot) -> Offer | None:
        way = self.ways[entry.contact_id]
        return make(self.organization, entry, slot, way=way, told_at=self.told_at[way.by], by=BY, now=self.freed.now)

    def _take_up(self, entry: WaitlistEntry) -> WaitlistEntry | None:
        """Lock it, without waiting for who is at it: another freed time may be going round at this moment."""
        locked = self.organization.waitlist.select_for_update(skip_locked=True, no_key=True)
        found = locked.filter(id=entry.id, status=EntryStatus.WAITING).first()
        if (
            found is None
            or found.contact_id not in self.ways
            or found.offers.filter(made_at__gte=self.freed.now, status=OfferStatus.OPEN).exists()
        ):
            return None
        count = found.offers.filter(made_on=self.today).count()
        return found if count == self.today_count[entry.id] else None

    def _slot_for(self, entry: WaitlistEntry) -> tuple[Slot | None, str | None]:
        """What of the freed time suits this person, or why nothing does: the first reason that stands."""
        if why := rules.barred(self._standing(entry)):
            return None, why
        wish = rules.Wish(
            entry.services,
            frozenset(entry.schedules),
            frozenset(entry.weekdays),
            entry.from_minute,
            entry.to_minute,
            entry.valid_from,
            entry.valid_until,
        )
        why = None
        for slot in self._candidates(entry.services):
            reason = (
                rules.unsuited(wish, _start_of(slot))
                or self._is_late(entry, slot)
                or self._is_elsewhere(entry, slot)
                or self._is_told_too_late(entry, slot)
            )
            if reason is None:
                return slot, None
            why = why or reason
        return None, why or "no_gap"

    def _standing(self, entry: WaitlistEntry) -> rules.Standing:
        return rules.Standing(
            has_address=entry.contact_id in self.ways,
            has_open_offer=entry.id in self.open,
            offers_today=self.today_count[entry.id],
            offers_in_all=self.in_all[entry.id],
            most_a_day=entry.most_a_day,
            most_in_all=entry.most_in_all,
            was_offered_this=(entry.id, self.freed.begins) in self.was_offered,
            gave_this_up=entry.contact_id in self.left,
        )

    def _candidates(self, services: Sequence[UUID]) -> list[Slot]:
        """The freed start before later ones, the service that was booked before others, then as they were named."""
        known = sorted(
            (service for service in services if service in self.freed.schedule.offers),
            key=lambda service: service != self.freed.service_id,
        )
        begins = int(self.freed.begins.timestamp())
        found = [slot for service in known for slot in self._free(service)]
        return sorted(found, key=lambda slot: (slot.start != begins, slot.start))

    def _free(self, service_id: UUID) -> list[Slot]:
        """The free starts of a service inside the freed time, near enough to the future to be offered."""
        if service_id not in self._slots:
            freed = self.freed
            first = freed.begins.astimezone(freed.schedule.zone).date()
            last = freed.ends.astimezone(freed.schedule.zone).date()
            found = free_times(
                self.organization,
                service_id=service_id,
                first=first,
                last=last,
                channel=CHANNEL,
                now=freed.now,
                schedule_id=freed.schedule.id,
                want_next=False,
            )
            slots = found.slots if found else ()
            self._slots[service_id] = [slot for slot in slots if freed.begins <= slot.starts_at < freed.ends]
        return self._slots[service_id]

    def _is_late(self, entry: WaitlistEntry, slot: Slot) -> str | None:
        return "not_earlier" if entry.keeps is not None and slot.starts_at >= entry.keeps.starts_at else None

    def _is_elsewhere(self, entry: WaitlistEntry, slot: Slot) -> str | None:
        """They have a visit at that hour, other than the one that would be moved."""
        clash = any(
            who == entry.contact_id and visit != entry.keeps_id and begins < slot.ends_at and slot.starts_at < ends
            for who, visit, begins, ends in self.visits
        )
        return "visit_then" if clash else None

    def _is_told_too_late(self, entry: WaitlistEntry, slot: Slot) -> str | None:
        """What they are told by is quiet now, and when it is no longer the visit is too near: the next one is asked."""
        told_at = self.told_at[self.ways[entry.contact_id].by]
        asleep = told_at > self.freed.now
        return "quiet" if asleep and rules.answer_by(slot.starts_at, told_at) is None else None

    def _passed(self, entry: WaitlistEntry, why: str) -> PassedOver:
        return PassedOver(
            organization=self.organization,
            entry_id=entry.id,
            schedule_id=self.freed.schedule.id,
            starts_at=self.freed.begins,
            at=self.freed.now,
            why=why,
        )


def _start_of(slot: Slot) -> rules.Start:
    local = slot.local_start
    return rules.Start(local.date(), local.hour * 60 + local.minute, (slot.end - slot.start) // 60)
