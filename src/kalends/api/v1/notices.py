"""What whoever has the token is told here: the same as behind the bell of the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from ninja import Query, Router

from kalends.api.access import Call, requires
from kalends.api.acts import done
from kalends.api.answers import answer, told_at
from kalends.api.paging import page
from kalends.api.schemas import notices as schemas
from kalends.audit import operations as audit
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.notifications.models import Notice
from kalends.notifications.operations.notices import mark_read
from kalends.notifications.queries import notices_of
from kalends.organizations.permissions import Right

router = Router(tags=["messages"])
ORDER = ("written_at", "id")


@router.get("/{slug:org}/notices", auth=requires(Right.AGENDA_READ), response=schemas.Notices)
def notices(request: Call, org: str, asked: Query[schemas.NoticesAsked]) -> HttpResponse:
    """One's own notices in the order in which they were written; nobody sees another's."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        own = notices_of(organization, by)
        found, following = page(own.filter(read_at=None) if asked.unread else own, ORDER, asked)
        audit.record_about(
            "appointment:list",
            organization_id=organization.id,
            kind="appointment",
            subject_id=None,
            by=by,
            now=now,
            after={"shown": [one.facts["appointment"] for one in found]},
        )
    return answer({"items": [_told(one) for one in found], "next": following})


@router.post("/{slug:org}/notices/reading", auth=requires(Right.AGENDA_READ), response=schemas.Read)
def read_notices(request: Call, org: str, asked: schemas.Reading) -> HttpResponse:
    """Mark one's own notices as read. Those of others are left alone, whatever is sent."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        return {"read": mark_read(organization, by=by, now=now, notice_ids=asked.notices)}

    return done(request, act)


def _told(one: Notice) -> dict[str, Any]:
    facts, zone = one.facts, clock.zone(one.facts["time_zone"])
    return {
        "id": str(one.id),
        "kind": one.kind,
        "appointment": facts["appointment"],
        "starts": [_at(text, zone) for text in facts["visits"]],
        "before": _at(facts["before"], zone) if facts["before"] else None,
        "patient": facts["name"],
        "schedule": facts["schedule"],
        "service": facts["service"],
        "is_request": facts["is_request"],
        "written_at": told_at(one.written_at, zone),
        "read_at": told_at(one.read_at, zone) if one.read_at else None,
    }


def _at(text: str, zone: ZoneInfo) -> str:
    return told_at(datetime.fromisoformat(text), zone)
