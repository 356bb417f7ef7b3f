"""Joining the waiting list, changing what one waits for, leaving."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.agenda.queries.plans import AgendaPlan, plan_of
from kalends.audit import operations as audit
from kalends.booking import links, rules
from kalends.booking.events import WaitingListJoined
from kalends.booking.models import ACTIVE, Appointment, EntryStatus, OfferStatus, WaitlistEntry
from kalends.booking.queries.waiting import keeps_list
from kalends.booking.refusals import EntryOver, KnownPatientsOnly, NoWaitingList, TooManyEntries, WrongState
from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.contacts.rules import ContactData
from kalends.foundation import clock, events, secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError, Invalid
from kalends.organizations.models import Organization

FIELDS = frozenset(
    {
        "services",
        "schedules",
        "weekdays",
        "from_minute",
        "to_minute",
        "valid_from",
        "valid_until",
        "note",
        "rank",
        "most_a_day",
        "most_in_all",
    }
)
BOUNDS: rows.Bounds = {
    "from_minute": (0, 1439),
    "to_minute": (1, 2880),
    "rank": (-100, 100),
    "most_a_day": (1, 20),
    "most_in_all": (1, 100),
}
WAITS_AT_MOST_DAYS = 366
WAITS_AT_FIRST_DAYS = 60
MOST_OF_ONE_PATIENT = 3


def join(
    organization: Organization,
    *,
    contact: Contact | ContactData,
    by: Actor,
    now: datetime,
    keeps_id: UUID | None = None,
    language: str | None = None,
    tell_patient: bool = True,
    **fields: Any,
) -> WaitlistEntry:
    """Put somebody on the waiting list. `fields`: some of `FIELDS`, at least `services` unless a visit is kept.

    With `keeps_id` they wait for something earlier than that visit, which stays until an offer is accepted; asked
    again for the same visit, the entry that is there is answered. Raises Invalid, NoWaitingList, WrongState,
    TooManyEntries (patients who enter themselves wait for three things at most), KnownPatientsOnly.
    """
    today = today_of(organization, now)
    kept = _kept(organization, keeps_id, now) if keeps_id else None
    if kept is not None:
        if there := organization.waitlist.filter(keeps_id=kept.id, status=EntryStatus.WAITING).first():
            return there
        fields = {"services": [kept.service_id], "valid_until": kept.local_day, **fields}
    if isinstance(contact, ContactData):
        found = contacts.find_or_make(organization, contact, by=by, now=now)
        contact = found.contact
        if not by.is_staff and not found.was_known:
            _refuse_strangers(organization, fields["services"])
    if not by.is_staff and contact.waitlist.filter(status=EntryStatus.WAITING).count() >= MOST_OF_ONE_PATIENT:
        raise TooManyEntries
    seed = secrets.new_seed()
    entry = WaitlistEntry(
        organization=organization,
        contact=contact,
        keeps_id=keeps_id,
        language=language or contact.language,
        source=by.channel,
        link_seed=seed,
        link_hash=secrets.derived(organization.id, seed, purpose=links.WAITING).hash,
        created_at=now,
        created_by=by.label[:200],
        status_since=now,
    )
    first = {"services": [], "valid_from": today, "valid_until": today + timedelta(days=WAITS_AT_FIRST_DAYS)}
    changes = _fill(organization, entry, {**first, **fields})
    rows.insert(entry)
    audit.record("waiting:join", entry, by=by, now=now, after=changes.after)
    events.publish(WaitingListJoined(entry, by, tell_patient))
    return entry


def edit(organization: Organization, entry_id: UUID, *, by: Actor, now: datetime, **fields: Any) -> WaitlistEntry:
    """Change some of `FIELDS`. The place in the order stays, unless the rank changes. Raises Invalid, EntryOver."""
    entry = organization.waitlist.select_for_update(no_key=True).get(id=entry_id)
    if entry.status != EntryStatus.WAITING:
        raise EntryOver
    changes = _fill(organization, entry, fields)
    rows.update(entry, changes)
    audit.record("waiting:edit", entry, by=by, now=now, before=changes.before, after=changes.after)
    return entry


def close(entry: WaitlistEntry, status: EntryStatus, *, now: datetime) -> None:
    entry.status, entry.status_since = status, now
    entry.save(update_fields=["status", "status_since"])


def end_old(organization: Organization, *, by: Actor, now: datetime) -> int:
    """Entries whose last day has passed, or whose kept visit is over, wait no more. Says how many ended.

    Who is being offered something keeps their place until that is answered or over.
    """
    today = today_of(organization, now)
    waiting = organization.waitlist.filter(status=EntryStatus.WAITING).select_related("keeps")
    offered = set(organization.offers.filter(status=OfferStatus.OPEN).values_list("entry_id", flat=True))
    past = [
        entry
        for entry in waiting.exclude(valid_until__gte=today, keeps_id=None)
        if entry.id not in offered and (entry.valid_until < today or has_lost_visit(entry, now))
    ]
    for entry in past:
        close(entry, EntryStatus.EXPIRED, now=now)
        audit.record("waiting:end", entry, by=by, now=now)
    return len(past)


def has_lost_visit(entry: WaitlistEntry, now: datetime) -> bool:
    """It waited for something earlier than a visit that is no longer to come."""
    return entry.keeps is not None and (entry.keeps.status not in ACTIVE or entry.keeps.starts_at <= now)


def today_of(organization: Organization, now: datetime) -> date:
    return clock.local_date(clock.epoch_of(now), clock.zone(organization.time_zone))


def _kept(organization: Organization, appointment_id: UUID, now: datetime) -> Appointment:
    kept = organization.appointments.select_for_update(no_key=True).get(id=appointment_id)
    if kept.status not in ACTIVE or kept.starts_at <= now:
        raise WrongState
    return kept


def _fill(organization: Organization, entry: WaitlistEntry, fields: Mapping[str, Any]) -> rows.Changes:
    """Set and check. Raises Invalid with every bad field, NoWaitingList."""
    changes = rows.fill(entry, fields, allowed=FIELDS, bounds=BOUNDS)
    plan = plan_of(organization)
    errors = [
        FieldError("services", _("Choose at least one service."))
        if not entry.services
        else FieldError("services", _("There is no such service."))
        if not set(entry.services) <= plan.services.keys()
        else None,
        FieldError("schedules", _("There is no such agenda."))
        if not set(entry.schedules) <= plan.schedules.keys()
        else None,
        FieldError("weekdays", _("A weekday is 1 (Monday) to 7 (Sunday)."))
        if not set(entry.weekdays) <= set(range(1, 8))
        else None,
        FieldError("to_minute", _("The end must be after the start, and at most a day later."))
        if not entry.from_minute < entry.to_minute <= entry.from_minute + rules.waiting.DAY
        else None,
        FieldError("valid_until", _("The last day must not be before the first, nor more than a year after it."))
        if not entry.valid_from <= entry.valid_until <= entry.valid_from + timedelta(days=WAITS_AT_MOST_DAYS)
        else None,
    ]
    if found := [error for error in errors if error is not None]:
        raise Invalid(found)
    if not _is_kept(organization, plan, entry):
        raise NoWaitingList
    return changes


def _refuse_strangers(organization: Organization, services: Collection[UUID]) -> None:
    """Raises KnownPatientsOnly where every service waited for is for patients of the practice."""
    known = plan_of(organization).services
    if not any(known[service].new_patients for service in services if service in known):
        raise KnownPatientsOnly


def _is_kept(organization: Organization, plan: AgendaPlan, entry: WaitlistEntry) -> bool:
    """Some agenda that is waited for offers such a service, and its practitioner keeps a list (CLI-10)."""
    wanted = set(entry.schedules)
    listed = {id_ for service_id in entry.services for id_ in keeps_list(organization, plan, service_id)}
    return bool(listed & wanted if wanted else listed)
