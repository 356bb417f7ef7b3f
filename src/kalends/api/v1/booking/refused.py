"""What a caller hears whose time was taken: the nearest free ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from kalends.agenda.queries.free_times import LONGEST_PLACE, nearest_slots
from kalends.agenda.queries.plans import AgendaPlan
from kalends.api.acts import Explain
from kalends.api.problems import UnknownId
from kalends.booking.refusals import SlotTaken
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Refusal
from kalends.organizations.models import Organization


def with_alternatives(
    organization: Organization,
    *,
    service_of: Callable[[], UUID],
    schedule_id: UUID,
    starts_at: datetime,
    channel: ChannelKind,
) -> Explain:
    """Explain a taken time by the free ones next to it, of the same agenda."""

    def explain(refusal: Refusal, now: datetime) -> Refusal:
        if isinstance(refusal, SlotTaken):
            found = nearest_slots(
                organization,
                service_id=service_of(),
                schedule_id=schedule_id,
                starts_at=starts_at,
                channel=channel,
                now=now,
            )
            refusal.alternatives = tuple(found)
        return refusal

    return explain


def refuse_unknown(plan: AgendaPlan, *, service_id: UUID | None, schedule_id: UUID) -> None:
    """Ids of nobody, or of somebody else. Raises UnknownId."""
    if service_id is not None and service_id not in plan.services:
        raise UnknownId("service")
    if schedule_id not in plan.schedules:
        raise UnknownId("schedule")


def refuse_taken(organization: Organization, plan: AgendaPlan, *, schedule_id: UUID, starts_at: datetime) -> None:
    """Tell those who come too late at once, without waiting for their turn. Raises SlotTaken.

    Only what is firm on every seat counts: it is there whatever those before in the queue do. Whoever passes
    is no winner yet.
    """
    seats = organization.occupancies.filter(
        schedule_id=schedule_id,
        expires_at=None,
        starts_at__lte=starts_at,
        starts_at__gte=starts_at - LONGEST_PLACE,
        ends_at__gt=starts_at,
    ).values_list("seat", flat=True)
    if len(set(seats)) >= plan.schedules[schedule_id].capacity:
        raise SlotTaken
