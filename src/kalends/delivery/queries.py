"""Reads across organizations: for the worker and for the outbox page.

They name no organization themselves. Row security does, and only so is its condition the one that the index is
searched with; beside a list of our own it would be worked out anew for each row (2,000 organizations with 100,000
deliveries: the newest 50 in 90 ms, with a list of our own not within 15 s).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from kalends.contacts.models import Contact
from kalends.delivery import rules
from kalends.delivery.answering import Meant
from kalends.delivery.models import (
    Covers,
    DeadAddress,
    Delivery,
    Medium,
    Nature,
    OptOut,
    PlatformMail,
    State,
    SubmittedPart,
)
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.database.reading import read
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Role

UNWANTED = gettext_noop("Not sent: nothing more is wanted this way at this address.")
COMES_BACK = gettext_noop("Not sent: mails to this address come back.")


class Tenant(NamedTuple):
    id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for among all deliveries; empty fields do not narrow."""

    organization: str = ""
    to: str = ""
    state: str = ""
    before: datetime | None = None


class Orphan(NamedTuple):
    """Claims of somebody who may have ended. `is_old`: too long ago for anybody still to work on them."""

    organization_id: UUID
    claimer: str
    is_old: bool


def tenants() -> list[Tenant]:
    """All organizations, also inactive ones: what they have queued still leaves."""
    return [Tenant(id) for id in Organization.objects.values_list("id", flat=True)]


def submitted(centre: str, number: str, *, by: Actor) -> SubmittedPart | None:
    """What a network or a provider calls `number`; None if nobody has been told of such a one yet."""
    with tenancy.acting(organization=None, by=by):
        return SubmittedPart.objects.filter(centre=centre, number=number[:65]).order_by("-at").first()


def meant_by_number(centre: str, number: str, *, by: Actor) -> Meant | None:
    found = submitted(centre, number, by=by) if number else None
    return Meant(found.organization_id, found.delivery_id) if found else None


def with_work(media: Sequence[str], *, by: Actor) -> list[Organization]:
    """Organizations for which something is due now by one of these media. Opens its own transaction."""
    everybody = tenants()
    with tenancy.acting(organization=None, by=by, reads=everybody) as now:
        due = Delivery.all_rows.filter(state=State.QUEUED, settled_at=None, due_at__lte=now, medium__in=media)
        found = list(due.values_list("organization_id", flat=True).distinct())
    return list(Organization.objects.filter(id__in=found))


def orphans(*, claimer: str, by: Actor) -> list[Orphan]:
    """Claims of others than `claimer`, each name once per organization. Opens its own transaction."""
    everybody = tenants()
    with tenancy.acting(organization=None, by=by, reads=everybody) as now:
        claimed = Delivery.all_rows.filter(state=State.CLAIMED, settled_at=None).exclude(claimed_by=claimer)
        rows = list(claimed.values_list("organization_id", "claimed_by", "claimed_at"))
    return _by_claimer(rows, now)


def under_way(carrier: str, *, by: Actor) -> list[Delivery]:
    """Faxes that `carrier` took and of which it has not said yet what became of them. Opens its own transaction."""
    with tenancy.acting(organization=None, by=by, reads=tenants()):
        taken = Delivery.all_rows.filter(medium=Medium.FAX, settled_at__isnull=False, receipt="", carrier=carrier)
        return list(taken.filter(state=State.SENT).order_by("queued_at"))


def recent(asked: Asked, *, by: Actor, at_most: int) -> list[Delivery]:
    """The newest deliveries of all organizations (for the platform), each with its organization.

    Opens its own transaction.
    """
    some = Organization.objects.filter(slug=asked.organization) if asked.organization else Organization.objects
    everybody = [Tenant(id) for id in some.values_list("id", flat=True)]
    with tenancy.acting(organization=None, by=by, reads=everybody):
        rows = Delivery.all_rows.select_related("organization")
        if asked.to:
            rows = rows.filter(recipient__icontains=asked.to)
        if asked.state:
            rows = rows.filter(state=asked.state)
        if asked.before:
            rows = rows.filter(queued_at__lt=asked.before)
        return list(rows.order_by("-queued_at")[:at_most])


def sent(
    organization: Organization,
    *,
    by: Actor,
    state: str | None = None,
    medium: str | None = None,
    kind: str | None = None,
    provider_id: UUID | None = None,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Delivery]:
    """What an organization has written, on these of its local days (both included); what is empty does not narrow.

    Practitioners see what is about their own agendas.
    """
    zone = clock.zone(organization.time_zone)
    rows = organization.deliveries.all()
    if state:
        rows = rows.filter(state=state)
    if medium:
        rows = rows.filter(medium=medium)
    if kind:
        rows = rows.filter(kind=kind)
    if provider_id:
        rows = _about(organization, provider_id, rows)
    if by.role == Role.PROVIDER:
        rows = _about(organization, by.provider_id, rows) if by.provider_id else rows.none()
    if first is not None:
        rows = rows.filter(queued_at__gte=clock.wall(clock.day_bounds(first, zone)[0], zone))
    if last is not None:
        rows = rows.filter(queued_at__lt=clock.wall(clock.day_bounds(last, zone)[1], zone))
    return rows


def _about(organization: Organization, provider_id: UUID, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    own = organization.schedules.filter(provider_id=provider_id).values_list("id", flat=True)
    return rows.filter(schedules__has_any_keys=[str(id) for id in own])


def needing_somebody(organization: Organization, *, at_most: int) -> list[Delivery]:
    """Of which a person has to decide whether they are sent again: the oldest first. Inside `tenancy.acting`."""
    return list(organization.deliveries.filter(needs_somebody=True).order_by("queued_at", "id")[:at_most])


def recent_platform_mail(asked: Asked, *, at_most: int) -> list[PlatformMail]:
    """The newest mails of the platform itself that are waiting or kept here."""
    if asked.organization or asked.state:
        return []
    rows = PlatformMail.objects.filter(recipient__icontains=asked.to)
    if asked.before:
        rows = rows.filter(written_at__lt=asked.before)
    return list(rows.order_by("-written_at")[:at_most])


def who_wrote_to(number: str, *, by: Actor) -> list[Organization]:
    """Organizations that have sent text messages to this number (E.164). Opens its own transaction."""
    with tenancy.acting(organization=None, by=by, reads=tenants()):
        sent = Delivery.all_rows.filter(medium=Medium.SMS, recipient=number)
        found = list(sent.values_list("organization_id", flat=True).distinct())
    return list(Organization.objects.filter(id__in=found))


def held_back(organization: Organization, deliveries: Sequence[Delivery]) -> dict[UUID, str]:
    """Those that go where nothing is wanted by their medium, or from where mails come back; and why they stay here.

    Inside `tenancy.acting`.
    """
    addresses = {(one.medium, one.recipient.lower()) for one in deliveries}
    wanting = {(one.medium, one.address): one.covers for one in opt_outs(organization, [a for _, a in addresses])}
    dead = dead_addresses(organization, [a for medium, a in addresses if medium == Medium.EMAIL])
    found = {}
    for one in deliveries:
        address = one.recipient.lower()
        covers = wanting.get((one.medium, address))
        if covers == Covers.ALL or (covers == Covers.UNASKED and one.nature == Nature.UNASKED):
            found[one.id] = UNWANTED
        elif one.medium == Medium.EMAIL and address in dead:
            found[one.id] = COMES_BACK
    return found


def opt_outs(organization: Organization, addresses: Sequence[str]) -> list[OptOut]:
    """What holds now for these addresses (E.164, or e-mail in lower case), of all media."""
    among = "organization_id = $1 AND ended_at IS NULL AND address = ANY ($2) ORDER BY medium, address"
    return read(OptOut, among, [organization.id, list(addresses)]) if addresses else []


def addresses_of(contact: Contact) -> dict[str, str]:
    """By medium, as opt-outs know them; a number known to be a landline gets no text messages."""
    sms = contact.phone if contact.phone_is_mobile is not False else ""
    return {medium: at for medium, at in ((Medium.EMAIL, contact.email.lower()), (Medium.SMS, sms)) if at}


def strangers(organization: Organization) -> QuerySet[OptOut]:
    """Addresses whose people said not to be whom we meant, of which nobody has seen yet whose contact has them."""
    return organization.opt_outs.filter(is_stranger=True, ended_at=None, looked_after_at=None)


def dead_addresses(organization: Organization, addresses: Sequence[str]) -> dict[str, DeadAddress]:
    """Those of these addresses (in lower case) from which mails come back."""
    among = "organization_id = $1 AND ended_at IS NULL AND address = ANY ($2)"
    found = read(DeadAddress, among, [organization.id, list(addresses)]) if addresses else []
    return {one.address: one for one in found}


def all_dead_addresses(organization: Organization, *, at_most: int) -> list[DeadAddress]:
    """From where mails come back now, the newest first."""
    return list(organization.dead_addresses.filter(ended_at=None).order_by("-since", "-id")[:at_most])


def _by_claimer(rows: Sequence[tuple[UUID, str, datetime | None]], now: datetime) -> list[Orphan]:
    latest: dict[tuple[UUID, str], datetime] = {}
    for organization_id, claimer, claimed_at in rows:
        key = (organization_id, claimer)
        at = claimed_at or now
        latest[key] = max(at, latest.get(key, at))
    return [Orphan(*key, is_old=at <= now - rules.CLAIM_LASTS) for key, at in latest.items()]
