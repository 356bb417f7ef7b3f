"""Which agendas somebody at the desk may see: a practitioner's own, or all of the organization."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from kalends.agenda.models import Schedule
from kalends.booking.models import Appointment
from kalends.booking.queries import for_actor
from kalends.foundation.actor import Actor
from kalends.foundation.database.reading import read_with
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Role
from kalends.web.ui.kept import Kept


def is_bound(by: Actor) -> bool:
    """Whether `by` sees one practitioner's agendas only."""
    return by.role == Role.PROVIDER


def schedules(organization: Organization, by: Actor) -> QuerySet[Schedule]:
    """The agendas that `by` may see, by the practitioner's name; inactive ones too."""
    found = organization.schedules.select_related("provider", "location").order_by("provider__sort_key", "name")
    if not is_bound(by):
        return found
    return found.filter(provider_id=by.provider_id) if by.provider_id else found.none()


# As they stood at a revision of the organization (docs/decisions/0006): some 5 kB each, for each practitioner as well.
_schedules: Kept[tuple[Schedule, ...]] = Kept(most=60)


def read_schedules(organization: Organization, by: Actor, revision: int) -> tuple[Schedule, ...]:
    """The same, kept under the `revision` that this transaction has read: who gets them changes nothing in them.

    Read by hand: the agenda asks for them with every page.
    """
    if is_bound(by) and not by.provider_id:
        return ()
    own, values = (" AND own.provider_id = $2", [by.provider_id]) if is_bound(by) else ("", [])
    condition = f"own.organization_id = $1{own} ORDER BY provider.sort_key, own.name"
    return _schedules.get(
        (organization.id, *values, revision),
        lambda: tuple(read_with(Schedule, ("provider", "location"), condition, [organization.id, *values])),
    )


def schedule(organization: Organization, by: Actor, schedule_id: UUID) -> Schedule:
    """One of them. Raises Http404 for any other."""
    found = schedules(organization, by).filter(id=schedule_id).first()
    if found is None:
        raise Http404
    return found


def appointment(organization: Organization, by: Actor, appointment_id: UUID) -> Appointment:
    """An appointment on one of these agendas, with contact, service and schedule. Raises Http404."""
    found = for_actor(organization.appointments.all(), by).select_related(
        "contact", "service", "schedule__provider", "schedule__location"
    )
    wanted = found.filter(id=appointment_id).first()
    if wanted is None:
        raise Http404
    return wanted
