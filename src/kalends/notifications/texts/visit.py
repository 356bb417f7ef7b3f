"""A visit as a letter tells it: the facts of the event, and the names of places and services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.agenda.models import ResourceKind, Schedule, Service
from kalends.booking.queries import belongings
from kalends.delivery.models import Delivery
from kalends.foundation import clock
from kalends.notifications import paying
from kalends.notifications.paying import Owed
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Place:
    """The schedule, with its provider and location, and the service; None where one is gone."""

    schedule: Schedule | None
    service: Service | None
    rooms: tuple[str, ...] = ()
    owed: Owed | None = None


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
    """Places and services of all these deliveries, in a few queries. Inside `tenancy.acting`."""
    taken = belongings(organization, {delivery.cause_id for delivery in deliveries})
    rooms = {
        delivery.id: tuple(one.name for one in taken.get(delivery.cause_id, ()) if one.kind == ResourceKind.ROOM)
        for delivery in deliveries
    }
    found = places_of(organization, {delivery.id: delivery.facts for delivery in deliveries})
    owed = paying.purse().owed_for(organization, {delivery.cause_id for delivery in deliveries})
    return {one.id: replace(found[one.id], rooms=rooms[one.id], owed=owed.get(one.cause_id)) for one in deliveries}


def places_of(organization: Organization, told: Mapping[UUID, Mapping[str, Any]]) -> dict[UUID, Place]:
    """Where and for what, of what the facts tell, in two queries. Inside `tenancy.acting`."""
    schedules = organization.schedules.select_related("provider", "location")
    by_id = {one.id: one for one in schedules.filter(id__in={facts["schedule"] for facts in told.values()})}
    services = {
        one.id: one for one in organization.services.filter(id__in={facts["service"] for facts in told.values()})
    }
    return {
        id_: Place(by_id.get(UUID(facts["schedule"])), services.get(UUID(facts["service"])))
        for id_, facts in told.items()
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
