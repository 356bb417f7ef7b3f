"""A page of the audit, and the names of what it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.audit.models import Entry
from kalends.contacts.models import Contact
from kalends.foundation import clock
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.audit.words import ACTS
from kalends.web.staff.shell import ROLES, address

AT_ONCE = 100
# Ids carry the clock of the machine that wrote them, `at` that of the database: they differ by less than this.
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wish:
    first: date
    last: date
    person_id: UUID | None
    contact_id: UUID | None
    before: UUID | None


@dataclass(frozen=True, slots=True)
class Line:
    """`about`: names and addresses of the people and things concerned."""

    at: datetime
    when: str
    who: str
    role: str
    did: str
    about: Sequence[tuple[str, str]]
    detail: str


def entries(organization: Organization, wish: Wish) -> QuerySet[Entry]:
    """Newest first. Ids are ordered by time, so that a page is found by the key of the table."""
    zone = clock.zone(organization.time_zone)
    begins, ends = clock.day_bounds(wish.first, zone)[0], clock.day_bounds(wish.last, zone)[1]
    first, last = (datetime.fromtimestamp(instant, UTC) for instant in (begins, ends))
    found = organization.audit_entries.filter(
        at__gte=first, at__lt=last, id__gte=_id_at(first - CLOCKS_DIFFER), id__lt=_id_at(last + CLOCKS_DIFFER)
    )
    if wish.person_id:
        found = found.filter(person_id=wish.person_id)
    if wish.contact_id:
        found = found.filter(_about(organization, wish.contact_id))
    if wish.before:
        found = found.filter(id__lt=wish.before)
    return found.order_by("-id")


def _about(organization: Organization, contact_id: UUID) -> Q:
    """Everything that touched or showed this person: the record, the appointments, lists and searches with them."""
    appointments = list(organization.appointments.filter(contact_id=contact_id).values_list("id", flat=True))
    shown = Q(after__contains={"contacts": [str(contact_id)]})
    for appointment_id in appointments:
        shown |= Q(after__contains={"appointments": [str(appointment_id)]})
    return Q(subject_id__in=[contact_id, *appointments]) | shown


def _id_at(moment: datetime) -> UUID:
    """The least id of version 7 that a moment can have."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return UUID(int=milliseconds << 80)


def lines(organization: Organization, found: Sequence[Entry]) -> list[Line]:
    zone, names = clock.zone(organization.time_zone), _Names(organization, found)
    return [
        Line(
            at=entry.at,
            when=dates.instant(entry.at, zone),
            who=entry.actor_label,
            role=str(ROLES.get(entry.role, "")),
            did=str(ACTS.get(entry.act, entry.act)),
            about=names.of(entry),
            detail=_detail(entry),
        )
        for entry in found
    ]


def _detail(entry: Entry) -> str:
    after = entry.after or {}
    if entry.act == "contact:search":
        return f"“{after.get('typed', '')}”"
    if entry.act == "agenda:read" and "day" in after:
        first = dates.day(date.fromisoformat(after["day"]), year=True)
        if "until" not in after:
            return first
        last = dates.day(date.fromisoformat(after["until"]), year=True)
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    return entry.why


class _Names:
    """Looks up once, for a whole page, the people that its entries speak of."""

    def __init__(self, organization: Organization, found: Sequence[Entry]) -> None:
        self.organization = organization
        shown = {UUID(one) for entry in found for one in _listed(entry, "contacts")}
        appointments = {entry.subject_id for entry in found if entry.subject_kind == "appointment"}
        appointments |= {UUID(one) for entry in found for one in _listed(entry, "appointments")}
        self.contact_of = dict(
            organization.appointments.filter(id__in=appointments - {None}).values_list("id", "contact_id")
        )
        wanted = shown | {entry.subject_id for entry in found if entry.subject_kind == "contact"}
        wanted |= set(self.contact_of.values())
        language = get_language() or "en"
        self.named: dict[UUID, str] = dict(organization.schedules.values_list("id", "name"))
        self.named |= dict(organization.provider_options.values_list("id", "provider__name"))
        self.named |= {row.id: row.name_in(language) for row in organization.services.all()}
        self.contacts = {row.id: row for row in organization.contacts.filter(id__in=wanted - {None})}

    def of(self, entry: Entry) -> list[tuple[str, str]]:
        if entry.subject_kind == "contact":
            ids = [entry.subject_id] if entry.subject_id else [UUID(one) for one in _listed(entry, "contacts")]
            return [self._person(self.contacts[one]) for one in ids if one in self.contacts]
        if entry.subject_kind == "appointment":
            visits = [entry.subject_id] if entry.subject_id else [UUID(one) for one in _listed(entry, "appointments")]
            found = [self.contacts.get(self.contact_of[one]) for one in visits if one in self.contact_of]
            return [self._person(one) for one in dict.fromkeys(found) if one is not None]
        named = self.named.get(entry.subject_id) if entry.subject_id else None
        if named:
            return [(named, "")]
        return [(str(text), "") for text in _plain_name(entry)]

    def _person(self, contact: Contact) -> tuple[str, str]:
        name = f"{contact.last_name} {contact.first_name}".strip()
        return name, address(self.organization, "patient", contact_id=contact.id)


def _listed(entry: Entry, name: str) -> list[str]:
    listed = (entry.after or {}).get(name, [])
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _plain_name(entry: Entry) -> list[Any]:
    """What the entry itself says of its subject."""
    kept = {**(entry.before or {}), **(entry.after or {})}
    return [kept[name] for name in ("name", "email", "reason") if isinstance(kept.get(name), str)][:1]
