"""Visits to come, when their service needs other rooms and devices than before."""

from __future__ import annotations

from kalends.agenda.events import RequirementsChanged
from kalends.agenda.operations import belongings, places
from kalends.agenda.queries.needs import needs_of
from kalends.booking.models import Status
from kalends.booking.refusals import NotEnoughResources

COMING = (Status.PENDING, Status.BOOKED, Status.CONFIRMED, Status.ARRIVED)


def supply_visits(event: RequirementsChanged) -> None:
    """Supply them anew, in order of time; who is overbooked shares what others have.

    Raises NotEnoughResources for those that would be left without.
    """
    organization = event.service.organization
    found = event.service.appointments.filter(status__in=COMING, starts_at__gt=event.now).select_related("schedule")
    found = found.exclude(status=Status.PENDING, approve_by__lte=event.now).exclude(is_overbooked=True)
    coming = list(found.order_by("starts_at", "id"))
    belongings.give_back(organization.id, *(visit.id for visit in coming))
    needs = {one: needs_of(event.service, one) for one in {visit.schedule.location_id for visit in coming}}
    without = [
        visit
        for visit in coming
        if not places.supply(
            organization_id=organization.id, holder_id=visit.id, needs=needs[visit.schedule.location_id]
        )
    ]
    if without:
        raise NotEnoughResources(len(without), without[0].local_day)
