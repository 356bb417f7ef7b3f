"""Looking at the waiting list: who waits, what was offered, who was passed over, what a private link opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from kalends.agenda.queries.options import with_waiting_list
from kalends.agenda.queries.plans import AgendaPlan
from kalends.booking import links
from kalends.booking.models import Offer, OfferStatus, PassedOver, WaitlistEntry
from kalends.foundation import secrets
from kalends.foundation.actor import Actor, patient
from kalends.foundation.database import tenancy
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization

LINK_LIVES = timedelta(days=30)
# Occupancies reach back this far; so does a visit that is offered.
LONGEST_VISIT = timedelta(hours=40)


def in_order(entries: QuerySet[WaitlistEntry]) -> QuerySet[WaitlistEntry]:
    """Who comes first: the highest rank, then who waits longest, then the id (WL-09)."""
    return entries.order_by("-rank", "created_at", "id")


def entries(
    organization: Organization, *, status: str | None = None, contact_id: UUID | None = None
) -> QuerySet[WaitlistEntry]:
    """The list in its order, with contact and kept visit; `status` None: in every state."""
    asked = {"status": status, "contact_id": contact_id}
    found = organization.waitlist.select_related("contact", "keeps")
    return in_order(found.filter(**{name: value for name, value in asked.items() if value is not None}))


def for_actor(found: Iterable[WaitlistEntry], plan: AgendaPlan, by: Actor) -> list[WaitlistEntry]:
    """What `by` may see of them: a practitioner who waits for one of their own agendas, if that is their role."""
    if by.role != "provider":
        return list(found)
    own = {
        schedule.id: set(schedule.offers)
        for schedule in plan.schedules.values()
        if schedule.provider_id == by.provider_id
    }
    return [
        entry
        for entry in found
        if any(
            (not entry.schedules or schedule_id in entry.schedules) and services & set(entry.services)
            for schedule_id, services in own.items()
        )
    ]


def offers_of(organization: Organization, entry_ids: Collection[UUID]) -> dict[UUID, list[Offer]]:
    """Everything that was offered to these entries, the newest first."""
    found: defaultdict[UUID, list[Offer]] = defaultdict(list)
    rows = organization.offers.filter(entry_id__in=list(entry_ids)).select_related("schedule", "service")
    for offer in rows.order_by("-made_at", "-id"):
        found[offer.entry_id].append(offer)
    return found


def open_offers(
    organization: Organization, *, schedule_ids: Collection[UUID], begin: datetime, end: datetime, now: datetime
) -> QuerySet[Offer]:
    """Offers that keep a time of these agendas between two instants at this moment, with the person."""
    return (
        organization.offers.filter(
            schedule_id__in=list(schedule_ids),
            starts_at__lt=end,
            starts_at__gt=begin - LONGEST_VISIT,
            ends_at__gt=begin,
            status=OfferStatus.OPEN,
            expires_at__gt=now,
        )
        .select_related("entry__contact", "schedule", "service")
        .order_by("starts_at", "id")
    )


def open_offers_of(organization: Organization, provider_id: UUID, now: datetime) -> int:
    """How many a practitioner has open: switching the list off leaves them, and the audit says so (WL-08)."""
    found = organization.offers.filter(status=OfferStatus.OPEN, expires_at__gt=now)
    return found.filter(schedule__provider_id=provider_id).count()


def passed_over(organization: Organization, entry_ids: Collection[UUID]) -> dict[UUID, list[PassedOver]]:
    """When these entries were passed over and why, the newest first."""
    found: defaultdict[UUID, list[PassedOver]] = defaultdict(list)
    rows = organization.passed_over.filter(entry_id__in=list(entry_ids)).select_related("schedule")
    for row in rows.order_by("-at", "-id"):
        found[row.entry_id].append(row)
    return found


def keeps_list(
    organization: Organization, plan: AgendaPlan, service_id: UUID, schedule_id: UUID | None = None
) -> dict[UUID, int]:
    """The agendas with that service whose practitioner keeps a waiting list, and their validity span in minutes."""
    spans = with_waiting_list(organization)
    return {
        schedule.id: spans[schedule.provider_id]
        for schedule in plan.schedules_offering(service_id)
        if schedule.provider_id in spans and schedule_id in (None, schedule.id)
    }


def entry_secret(entry: WaitlistEntry) -> str:
    """What stands in the private link with which one leaves the list; derived, never stored."""
    return str(secrets.derived(entry.organization_id, bytes(entry.link_seed), purpose=links.WAITING))


def offer_secret(offer: Offer) -> str:
    """What stands in the link of an offer; derived, never stored."""
    return str(secrets.derived(offer.organization_id, bytes(offer.link_seed), purpose=links.OFFER))


def entry_by_link(token: str) -> tuple[Organization, UUID] | None:
    """Whose link this is: the organization, and the entry's id. Opens its own transaction. None: nobody's."""
    return _by_link(token, "waitlist")


def offer_by_link(token: str) -> tuple[Organization, UUID] | None:
    """The same for an offer; it answers until 30 days after the time that was offered."""
    return _by_link(token, "offers")


def _by_link(token: str, rows: str) -> tuple[Organization, UUID] | None:
    secret = secrets.read(token)
    organization = organizations.by_id(secret.organization_id) if secret else None
    if secret is None or organization is None:
        return None
    with tenancy.acting(organization=organization, by=patient()) as now:
        found = getattr(organization, rows).filter(link_hash=secret.hash).first()
    if found is None or (isinstance(found, Offer) and now > found.ends_at + LINK_LIVES):
        return None
    return organization, found.id
