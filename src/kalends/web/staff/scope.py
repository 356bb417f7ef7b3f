"""Which agendas somebody at the desk may see: a practitioner's own, or all of the organization."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from kalends.agenda.models import Schedule
from kalends.booking.models import Appointment
from kalends.foundation.actor import Actor
from kalends.foundation.database.asking import ask
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


def read_schedules(organization: Organization, by: Actor, revision: str) -> tuple[Schedule, ...]:
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
    condition = "own.organization_id = $1 AND own.id = $2"
    values: list[UUID | None] = [organization.id, appointment_id]
    if is_bound(by):
        condition, values = f"{condition} AND schedule.provider_id = $3::uuid", [*values, by.provider_id]
    found = next(iter(read_with(Appointment, _WITH, condition, values)), None)
    if found is None:
        raise Http404
    found.organization = organization
    return found


_WITH = ("contact", "service", "schedule", "schedule__provider", "schedule__location")


def names(organization: Organization) -> dict[str, str]:
    """Of all agendas of the organization, by id: histories tell of agendas that one does not see."""
    return dict(ask("SELECT id::text, name FROM agenda_schedule WHERE organization_id = $1", [organization.id]).rows)
