"""A free time, and the instants between which one may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from kalends.agenda import rules
from kalends.agenda.queries.plans import SchedulePlan, ServicePlan
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind

STAFF_HORIZON_DAYS = 731
# Patients are bound by notice, horizon and same-day release; people who book for them are not.
BOUND_BY_NOTICE = frozenset({ChannelKind.WEBSITE, ChannelKind.API})


class Slot(NamedTuple):
    """A free time. `start`, `end` are instants in seconds; `span` includes the buffers, which nobody is shown.

    A tuple, because an answer is made of hundreds.
    """

    start: int
    end: int
    span: rules.Span
    schedule: SchedulePlan
    service: ServicePlan
    price_minor: int | None

    @property
    def needs(self) -> rules.Needs:
        return self.schedule.offers[self.service.id].needs

    def lasting(self, seconds: int) -> Slot:
        """The same start for a visit of another length; the buffers stay."""
        more = self.start + seconds - self.end
        return self._replace(end=self.end + more, span=(self.span[0], self.span[1] + more))

    @property
    def starts_at(self) -> datetime:
        return datetime.fromtimestamp(self.start, UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromtimestamp(self.end, UTC)

    @property
    def local_start(self) -> datetime:
        return clock.wall(self.start, self.schedule.zone)

    @property
    def local_end(self) -> datetime:
        return clock.wall(self.end, self.schedule.zone)


def slots_at(schedule: SchedulePlan, service_id: UUID, starts: Iterable[int]) -> list[Slot]:
    offer = schedule.offers[service_id]
    service, price, length = offer.service, offer.price_minor, offer.visit.duration * 60
    before, after = offer.visit.occupied(0)
    return [Slot(start, start + length, (start + before, start + after), schedule, service, price) for start in starts]


def window_of(schedule: SchedulePlan, service: ServicePlan, channel: ChannelKind, now: int) -> rules.Window:
    if channel not in BOUND_BY_NOTICE:
        return rules.booking_window(now, schedule.zone, 0, STAFF_HORIZON_DAYS, None)
    return rules.booking_window(
        now, schedule.zone, service.notice_minutes, service.horizon_days, service.same_day_release
    )
