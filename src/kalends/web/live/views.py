"""Who may look on while the agenda changes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse

from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import scope
from kalends.web.staff.page import desk


@dataclass(frozen=True, slots=True)
class Watch:
    organization_id: UUID
    person_id: UUID
    schedules: frozenset[str] | None
    """The agendas that may be watched; None: all of the organization."""
    is_back: bool
    """The visitor was watching before, and may have missed something."""


class LiveAnswer(HttpResponse):
    """Leave to watch. The server in front of Django makes a stream of it (config/front.py)."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(content_type="text/event-stream; charset=utf-8")
        self.watch = watch


@desk(Right.AGENDA_READ)
def live(request: OrganizationRequest) -> HttpResponse:
    """The changes of the agenda as they happen: which schedules, on which days; never who or what."""
    schedules = None
    if scope.is_bound(request.actor):
        with tenancy.acting(organization=request.organization, by=request.actor):
            found = scope.schedules(request.organization, request.actor)
            schedules = frozenset(str(known) for known in found.values_list("id", flat=True))
    is_back = "Last-Event-ID" in request.headers or "again" in request.GET
    return LiveAnswer(Watch(request.organization.id, request.user.id, schedules, is_back))
