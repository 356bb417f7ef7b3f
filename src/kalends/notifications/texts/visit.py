"""A visit as a letter tells it: the facts of the event, and the names of places and services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.agenda.models import ResourceKind, Schedule, Service
from kalends.booking.queries import belongings
from kalends.delivery.models import Delivery
from kalends.foundation import clock
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Place:
    """The schedule, with its provider and location, and the service; None where one is gone."""

    schedule: Schedule | None
    service: Service | None
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    appointment_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    zone_key: str
    sequence: int
    cancelled_by: str
    seed: bytes
    place: Place

    @property
    def local_start(self) -> datetime:
        return clock.wall(clock.epoch_of(self.starts_at), clock.zone(self.zone_key))


def look_up(organization: Organization, deliveries: Sequence[Delivery]) -> dict[UUID, Place]:
    """Places and services of all these deliveries, in three queries. Inside `tenancy.acting`."""
    schedules = {
        schedule.id: schedule
        for schedule in organization.schedules.select_related("provider", "location").filter(
            id__in={delivery.facts["schedule"] for delivery in deliveries}
        )
    }
    services = {
        service.id: service
        for service in organization.services.filter(id__in={delivery.facts["service"] for delivery in deliveries})
    }
    taken = belongings(organization, {delivery.cause_id for delivery in deliveries})
    return {
        delivery.id: Place(
            schedules.get(UUID(delivery.facts["schedule"])),
            services.get(UUID(delivery.facts["service"])),
            tuple(one.name for one in taken.get(delivery.cause_id, ()) if one.kind == ResourceKind.ROOM),
        )
        for delivery in deliveries
    }


def visit_of(delivery: Delivery, place: Place) -> Visit:
    facts: Mapping[str, Any] = delivery.facts
    return Visit(
        appointment_id=delivery.cause_id,
        name=facts["name"],
        starts_at=datetime.fromisoformat(facts["starts_at"]),
        ends_at=datetime.fromisoformat(facts["ends_at"]),
        zone_key=facts["time_zone"],
        sequence=facts["sequence"],
        cancelled_by=facts["cancelled_by"],
        seed=bytes.fromhex(facts["seed"]),
        place=place,
    )
