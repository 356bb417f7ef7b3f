"""What a caller hears whose time was taken: the nearest free ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.agenda.queries.free_times import nearest_slots
from kalends.agenda.queries.plans import AgendaPlan, plan_of, remembered
from kalends.api.acts import Explain
from kalends.api.problems import UnknownId
from kalends.booking.refusals import SlotTaken
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Refusal
from kalends.organizations.models import Organization

ALTERNATIVES = 3


def with_alternatives(
    organization: Organization,
    *,
    service_of: Callable[[], UUID],
    schedule_id: UUID | None,
    starts_at: datetime,
    channel: ChannelKind,
) -> Explain:
    """Explain a taken time by the free ones next to it: of the same agenda, or of all where any would do."""

    def explain(refusal: Refusal, now: datetime) -> Refusal:
        if isinstance(refusal, SlotTaken):
            service_id = service_of()
            asked: dict[str, Any] = {"service_id": service_id, "starts_at": starts_at, "channel": channel, "now": now}
            offering = plan_of(organization).schedules_offering(service_id)
            ids = [schedule_id] if schedule_id else [one.id for one in offering]
            found = [slot for one in ids for slot in nearest_slots(organization, schedule_id=one, **asked)]
            wanted = starts_at.timestamp()
            best = sorted(found, key=lambda slot: (abs(slot.start - wanted), slot.start))[:ALTERNATIVES]
            refusal.alternatives = tuple(sorted(best, key=lambda slot: slot.start))
        return refusal

    return explain


def last_plan_with(organization: Organization, *, service_id: UUID, schedule_id: UUID | None) -> AgendaPlan:
    """The plan this process knew last, if it knows both ids; else the newest. Raises UnknownId.

    Whoever relies on more than the ids looks at the plan again after the act, which has asked for the newest.
    """
    plan = remembered(organization)
    if service_id not in plan.services or not (schedule_id is None or schedule_id in plan.schedules):
        plan = plan_of(organization)
        refuse_unknown(plan, service_id=service_id, schedule_id=schedule_id)
    return plan


def refuse_unknown(plan: AgendaPlan, *, service_id: UUID | None, schedule_id: UUID | None) -> None:
    """Ids of nobody, or of somebody else. Raises UnknownId."""
    if service_id is not None and service_id not in plan.services:
        raise UnknownId("service")
    if schedule_id is not None and schedule_id not in plan.schedules:
        raise UnknownId("schedule")
