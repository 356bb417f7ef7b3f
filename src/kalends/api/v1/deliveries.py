"""What left and became of it, and what a person decides then. Looking is written down: addresses are patients' data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from kalends.api.access import Call, refuse_practitioners, requires
from kalends.api.acts import Act, done, made
from kalends.api.answers import told_at
from kalends.api.paging import listed, page
from kalends.api.schemas import deliveries as schemas
from kalends.audit import operations as audit
from kalends.delivery import operations, queries
from kalends.delivery.models import Delivery
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right

router = Router(tags=["messages"])
ORDER = ("queued_at", "id")
_AS_THEY_ARE = (
    *("medium", "kind", "recipient", "language", "subject", "state", "reason", "carrier", "attempts", "parts"),
    *("needs_somebody", "redirected_to", "schedules"),
)


@router.get("/{slug:org}/deliveries", auth=requires(Right.CONTACT_READ), response=schemas.Deliveries)
def deliveries(request: Call, org: str, asked: Query[schemas.DeliveriesAsked]) -> HttpResponse:
    """Messages in the order in which they were written; practitioners see those about their own agendas."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        found, following = page(_matching(organization, by, asked), ORDER, asked)
        audit.record_about(
            "delivery:list",
            organization_id=organization.id,
            kind="delivery",
            subject_id=None,
            by=by,
            now=now,
            after={"shown": [str(one.id) for one in found]},
        )
    return listed(organization, found, following, _told)


@router.post(
    "/{slug:org}/deliveries/{uuid:id}/again", auth=requires(Right.CONTACT_EDIT), response={201: schemas.Delivery}
)
def send_again(request: Call, org: str, id: UUID) -> HttpResponse:
    """Send it again: what failed, did not arrive or was held back, or whose fate is not known. Somebody has decided so:
    it may arrive twice. It goes to where the patient is reached now. Not for practitioners."""
    return made(request, _deciding(operations.send_again, request, id))


@router.post("/{slug:org}/deliveries/{uuid:id}/done", auth=requires(Right.CONTACT_EDIT), response=schemas.Delivery)
def delivery_done(request: Call, org: str, id: UUID) -> HttpResponse:
    """Somebody has looked after what needed a person, and lets it rest: it is not sent. Not for practitioners."""
    return done(request, _deciding(operations.leave, request, id))


class _Decision(Protocol):
    def __call__(self, organization: Organization, delivery_id: UUID, /, *, by: Actor, now: datetime) -> object: ...


def _deciding(decide: _Decision, request: Call, id: UUID) -> Act:
    """A person's decision about one message, and how it is after it."""
    organization, by = request.organization, request.actor
    refuse_practitioners(by)

    def act(now: datetime) -> dict[str, Any]:
        decide(organization, id, by=by, now=now)
        return _told(organization.deliveries.get(id=id), clock.zone(organization.time_zone))

    return act


def _matching(organization: Organization, by: Actor, asked: schemas.DeliveriesAsked) -> QuerySet[Delivery]:
    rows = queries.sent(
        organization,
        by=by,
        state=asked.state,
        medium=asked.medium,
        kind=asked.kind,
        provider_id=asked.provider,
        first=asked.first,
        last=asked.last,
    )
    if asked.needs_somebody is not None:
        rows = rows.filter(needs_somebody=asked.needs_somebody)
    return rows.filter(recipient=asked.recipient) if asked.recipient else rows


def _told(one: Delivery, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "cause": str(one.cause_id),
        **{name: getattr(one, name) for name in _AS_THEY_ARE},
        "recipient": "" if one.forgotten_at else one.recipient,
        "queued_at": told_at(one.queued_at, zone),
        "due_at": told_at(one.due_at, zone),
        "settled_at": told_at(one.settled_at, zone) if one.settled_at else None,
        "receipt_at": told_at(one.receipt_at, zone) if one.receipt_at else None,
    }
