"""What was planned, and whether it still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.booking.models import Appointment, Status
from kalends.contacts.models import Consent
from kalends.foundation.database.reading import read, read_with
from kalends.notifications.models import Reminder, ReminderBy, ReminderRule, Side, Unit
from kalends.organizations.models import Location, Organization, Provider

COMING = (Status.BOOKED, Status.CONFIRMED)
# A new account has two, both off (CLI-19).
AT_FIRST = ((1, 2, Unit.DAYS), (2, 24, Unit.HOURS))

# Each half by an index of its own (models.py).
_TOLD = """
organization_id = $1 AND (id = ANY ($2) AND message_id = id OR message_id = ANY ($2) AND message_id <> id)
ORDER BY starts_at, id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A visit in a message, as it was planned; `holds`: it may still be said."""

    appointment: Appointment
    starts_at: datetime
    rule: ReminderRule | None
    holds: bool


def rules_of(organization: Organization, provider_id: UUID) -> list[ReminderRule]:
    """The reminders of one account by number; those of a new account as rows not yet written."""
    known = {rule.number: rule for rule in organization.reminder_rules.filter(provider_id=provider_id)}
    for number, amount, unit in AT_FIRST:
        known.setdefault(
            number,
            ReminderRule(organization=organization, provider_id=provider_id, number=number, amount=amount, unit=unit),
        )
    return [known[number] for number in sorted(known)]


def locations_of(provider: Provider) -> list[Location]:
    """Where the visits of an account take place."""
    schedules = provider.organization.schedules.select_related("location").filter(provider_id=provider.id)
    return list({one.location_id: one.location for one in schedules.order_by("id")}.values())


def languages_written(organization: Organization) -> list[str]:
    """In which its patients are written to: its own languages, and those of their records. Inside `tenancy.acting`."""
    own = organization.languages or [organization.language]
    spoken = organization.contacts.order_by().values_list("language", flat=True).distinct()
    return [*own, *sorted(set(spoken) - set(own))]


def told_in(organization: Organization, messages: Collection[UUID]) -> dict[UUID, list[Told]]:
    """The visits of each message by time, with whom, where and what for. Inside `tenancy.acting`."""
    planned = read(Reminder, _TOLD, [organization.id, list(messages)])
    by_id = {visit.id: visit for visit in _visits(organization, {one.appointment_id for one in planned})}
    providers = {visit.schedule.provider_id for visit in by_id.values()}
    rules = {
        (rule.provider_id, rule.number): rule for rule in organization.reminder_rules.filter(provider_id__in=providers)
    }
    found: dict[UUID, list[Told]] = defaultdict(list)
    for one in planned:
        visit = by_id[one.appointment_id]
        rule = rules.get((visit.schedule.provider_id, one.number))
        holds = visit.starts_at == one.starts_at and _is_wanted(visit, one.medium) and _may_be_said(visit, rule)
        found[one.message_id].append(Told(visit, one.starts_at, rule, holds))
    return dict(found)


def _visits(organization: Organization, ids: Collection[UUID]) -> list[Appointment]:
    """With all that is said of them; schedules and services once, however many visits they have."""
    visits = read_with(
        Appointment, ("contact",), "own.organization_id = $1 AND own.id = ANY ($2)", [organization.id, list(ids)]
    )
    schedules = organization.schedules.select_related("provider", "location")
    by_id = {one.id: one for one in schedules.filter(id__in={visit.schedule_id for visit in visits})}
    services = {one.id: one for one in organization.services.filter(id__in={visit.service_id for visit in visits})}
    for visit in visits:
        visit.organization = organization
        visit.schedule, visit.service = by_id[visit.schedule_id], services[visit.service_id]
    return visits


def _is_wanted(visit: Appointment, medium: str) -> bool:
    """By the patient; staff is told of those who have not confirmed."""
    if medium == ReminderBy.STAFF:
        return visit.status == Status.BOOKED
    return bool(getattr(visit.contact, f"{medium}_consent") != Consent.REFUSED)


def _may_be_said(visit: Appointment, rule: ReminderRule | None) -> bool:
    if rule is not None and rule.side == Side.AFTER:
        return visit.status not in (Status.CANCELLED, Status.NO_SHOW, Status.PENDING)
    unwanted = rule is not None and rule.skips_confirmed and visit.status == Status.CONFIRMED
    return visit.status in COMING and not unwanted
