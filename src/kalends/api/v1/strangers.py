"""Addresses whose people said not to be whom we meant, until somebody has seen to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from ninja import Query, Router

from kalends.api.access import Call, refuse_practitioners, requires
from kalends.api.acts import done
from kalends.api.answers import told_at
from kalends.api.paging import Paged, listed, page
from kalends.api.schemas import strangers as schemas
from kalends.audit import operations as audit
from kalends.delivery import operations, queries
from kalends.delivery.models import OptOut
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right

router = Router(tags=["messages"])
ORDER = ("since", "id")


@router.get("/{slug:org}/strangers", auth=requires(Right.CONTACT_EDIT), response=schemas.Strangers)
def strangers(request: Call, org: str, asked: Query[Paged]) -> HttpResponse:
    """Those that nobody has looked after, the oldest first. Looking is written down."""
    organization, by = request.organization, request.actor
    refuse_practitioners(by)
    with tenancy.acting(organization=organization, by=by) as now:
        found, following = page(queries.strangers(organization), ORDER, asked)
        audit.record_about(
            "opt-out:list",
            organization_id=organization.id,
            kind="optout",
            subject_id=None,
            by=by,
            now=now,
            after={"shown": [str(one.id) for one in found]},
        )
    return listed(organization, found, following, _told)


@router.post("/{slug:org}/strangers/{uuid:id}/done", auth=requires(Right.CONTACT_EDIT), response=schemas.Stranger)
def stranger_done(request: Call, org: str, id: UUID) -> HttpResponse:
    """Somebody has seen to the contact. Nothing is sent there all the same."""
    organization, by = request.organization, request.actor
    refuse_practitioners(by)

    def act(now: datetime) -> dict[str, Any]:
        operations.look_after(organization, id, by=by, now=now)
        return _told(organization.opt_outs.get(id=id), clock.zone(organization.time_zone))

    return done(request, act)


def _told(one: OptOut, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "medium": one.medium,
        "address": one.address,
        "since": told_at(one.since, zone),
        "words": one.words,
    }
